#!/usr/bin/env python3
"""Fits the weights of the detector's witnesses and prints server/core/trend/weights.ts.

  node bench/detector-curves.mjs --seeds 102,103,104 | python3 bench/fit-detector.py --pairs 16 > server/core/trend/weights.ts

Logistic regression (Newton, ridge) over the curves that the detector looks at. Products of two witnesses are added one at
a time, each time the one with the largest score statistic. Python 3 with numpy.
"""
import argparse, json, sys
import numpy as np

RIDGE = 3e-4
# Machines are what counts in the end; they weigh more than shapes.
MACHINE_WEIGHT = 1.5

def fit(A, y, w):
    m, sd = A.mean(0), A.std(0) + 1e-9
    Z = np.c_[(A - m) / sd, np.ones(len(A))]
    ridge = RIDGE * w.sum() * np.r_[np.ones(A.shape[1]), 0]
    b = np.zeros(Z.shape[1])
    for _ in range(40):
        p = logistic(Z @ b)
        H = (Z * (w * p * (1 - p))[:, None]).T @ Z + np.diag(ridge + 1e-9)
        step = np.linalg.solve(H, Z.T @ (w * (p - y)) + ridge * b)
        b -= step
        if abs(step).max() < 1e-6: break
    return b[:-1] / sd, b[-1] - (b[:-1] * m / sd).sum()

def logistic(odds): return 1 / (1 + np.exp(-np.clip(odds, -30, 30)))

def design(W, pairs): return np.c_[W, np.array([W[:, a] * W[:, b] for a, b in pairs]).T] if pairs else W

def best_pair(W, y, w, pairs, c, i0):
    A = design(W, pairs)
    p = logistic(A @ c + i0)
    pull, info = w * (y - p), w * p * (1 - p)
    Z = np.c_[A, np.ones(len(A))]
    inverse = np.linalg.inv((Z * info[:, None]).T @ Z + 1e-6 * np.eye(Z.shape[1]))
    best = (0, None)
    for a in range(W.shape[1]):
        for b in range(a, W.shape[1]):
            if (a, b) in pairs: continue
            x = W[:, a] * W[:, b]
            shared = Z.T @ (info * x)
            own = (info * x * x).sum() - shared @ inverse @ shared
            if own > 1e-6: best = max(best, ((x @ pull) ** 2 / own, (a, b)), key=lambda each: each[0])
    return best[1]

def main(a):
    rows = [json.loads(line) for line in sys.stdin]
    names = list(rows[0]['witnesses'])
    W = np.array([[r['witnesses'][k] for k in names] for r in rows], float)
    y = np.array([float(r['isLeak']) for r in rows])
    w = np.array([MACHINE_WEIGHT if r['corpus'] == 'machines' else 1.0 for r in rows])
    pairs = []
    while True:
        c, i0 = fit(design(W, pairs), y, w)
        if len(pairs) == a.pairs: break
        pairs.append(best_pair(W, y, w, pairs, c, i0))
    print('import type { Witnesses } from "./witnesses";\n')
    print('// Written by bench/fit-detector.py: log odds of a leak. docs/detector.md says from what.')
    print(f'export const BIAS = {i0:.4g};')
    print('export const WEIGHTS: readonly (readonly [keyof Witnesses, number])[] = [')
    for name, value in zip(names, c): print(f'  ["{name}", {value:.4g}],')
    print('];\n/** Products of two witnesses. */')
    print('export const PAIRS: readonly (readonly [keyof Witnesses, keyof Witnesses, number])[] = [')
    for (p, q), value in zip(pairs, c[len(names):]): print(f'  ["{names[p]}", "{names[q]}", {value:.4g}],')
    print('];')

if __name__ == '__main__':
    p = argparse.ArgumentParser()
    p.add_argument('--pairs', type=int, default=16)
    main(p.parse_args())
