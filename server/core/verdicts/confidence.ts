/** One thing that makes a finding more or less certain, as a factor from 0 to 1. */
export interface Factor {
  readonly factor: number;
  readonly why: string;
}

/** No finding from one capture is certain. */
const MOST = 0.95;

/**
 * Confidence of a finding: 0.95 times every factor below 1, two digits; the words name each factor that
 * took something off, so that a reader sees what would raise it.
 */
export function confidenceOf(factors: readonly Factor[]): {
  readonly confidence: number;
  readonly confidenceWhy: string;
} {
  const product = factors.reduce((value, { factor }) => value * factor, MOST);
  const doubts = factors.filter(({ factor }) => factor < 1);
  const words = doubts.map(({ factor, why }) => `× ${factor.toFixed(2)} ${why}`);
  return {
    confidence: Math.round(product * 100) / 100,
    confidenceWhy: [`${MOST} from a snapshot`, ...words].join(" "),
  };
}
