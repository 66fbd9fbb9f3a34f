import { formatBytes } from "../../core/format-bytes";
import { parseSar, type Sar, type SarMoment } from "../../core/parse/sar";
import { type SarTotals, sarTotals } from "../../core/parse/sar-totals";
import type { MeminfoSource } from "../../core/snapshot";
import { spread } from "../layouts/moments";
import type { Draft } from "./draft";
import type { Format, TextFile } from "./format";

/** Enough of a day for a trend; each is a snapshot of its own. */
const MAX_MOMENTS = 12;

interface Told {
  readonly moment: SarMoment;
  readonly totals: SarTotals;
}

/** The last complete moment gives totals, those before it the course of the day. */
function enterSar(draft: Draft, file: TextFile): boolean {
  const sar = draft.read(file, parseSar);
  if (!sar) return false;
  const told = complete(sar.value);
  const last = told.at(-1);
  if (!last) {
    draft.cannotRead(
      file.name,
      "no row tells how much memory there is: kbmemused and %memused are missing",
    );
    return false;
  }
  enterFacts(draft, sar.value, last.moment);
  const series = spread(told, MAX_MOMENTS);
  // The counters themselves know better, and of another moment: sar is no history to them.
  if (draft.single.meminfo) return true;
  draft.single.meminfo = asTotals({ file, sar: sar.value, told: last, first: told[0] });
  draft.earlier = series.slice(0, -1).map((each) => ({
    ...(each.moment.at === undefined ? {} : { takenAt: each.moment.at }),
    meminfo: asTotals({ file, sar: sar.value, told: each }),
  }));
  return true;
}

/** Rows with as many columns as the fullest: the last one may be cut. */
function complete({ moments }: Sar): readonly Told[] {
  const most = Math.max(...moments.map(({ columns }) => columns.size));
  return moments.flatMap((moment) => {
    const totals = moment.columns.size === most ? sarTotals(moment) : undefined;
    return totals ? [{ moment, totals }] : [];
  });
}

function enterFacts({ facts }: Draft, sar: Sar, last: SarMoment): void {
  if (sar.hostname !== undefined) facts.hostname ??= sar.hostname;
  if (sar.kernel !== undefined) facts.kernel ??= sar.kernel;
  if (sar.arch !== undefined) facts.arch ??= sar.arch;
  if (sar.cpus !== undefined) facts.cpus ??= sar.cpus;
  if (last.at !== undefined) facts.date ??= last.at;
}

const ROUNDED_SHARE = 0.01;

function asTotals(of: {
  readonly file: TextFile;
  readonly sar: Sar;
  readonly told: Told;
  readonly first?: Told | undefined;
}): MeminfoSource {
  const { totals, moment } = of.told;
  const memTotal = totals.value.get("MemTotal")?.value ?? 0;
  const at = moment.at === undefined ? "its last row" : moment.at;
  const doubts = [
    {
      bytes: of.sar.isRounded ? memTotal * ROUNDED_SHARE : totals.roundedBy,
      why: `no /proc/meminfo: the numbers are sar's of ${at}, which splits slab no further and has no per-CPU memory`,
    },
    ...course(of.first, of.told),
  ];
  return {
    file: of.file.name,
    value: totals.value,
    derived: { via: "sar", formulas: totals.formulas, doubts },
  };
}

/** What is neither free nor cache, from the first moment to the last: all of the day that every sar sees. */
function course(first: Told | undefined, last: Told) {
  if (!first || first === last) return [];
  const [before, after] = [first, last].map(({ totals }) => inUse(totals));
  if (before === undefined || after === undefined) return [];
  const since = first.moment.at === undefined ? "the first row" : first.moment.at;
  const why = `since ${since} what is neither free nor cache went from ${formatBytes(before)} to ${formatBytes(after)}`;
  return [{ bytes: 0, why }];
}

function inUse({ value }: SarTotals): number {
  const bytes = (field: string): number => value.get(field)?.value ?? 0;
  return bytes("MemTotal") - bytes("MemFree") - bytes("Buffers") - bytes("Cached");
}

export const SAR_FORMATS: readonly Format[] = [
  {
    id: "sar",
    names: ["sar"],
    starts: ["sar_", "sar-"],
    // A report's own history is megabytes a day, beside the counters themselves.
    except: /(?:^|\/)(?:sos_commands|var)\/|\.(?:xml|json|svg|bin)$/,
    looksLike: (head) =>
      /^.{0,40}\bkbmemfree\s+kb(?:memused|avail)|^Linux \S+ \([^)\n]+\)\s+\S+\s+_\w+_\s/m.test(
        head,
      ),
    take: "best",
    enter: enterSar,
  },
];
