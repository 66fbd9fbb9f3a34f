import { quote } from "../../evidence";
import { formatBytes } from "../../format-bytes";
import type { Evidence, Holder } from "../../report";
import { type Bytes, pagesToBytes } from "../../units";
import { confidenceOf } from "../confidence";
import { roomIn } from "../descriptor-rule";
import { bytesOf, type Diagnosis } from "../diagnosis";
import { foreignModules } from "../foreign-modules";
import { SEE_CALL_SITES } from "../next-steps";
import { remainderEvidence } from "../remainder-evidence";
import type { Found, Rule } from "../rule";
import { siteAmount } from "../site-amount";
import { isNetwork, siteEvidence, siteHolders, sitesOf } from "../site-set";
import { missingFields } from "../sufficiency";
import { sizeStatus } from "../thresholds";

/**
 * Pages that a driver took and no counter shows. Call sites name the driver; without them it is what remains when no
 * other cause explains pages that are far too many, and the modules that are not of the kernel's tree are the first to ask.
 */
export const driverPageLeak: Rule = {
  id: "driver-page-leak",
  title: "Pages that a driver took and did not give back",
  bucket: "allocpage",
  judge(diagnosis, rest) {
    if (diagnosis.inconsistencies.length > 0) return undefined;
    const room = roomIn(diagnosis, rest, "allocpage");
    return fromSites(diagnosis, room) ?? unowned(diagnosis, room);
  },
};

function fromSites(diagnosis: Diagnosis, room: Bytes): Found | undefined {
  const others = sitesOf(
    diagnosis.snapshot,
    "allocpage",
    (row) => !isNetwork(row) && !isKnown(row),
  );
  const [largest] = others?.rows ?? [];
  if (!others || !largest) return undefined;
  const rows = others.rows.filter((row) => ownerOf(row) === ownerOf(largest));
  const sites = { ...others, rows, bytes: rows.reduce((sum, row) => sum + row.bytes, 0) };
  const amount = siteAmount(diagnosis, sites, room);
  if (!amount) return undefined;
  const { bytes, size, factors, growth } = amount;
  const grown = growth ? `, ${formatBytes(growth.bytes)} more than at the first look` : "";
  return {
    status: size,
    headline: `${formatBytes(bytes.upper)} of pages were taken by ${ownerOf(largest)} and are in no counter${grown}`,
    confirm: SEE_CALL_SITES,
    finding: {
      severity: size === "suspect" ? "critical" : "warning",
      ...confidenceOf(factors),
      bytes,
      holders: siteHolders(sites, bytes.upper),
      evidence: [...siteEvidence(sites), ...(growth ? [growth.evidence] : [])],
      fix: FIX,
      fixRisk: FIX_RISK,
    },
  };
}

/** Named by other rules, or there by design. */
function isKnown({ subsystem }: { readonly subsystem: string }): boolean {
  return [
    "packet rings",
    "pipes",
    "io_uring",
    "perf",
    "tracing",
    "BPF",
    "unix sockets",
    "ZFS",
    "XFS",
    "balloon",
    "kernel debugging",
    "memory management",
    "kernel core",
  ].includes(subsystem);
}

function ownerOf(row: { readonly module?: string; readonly site: string }): string {
  return row.module ? `module ${row.module}` : row.site;
}

function unowned(diagnosis: Diagnosis, bytes: Bytes): Found | undefined {
  const { composition, memTotal } = diagnosis;
  if (!composition || missingFields(diagnosis).length > 0) return undefined;
  const { plusMinus } = composition.uncertainty;
  if (sizeStatus(bytes - plusMinus, memTotal) !== "suspect") return undefined;
  const modules = foreignModules(diagnosis.snapshot, bytes);
  const flagless = flaglessPages(diagnosis);
  return {
    status: "suspect",
    headline: `${formatBytes(bytes)} are in pages that no counter shows${among(modules)}`,
    confirm: SEE_CALL_SITES,
    finding: {
      severity: "critical",
      ...confidenceOf([
        {
          factor: flagless.some(({ value }) => value >= bytes * 0.5) ? 0.6 : 0.5,
          why: "what remains when nothing else explains it: no call site was seen",
        },
        { factor: modules.length > 0 ? 1 : 0.8, why: "no module from outside the kernel is known" },
        { factor: diagnosis.snapshot.zoneinfo ? 1 : 0.9, why: "per-CPU free lists unknown" },
      ]),
      bytes: { lower: 0, upper: Math.min(bytesOf(diagnosis, "allocpage"), bytes) },
      holders: modules,
      evidence: [...remainder(diagnosis, bytes), ...flagless],
      fix: FIX,
      fixRisk: FIX_RISK,
    },
  };
}

function among(modules: readonly Holder[]): string {
  if (modules.length === 0) return ", and nothing in this snapshot names the holder";
  const names = modules.map(({ name }) => name).join(", ");
  return `; the loaded modules from outside the kernel are ${names}`;
}

/**
 * Pages that page-types shows without any flag, so on no list. Free ones have none either, but for the first of each
 * block, and are taken off.
 */
function flaglessPages({ snapshot }: Diagnosis): readonly Evidence[] {
  const { pageTypes, meminfo } = snapshot;
  const free = meminfo?.value.get("MemFree");
  const plain = pageTypes?.value.find(({ flags }) => flags.length === 0);
  if (!pageTypes || !plain || !free) return [];
  const bytes = pagesToBytes(plain.pages, snapshot.node.pageSize);
  return [
    quote(
      snapshot,
      { file: pageTypes.file, line: plain.line },
      {
        text: "pages without any flag, on no list, free ones taken off",
        value: Math.max(0, bytes - free.value),
        unit: "bytes",
        formula: `${plain.pages} pages × page size − MemFree`,
      },
    ),
  ];
}

function remainder(diagnosis: Diagnosis, bytes: Bytes): readonly Evidence[] {
  return remainderEvidence(diagnosis, {
    text: "pages in no counter that no other cause explains",
    value: bytes,
    formula: "MemTotal − all other buckets − sockstat TCP mem − what other findings explain",
  });
}

const FIX =
  "Update the driver or module that the call sites name; until then unloading and loading it again shows whether the pages come back.";
const FIX_RISK = "A driver that is unloaded takes its device away for that time.";
