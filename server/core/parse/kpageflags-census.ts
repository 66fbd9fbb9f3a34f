import type { Bytes } from "../units";
import type { Parsed } from "./parsed";
/** The collector's census of pages that no counter owns, by compound order (see collector.md: kpageflags). */
export interface KpageflagsCensus {
  /** order → bytes of compound pages nobody owns, with line. */
  readonly nobodyByOrder: ReadonlyMap<number, { readonly bytes: Bytes; readonly line: number }>;
}
export declare function parseKpageflagsCensus(text: string): Parsed<KpageflagsCensus>;
