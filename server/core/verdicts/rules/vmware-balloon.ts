import { viewBalloon } from "../../accounting/balloon";
import { findBalloon } from "../balloon-finding";
import type { Rule } from "../rule";

/** The ESX host took memory back: VMware's driver holds pages that stay in MemTotal and in no counter. */
export const vmwareBalloon: Rule = {
  id: "vmware-balloon",
  title: "Memory taken back by VMware",
  bucket: "allocpage",
  judge(diagnosis, rest) {
    const balloon = viewBalloon(diagnosis.snapshot, diagnosis.composition);
    if (balloon?.driver !== "vmware") return undefined;
    return findBalloon(diagnosis, balloon, rest, WORDS);
  },
};

const WORDS = {
  whose: "VMware's",
  fix: "On the host: a memory reservation for this machine, or less overcommitment; the balloon then deflates by itself.",
  fixRisk: "The host must find the memory elsewhere: other machines on it may be squeezed instead.",
  confirm: [
    {
      command: "vmware-toolbox-cmd stat balloon; cat /sys/kernel/debug/vmmemctl",
      proves: "How many MB the host has taken back, and how many pages the driver holds.",
      risk: "Reads only.",
      root: true,
    },
  ],
} as const;
