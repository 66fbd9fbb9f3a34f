import type { Bytes } from "../units";
import type { AllocationSite, Frame } from "./allocation-site";

/** Stacks kept of one dump: a real one has a few thousand, a hostile one as many as it has lines. */
const MAX_STACKS = 20_000;
const MAX_FRAMES = 40;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Adds up allocations with the same stack, so that a dump of a million pages costs a few thousand sites. */
export class SiteSums {
  private readonly byKey = new Map<string, Mutable<AllocationSite>>();
  private readonly largestPart = new Map<string, Bytes>();

  /** The line is that of the largest part of the sum: it comes closest to the number that it is quoted for. */
  add(site: AllocationSite): void {
    const frames = site.frames.slice(0, MAX_FRAMES);
    const key = keyOf(frames, site);
    const known = this.byKey.get(key);
    if (!known) {
      if (this.byKey.size >= MAX_STACKS) return;
      this.byKey.set(key, { ...site, frames });
      this.largestPart.set(key, site.bytes);
      return;
    }
    if (site.bytes > (this.largestPart.get(key) ?? 0)) {
      this.largestPart.set(key, site.bytes);
      known.line = site.line;
    }
    known.bytes += site.bytes;
    known.calls += site.calls;
    if (known.allocated && site.allocated) {
      known.allocated = {
        bytes: known.allocated.bytes + site.allocated.bytes,
        calls: known.allocated.calls + site.allocated.calls,
      };
    }
    // Several tasks took the same way: none of them stands for all.
    if (known.task?.pid !== site.task?.pid) delete known.task;
  }

  /** Largest first. */
  sites(): readonly AllocationSite[] {
    return [...this.byKey.values()].sort((a, b) => b.bytes - a.bytes);
  }
}

function keyOf(frames: readonly Frame[], site: AllocationSite): string {
  const stack = frames.map(({ func, file, sourceLine, module }) =>
    [func, file, sourceLine, module].join("\t"),
  );
  const { pages = "", order = "", slabCache = "", memcg } = site;
  const group = memcg?.isOffline ? "offline" : "";
  return [...stack, pages, order, slabCache, group].join("\n");
}
