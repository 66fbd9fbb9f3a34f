import { viewBalloon } from "../../accounting/balloon";
import { findBalloon } from "../balloon-finding";
import type { Rule } from "../rule";

/** virtio, Hyper-V or Xen took memory back from this guest, inside MemTotal or out of it. */
export const balloon: Rule = {
  id: "balloon",
  title: "Memory taken back by the hypervisor",
  bucket: "balloon",
  judge(diagnosis, rest) {
    const view = viewBalloon(diagnosis.snapshot, diagnosis.composition);
    if (!view || view.driver === "vmware") return undefined;
    return findBalloon(diagnosis, view, rest, WORDS);
  },
};

const WORDS = {
  whose: "the hypervisor's",
  fix: "On the host: more minimum memory for this machine, or no dynamic memory; the balloon then deflates by itself.",
  fixRisk: "The host must find the memory elsewhere: other machines on it may be squeezed instead.",
  confirm: [
    {
      command:
        "grep -E 'balloon_(in|de)flate' /proc/vmstat; cat /sys/kernel/debug/hv-balloon /proc/xen/balloon; dmesg | grep -i balloon",
      proves: "How much the driver has given back to the host, in pages or kB.",
      risk: "Reads only; files of other hypervisors are missing.",
      root: true,
    },
  ],
} as const;
