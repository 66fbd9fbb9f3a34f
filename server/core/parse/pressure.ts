import type { Parsed } from "./parsed";
export interface PressureLine {
  readonly line: number;
  /** Percent of time stalled. */
  readonly avg10: number;
  readonly avg60: number;
  readonly avg300: number;
  readonly totalMicroseconds: number;
}
export interface Pressure {
  readonly some?: PressureLine;
  readonly full?: PressureLine;
}
export declare function parsePressure(text: string): Parsed<Pressure>;
