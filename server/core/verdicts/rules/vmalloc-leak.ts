import { meminfoEvidence } from "../../accounting/ledger-facts";
import { userName, type VmallocUser, vmallocUsers } from "../../accounting/vmalloc-users";
import { formatBytes } from "../../format-bytes";
import type { Holder, NextStep } from "../../report";
import type { Bytes } from "../../units";
import { leftOf } from "../cache-set";
import { confidenceOf } from "../confidence";
import { bytesOf, type Diagnosis } from "../diagnosis";
import type { Found, Rule } from "../rule";
import { type SizeStatus, sizeStatus } from "../thresholds";

const SHOWN = 5;

const BY_CALLER: NextStep = {
  command:
    'awk \'/vmalloc/ && match($0, /pages=[0-9]+/) { n[$3 " " ($4 ~ /^\\[/ ? $4 : "")] += substr($0, RSTART + 6, RLENGTH - 6) } END { for (c in n) print n[c] * 4, "KiB", c }\' /proc/vmallocinfo | sort -rn | head -20',
  proves:
    "Which function of which module holds vmalloc memory; run it again in ten minutes to see it grow.",
  risk: "Reads only; takes a lock on the list of areas for a moment.",
  root: true,
};

/** vmalloc is large: by whom, and whether that user takes so much by design. */
export const vmallocLeak: Rule = {
  id: "vmalloc-leak",
  title: "Memory held through vmalloc",
  bucket: "vmalloc",
  judge(diagnosis, rest) {
    const users = vmallocUsers(diagnosis.snapshot);
    if (users.length === 0) return userUnknown(diagnosis) ?? addressRanges(diagnosis, rest);
    const unknown = users.filter((user) => user.design === undefined);
    const designed = users.filter((user) => user.design !== undefined);
    return (
      unknownUsers(largeUsers(diagnosis, rest, unknown)) ??
      designedUsers(largeUsers(diagnosis, rest, designed))
    );
  },
};

function sumOf(users: readonly VmallocUser[]): Bytes {
  return users.reduce((sum, user) => sum + user.bytes, 0);
}

interface LargeUsers {
  /** Largest first. */
  readonly users: readonly VmallocUser[];
  readonly main: VmallocUser;
  readonly bytes: Bytes;
  readonly size: NonNullable<SizeStatus>;
}

/** Users that hold much of what better-informed causes leave of the bucket. */
function largeUsers(
  diagnosis: Diagnosis,
  rest: Parameters<Rule["judge"]>[1],
  users: readonly VmallocUser[],
): LargeUsers | undefined {
  const [main] = users;
  const bytes = leftOf(diagnosis, rest, { bucket: "vmalloc", bytes: sumOf(users) });
  const size = sizeStatus(bytes, diagnosis.memTotal);
  return main && size && { users, main, bytes, size };
}

function unknownUsers(large: LargeUsers | undefined): Found | undefined {
  if (!large) return undefined;
  const { users, main, bytes, size } = large;
  return {
    status: size,
    headline: `${formatBytes(main.bytes)} of vmalloc memory are held by ${userName(main)} in ${main.areas} areas`,
    confirm: [BY_CALLER],
    finding: {
      severity: size === "suspect" ? "critical" : "warning",
      ...confidenceOf([
        { factor: Math.min(1, main.bytes / bytes), why: "share of the largest caller" },
        { factor: main.module ? 1 : 0.85, why: "no module: a general function of the kernel" },
        { factor: 0.85, why: "size alone, no growth seen" },
      ]),
      bytes: { lower: Math.min(main.bytes, bytes), upper: bytes },
      holders: users.slice(0, SHOWN).map(toHolder),
      evidence: users.slice(0, SHOWN).map(({ evidence }) => evidence),
      fix: main.module
        ? `Update the module ${main.module} or the kernel it belongs to; unloading it gives the memory back.`
        : "Find who calls it: trace the function with its stack for a minute, then update that driver or kernel.",
      fixRisk: "Unloading a module stops what uses it.",
    },
  };
}

