import { quote } from "../../evidence";
import { formatBytes } from "../../format-bytes";
import type { Evidence } from "../../report";
import { GIB, pagesToBytes } from "../../units";
import { confidenceOf } from "../confidence";
import type { Diagnosis } from "../diagnosis";
import { allProcesses, ownBytes, processHolders } from "../process-holders";
import type { Rule } from "../rule";

/** comm is cut at 15 letters. */
const VMM =
  /^(?:qemu|kvm$|kvm-|cloud-hyperviso|firecracker|crosvm|vmware-vmx|VBoxHeadless|VirtualBoxVM|lkvm|bhyve)/;

/** Memory of virtual machines is memory of their process on the host: large, and what the host is for. */
export const kvmGuests: Rule = {
  id: "kvm-guests",
  title: "Virtual machines that run here",
  bucket: "anon",
  judge(diagnosis, rest) {
    const { snapshot, memTotal } = diagnosis;
    const guests = allProcesses(snapshot).filter(({ comm }) => VMM.test(comm ?? ""));
    const bytes = guests.reduce((sum, process) => sum + (ownBytes(process) ?? 0), 0);
    if (bytes < Math.max(GIB, (memTotal ?? 0) * 0.1)) return undefined;
    const upper = diagnosis.composition ? Math.min(rest("anon"), bytes) : bytes;
    const machines =
      guests.length === 1 ? "a virtual machine" : `${guests.length} virtual machines`;
    return {
      status: "healthy",
      headline: `${formatBytes(bytes)} of process memory are ${machines}: what a host is for, not a leak`,
      confirm: [],
      finding: {
        severity: "info",
        ...confidenceOf([]),
        bytes: { lower: Math.min(bytes, upper), upper },
        holders: processHolders(snapshot, guests, {
          text: "memory of the guest's process",
          bytes: ownBytes,
          most: 10,
        }),
        evidence: merged(diagnosis),
        fix: "Nothing to do. A guest that gives memory back needs a balloon or free page reporting.",
        fixRisk: "None.",
      },
    };
  },
};

/** KSM: how much memory the guests would need on top. */
function merged({ snapshot }: Diagnosis): readonly Evidence[] {
  const { ksm, node } = snapshot;
  const sharing = ksm?.value.get("pages_sharing");
  if (!ksm || !sharing?.value) return [];
  const value = pagesToBytes(sharing.value, node.pageSize);
  const at = { file: ksm.file, line: sharing.line };
  return [quote(snapshot, at, { text: "saved by merging same pages (KSM)", value, unit: "bytes" })];
}
