#!/usr/bin/env python3
"""Trains server/core/trend/leak-model.json: a sum of small decision trees over the features of a run.

    train-leak-model.py NAME...     reads NAME.labels.jsonl (leakgen's) and NAME.features.jsonl, writes the model to stdout
    for each corpus:                npx memledger detect --explain < NAME.in.jsonl > NAME.features.jsonl

Gradient boosting (Friedman 2001) with second-order weights; needs numpy. Splits may only go the way in which more ascent
means more leak, so that the model cannot learn the quirks of a generator. --border: log-odds called a leak.
"""
import argparse, json
import numpy as np

ABSENT, LARGEST = -9.0, 99.0
TREES, DEPTH, RATE, BORDERS, SHRINK, SHARE = 240, 3, 0.1, 48, 3.0, 0.4
# More of it, the more a leak; or the less.
WAYS = {'efficiency': 1, 'z': 1, 'ratio': 1, 'tail': 1, 'fit': 1, 'concentration': -1, 'deceleration': 1, 'end': 1, 'slope': 1, 'net': 1}
# Benign kinds that look most like leaks weigh more: a false alarm costs more than a leak that is found later.
HARD = {'random_walk', 'log_growth', 'walk_back', 'real_bg'}


def read(names):
    rows, leaks, weights = [], [], []
    for name in names:
        labels = {row['id']: row for row in map(json.loads, open(name + '.labels.jsonl'))}
        for row in map(json.loads, open(name + '.features.jsonl')):
            label = labels[row['id']]
            if label['tier'] != 'core' or 'features' not in row: continue
            leak = label['label'] == 'leak'
            rows.append(row['features']); leaks.append(leak)
            weights.append((1.0 if leak else 3.0) * (1.5 if label['split'] == 'real' else 1.0) * (2.0 if label['family'] in HARD else 1.0))
    names = sorted({key for row in rows for key in row})
    table = np.array([[ABSENT if row.get(key) is None else row[key] for key in names] for row in rows])
    return names, np.clip(table, -LARGEST, LARGEST), np.array(leaks, float), np.array(weights)


def train(names, x, y, w):
    rnd = np.random.default_rng(0)
    borders = [np.unique(np.quantile(x[:, j], np.linspace(0, 1, BORDERS + 1)[1:-1]).round(4)) for j in range(x.shape[1])]
    binned = np.stack([np.searchsorted(borders[j], x[:, j], side='right') for j in range(x.shape[1])], 1)
    ways = [WAYS.get(name.split('.')[1], 0) for name in names]
    base = float(np.log((w * y).sum() / (w * (1 - y)).sum()))
    odds, trees = np.full(len(y), base), []

    def grow(idx, depth, g, h, columns):
        total_g, total_h = g[idx].sum(), h[idx].sum()
        best, split = 1e-6, None
        for j in columns if depth and total_h > 4 else ():
            count = len(borders[j]) + 1
            gb = np.bincount(binned[idx, j], g[idx], count).cumsum()[:-1]
            hb = np.bincount(binned[idx, j], h[idx], count).cumsum()[:-1]
            if not len(gb): continue
            left, right = gb / (hb + SHRINK), (total_g - gb) / (total_h - hb + SHRINK)
            gain = gb * left + (total_g - gb) * right - total_g ** 2 / (total_h + SHRINK)
            gain[(hb < 1) | (total_h - hb < 1) | (ways[j] * (right - left) < 0)] = -1
            k = int(gain.argmax())
            if gain[k] > best: best, split = gain[k], (j, k)
        if split is None: return round(float(RATE * total_g / (total_h + SHRINK)), 4)
        j, k = split; below = binned[idx, j] <= k
        return [int(j), float(borders[j][k]), grow(idx[below], depth - 1, g, h, columns), grow(idx[~below], depth - 1, g, h, columns)]

    def weigh(tree, idx, out):
        if not isinstance(tree, list): out[idx] = tree; return
        below = x[idx, tree[0]] < tree[1]
        weigh(tree[2], idx[below], out); weigh(tree[3], idx[~below], out)

    everything = np.arange(len(y))
    for _ in range(TREES):
        p = 1 / (1 + np.exp(-odds)); columns = rnd.choice(len(names), int(len(names) * SHARE), replace=False)
        trees.append(grow(everything, DEPTH, w * (y - p), w * p * (1 - p), columns))
        step = np.empty(len(y)); weigh(trees[-1], everything, step); odds += step
    return base, trees


if __name__ == '__main__':
    parser = argparse.ArgumentParser(); parser.add_argument('names', nargs='+'); parser.add_argument('--border', type=float, default=0.6)
    args = parser.parse_args()
    names, x, y, w = read(args.names)
    base, trees = train(names, x, y, w)
    lines = ',\n'.join(json.dumps(tree, separators=(',', ':')) for tree in trees)
    print('{"base": %.4f, "border": %s,\n"features": %s,\n"trees": [\n%s\n]}' % (base, args.border, json.dumps(names), lines))
