import { meminfoEvidence } from "../../accounting/ledger-facts";
import { quote } from "../../evidence";
import { formatBytes } from "../../format-bytes";
import type { Evidence, Holder } from "../../report";
import { type Bytes, MIB } from "../../units";
import { confidenceOf } from "../confidence";
import type { Diagnosis } from "../diagnosis";
import { allProcesses } from "../process-holders";
import type { Rule } from "../rule";

const MODULES: ReadonlyMap<string, string> = new Map([
  ["vboxdrv", "VirtualBox"],
  ["vmmon", "VMware Workstation"],
]);
const PROGRAMS = /^(?:VirtualBox|VBoxHeadless|vmware-vmx|VBoxSVC)/;
const LISTS = ["Active(file)", "Inactive(file)", "Unevictable", "Shmem"];

/**
 * Pages that processes have mapped and that are on no list of the kernel: a driver took them for its
 * programs. The page count of mappings then exceeds all cache and shared memory there is. Hypervisors of the
 * desktop (VirtualBox, VMware Workstation) keep their guests' memory so.
 */
export const driverMappedMemory: Rule = {
  id: "driver-mapped-memory",
  title: "Memory that a driver mapped into processes",
  bucket: "allocpage",
  judge(diagnosis, rest) {
    const { snapshot, memTotal } = diagnosis;
    const mapped = meminfoEvidence(snapshot, "Mapped");
    const excess = mapped && mappedBeyondLists(diagnosis, mapped.value);
    const left = rest("allocpage");
    if (!mapped || !excess || !memTotal) return undefined;
    if (excess < Math.max(256 * MIB, memTotal * 0.05) || excess < left * 0.5) return undefined;
    const hypervisor = findHypervisor(diagnosis);
    const bytes = Math.min(excess, left);
    const what = hypervisor
      ? `memory of guests of ${hypervisor.name}`
      : "mapped by processes and on no list: memory that a driver handed them, as hypervisors do for their guests";
    return {
      status: hypervisor ? "healthy" : "suspect",
      headline: `${formatBytes(bytes)} outside the counters are ${what}`,
      confirm: [
        {
          command:
            "lsmod | grep -E '^(vboxdrv|vmmon|nvidia|kvm)'; grep -l -E '^VmFlags:.* pf( |$)' /proc/[0-9]*/smaps",
          proves: "Which driver is loaded, and which processes have its pages mapped.",
          risk: "Reads only; smaps of large processes take a while.",
          root: true,
        },
      ],
      finding: {
        severity: hypervisor ? "info" : "critical",
        ...confidenceOf([
          { factor: hypervisor ? 1 : 0.8, why: "which driver it is, is not in this snapshot" },
        ]),
        bytes: { lower: bytes, upper: bytes },
        holders: hypervisor?.holders ?? [],
        evidence: [mapped, ...listEvidence(diagnosis), ...(hypervisor?.evidence ?? [])],
        fix: "Find the program that has it mapped: its memory is freed when it ends. A guest can be given less memory.",
        fixRisk: "Stopping a hypervisor's program stops its guest.",
      },
    };
  },
};

/** Mapped pages that can be neither cache nor shared memory, in bytes; absent where the lists are not printed. */
function mappedBeyondLists({ snapshot }: Diagnosis, mapped: Bytes): Bytes | undefined {
  if (!meminfoEvidence(snapshot, "Active(file)")) return undefined;
  const lists = LISTS.map((field) => meminfoEvidence(snapshot, field)?.value ?? 0);
  return mapped - lists.reduce((sum, bytes) => sum + bytes, 0);
}

function listEvidence({ snapshot }: Diagnosis): readonly Evidence[] {
  return LISTS.flatMap((field) => meminfoEvidence(snapshot, field) ?? []);
}

function findHypervisor({ snapshot }: Diagnosis):
  | {
      readonly name: string;
      readonly holders: readonly Holder[];
      readonly evidence: readonly Evidence[];
    }
  | undefined {
  const { modules } = snapshot;
  const module = modules?.value.find(({ name }) => MODULES.has(name));
  const programs = allProcesses(snapshot).filter(({ comm }) => PROGRAMS.test(comm ?? ""));
  if (!module && programs.length === 0) return undefined;
  const evidence =
    modules && module
      ? [
          quote(
            snapshot,
            { file: modules.file, line: module.line },
            { text: `module ${module.name}`, value: module.size, unit: "bytes" },
          ),
        ]
      : [];
  const holders = programs.slice(0, 5).map(({ pid, comm = "" }) => ({
    ...{ kind: "process" as const, pid, comm },
    bytes: { lower: 0, upper: 0 },
  }));
  return {
    name: MODULES.get(module?.name ?? "") ?? programs[0]?.comm ?? "a hypervisor",
    ...{ holders, evidence },
  };
}