function designedUsers(large: LargeUsers | undefined): Found | undefined {
  if (!large) return undefined;
  const { users, main, bytes, size } = large;
  return {
    status: size === "suspect" ? "watch" : "healthy",
    headline: `${formatBytes(bytes)} are vmalloc memory held by design, most of it ${main.design} (${userName(main)}): no leak`,
    confirm: [BY_CALLER],
    finding: {
      severity: size === "suspect" ? "warning" : "info",
      ...confidenceOf([{ factor: 0.9, why: "size alone, whether it grows is not known" }]),
      bytes: { lower: bytes, upper: bytes },
      holders: users.slice(0, SHOWN).map(toHolder),
      evidence: users.slice(0, SHOWN).map(({ evidence }) => evidence),
      fix: `It is as large as it was set up: ${main.design}. Where that is too much, make its table, index or volume smaller.`,
      fixRisk: "Its user must be set up anew.",
    },
  };
}

function toHolder(user: VmallocUser): Holder {
  return {
    kind: user.module === undefined ? "callSite" : "module",
    name: userName(user),
    count: user.areas,
    bytes: { lower: user.bytes, upper: user.bytes },
    evidence: [user.evidence],
  };
}

/** VmallocUsed counts pages, and vmallocinfo is not there. */
function userUnknown(diagnosis: Diagnosis): Found | undefined {
  const bytes = bytesOf(diagnosis, "vmalloc");
  const status = sizeStatus(bytes, diagnosis.memTotal);
  const used = meminfoEvidence(diagnosis.snapshot, "VmallocUsed");
  if (!status || !used) return undefined;
  return {
    status,
    headline: `${formatBytes(bytes)} are held through vmalloc; who holds them stands in /proc/vmallocinfo, which is not in this snapshot`,
    confirm: [BY_CALLER],
    finding: {
      severity: status === "suspect" ? "critical" : "warning",
      ...confidenceOf([{ factor: 0.6, why: "no vmallocinfo: the caller is not known" }]),
      bytes: { lower: 0, upper: bytes },
      holders: [],
      evidence: [used],
      fix: "Read /proc/vmallocinfo as root: the caller that holds most names the module.",
      fixRisk: "None: reads only.",
    },
  };
}

/**
 * Up to 4.3 VmallocUsed counts address ranges, so its pages are inside allocpage. Where the two are about
 * as large, vmalloc is the likely holder of what is missing.
 */
function addressRanges(
  diagnosis: Diagnosis,
  rest: Parameters<Rule["judge"]>[1],
): Found | undefined {
  const { snapshot, memTotal, unexplained } = diagnosis;
  const used = meminfoEvidence(snapshot, "VmallocUsed");
  const chunk = meminfoEvidence(snapshot, "VmallocChunk")?.value ?? 0;
  const missing = Math.min(unexplained, rest("allocpage"));
  const status = sizeStatus(missing, memTotal);
  if (!used || chunk <= 0 || !status || used.value < missing * 0.5) return undefined;
  const bytes = Math.min(missing, used.value);
  const vdo = snapshot.modules?.value.find(({ name }) => /^(kvdo|uds)$/.test(name));
  return {
    status,
    headline: `${formatBytes(bytes)} that no counter shows may be vmalloc memory${vdo ? " of VDO" : ""}: VmallocUsed is ${formatBytes(used.value)}, which this kernel counts as address ranges`,
    confirm: [BY_CALLER],
    finding: {
      bucket: "allocpage",
      severity: status === "suspect" ? "critical" : "warning",
      ...confidenceOf([
        { factor: 0.6, why: "VmallocUsed holds mapped devices too" },
        { factor: 0.9, why: "no vmallocinfo: the caller is not known" },
      ]),
      bytes: { lower: 0, upper: bytes },
      holders: [],
      evidence: [used],
      fix: "Read /proc/vmallocinfo as root: the sum of pages= of the lines with the word vmalloc, by caller. A storage driver (VDO, a cache) may hold them by design.",
      fixRisk: "None: reads only.",
    },
  };
}
