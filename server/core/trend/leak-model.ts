import model from "./leak-model.json";

/** A split: index of the feature, border, then what lies below it and what does not; a number is a weight. */
type Tree = number | readonly [number, number, Tree, Tree];

const TREES = model.trees as unknown as readonly Tree[];
const FEATURES: readonly string[] = model.features;
/** As in the training: what stands for a feature that cannot be said. */
const ABSENT = -9;

/**
 * Log-odds that a run leaks, less those from which it is called a leak. A sum of small decision trees, trained by
 * `bench/train-leak-model.py` on made-up series of known kinds; more ascent never makes a leak less likely in it.
 */
export function leakOdds(values: ReadonlyMap<string, number>): number {
  const row = FEATURES.map((name) => values.get(name) ?? ABSENT);
  return TREES.reduce<number>((sum, tree) => sum + weightOf(tree, row), model.base - model.border);
}

function weightOf(tree: Tree, row: readonly number[]): number {
  let at = tree;
  while (typeof at !== "number") at = (row[at[0]] ?? ABSENT) < at[1] ? at[2] : at[3];
  return at;
}
