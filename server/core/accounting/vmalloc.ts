import type { VmallocArea } from "../parse/vmallocinfo";
import type { Snapshot } from "../snapshot";
import type { Bytes } from "../units";
import {
  fieldBytes,
  fieldEvidence,
  type LedgerChoices,
  type LedgerFacts,
  type Term,
} from "./ledger-facts";

/** Callers of the areas that are thread stacks; inlining decides which name the kernel prints. */
export const STACK_CALLERS =
  /^(alloc_thread_stack_node|dup_task_struct|copy_process|kernel_clone|_do_fork)/;

/** Bytes of RAM behind areas made by vmalloc: ioremap and vmap areas borrow pages of others. */
function vmallocPages(areas: readonly VmallocArea[], pageSize: Bytes): Bytes {
  return areas
    .filter((area) => area.pages !== undefined && area.flags.includes("vmalloc"))
    .reduce((sum, area) => sum + (area.pages ?? 0) * pageSize, 0);
}

/**
 * Bytes that vmalloc holds, kernel stacks included where they are vmapped; absent when nothing tells.
 *
 * VmallocUsed counts address ranges up to 4.3 (then VmallocChunk is not 0), nothing from 4.4 to 5.2
 * (always 0) and pages since 5.3 (commit 97105f0ab7b8). The value decides, not the version, because
 * distributions move fields between versions.
 */
export function vmallocTotal(
  facts: LedgerFacts,
): { readonly bytes: Bytes; readonly source: "VmallocUsed" | "vmallocinfo" } | undefined {
  const used = fieldBytes(facts, "VmallocUsed");
  const countsAddressRanges = (fieldBytes(facts, "VmallocChunk") ?? 0) > 0;
  if (used && !countsAddressRanges) return { bytes: used, source: "VmallocUsed" };
  const areas = facts.snapshot.vmallocinfo?.value;
  if (!areas) return undefined;
  return { bytes: vmallocPages(areas, facts.snapshot.node.pageSize), source: "vmallocinfo" };
}

/** Whether thread stacks are vmapped, and so counted in VmallocUsed (VMAP_STACK). */
export function isStackVmapped(snapshot: Snapshot, total: Bytes, kernelStack: Bytes): boolean {
  if (total < kernelStack) return false;
  const areas = snapshot.vmallocinfo?.value;
  if (areas)
    return areas.some((area) => area.pages !== undefined && STACK_CALLERS.test(area.caller));
  // x86 since 4.9, arm64 since 4.14; a kernel that prints real VmallocUsed is newer than both.
  return (
    snapshot.node.arch === undefined || /^(x86_64|amd64|aarch64|arm64)$/.test(snapshot.node.arch)
  );
}

/** The vmalloc bucket: pages of vmalloc areas less the stacks, which have a bucket of their own. */
export function vmallocTerm(facts: LedgerFacts, choices: LedgerChoices): Term | undefined {
  const total = vmallocTotal(facts);
  if (!total) return undefined;
  const stack = choices.isStackInVmalloc ? (fieldBytes(facts, "KernelStack") ?? 0) : 0;
  const field = total.source === "VmallocUsed" ? ["VmallocUsed"] : ["vmallocinfo pages="];
  const from = stack > 0 ? [...field, "KernelStack"] : field;
  const evidence = [
    ...(total.source === "VmallocUsed"
      ? fieldEvidence(facts, "VmallocUsed")
      : sumEvidence(facts, total.bytes)),
    ...(stack > 0 ? fieldEvidence(facts, "KernelStack") : []),
  ];
  return { id: "vmalloc", bytes: Math.max(0, total.bytes - stack), how: "derived", from, evidence };
}

function sumEvidence(facts: LedgerFacts, bytes: Bytes): Term["evidence"] {
  const file = facts.snapshot.vmallocinfo?.file;
  if (!file) return [];
  return [
    {
      text: "sum of pages= over the lines with the word vmalloc",
      value: bytes,
      unit: "bytes",
      formula: "Σ pages × page size",
      file,
    },
  ];
}
