import type { Parsed } from "./parsed";
export interface BuddyZone {
  readonly numaNode: number;
  readonly zone: string;
  readonly line: number;
  /** Free blocks by order, 0 first. */
  readonly freeBlocks: readonly number[];
}
export declare function parseBuddyinfo(text: string): Parsed<readonly BuddyZone[]>;
