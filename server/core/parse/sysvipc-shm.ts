import type { Bytes } from "../units";
import type { Parsed } from "./parsed";
export interface SysvShm {
  readonly line: number;
  readonly key: number;
  readonly shmid: number;
  readonly size: Bytes;
  readonly rss?: Bytes;
  readonly swap?: Bytes;
  readonly cpid: number;
  readonly lpid: number;
  readonly attached: number;
}
export declare function parseSysvShm(text: string): Parsed<readonly SysvShm[]>;
