import { BIAS, PAIRS, WEIGHTS } from "./weights";
import type { Witnesses } from "./witnesses";

/** Log odds from which on the witnesses together make a leak, and how much more double the score. */
const LEAST_ODDS = 2.5;
const ODDS_PER_SCORE = 3;

/** What all witnesses say together, as a score: 1 and more is a leak. */
export function weigh(witnesses: Witnesses): number {
  let odds = BIAS;
  for (const [name, weight] of WEIGHTS) odds += weight * witnesses[name];
  for (const [one, other, weight] of PAIRS) odds += weight * witnesses[one] * witnesses[other];
  return Math.exp((odds - LEAST_ODDS) / ODDS_PER_SCORE);
}
