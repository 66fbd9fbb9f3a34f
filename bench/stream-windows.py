#!/usr/bin/env python3
"""Cuts the series of a stream corpus into the windows that a server judges, each labelled by what is true at its end.

    stream-windows.py IN.in.jsonl IN.labels.jsonl OUT      writes OUT.in.jsonl and OUT.labels.jsonl

Every six hours, the three days before. A leak that began less than SEEN_H hours ago is neither (tier "early"): nobody could see it.
Benign kinds weigh by how common they are in a fleet.
"""
import json, sys

H, WINDOW_H, STEP_H, FIRST_H, SEEN_H = 3600, 72, 6, 24, 10
# As in the scorer's fleet mix; those it does not name count little.
FLEET = {'flat': .55, 'daily': .2, 'weekly': .05, 'ou': .05, 'spiky': .05, 'sawtooth_gc': .03, 'step_deploy': .02, 'cache_fill': .02, 'load_reversal': .01, 'one_time_growth': .01, 'random_walk': .01}

# Windows in which these rise are few among theirs.
RISING = {'cache_fill': .5, 'sawtooth_gc': .5, 'one_time_growth': .25, 'load_reversal': .25, 'random_walk': .25}

source, labels, out = sys.argv[1:4]
truth = {row['id']: row for row in map(json.loads, open(labels))}
with open(out + '.in.jsonl', 'w') as series, open(out + '.labels.jsonl', 'w') as marks:
    for row in map(json.loads, open(source)):
        label = truth[row['id']]; t, v = row['t'], row['v']
        end = t[0] + FIRST_H * H; i = j = 0
        while end <= t[-1] + 1:
            while j < len(t) and t[j] <= end: j += 1
            while t[i] < end - WINDOW_H * H: i += 1
            since = None if label['onset'] is None else (end - label['onset']) / H
            leak = since is not None and since > 0
            weight = 0.15 if leak else RISING.get(label['family'], 0.1 + 2 * FLEET.get(label['family'], .01))
            name = f"{row['id']}#{end}"
            series.write(json.dumps({'id': name, 't': t[i:j], 'v': v[i:j], 'capacity': row['capacity']}, separators=(',', ':')) + '\n')
            marks.write(json.dumps({'id': name, 'family': label['family'], 'split': 'stream', 'label': 'leak' if leak else 'ok', 'tier': 'early' if leak and since < SEEN_H else 'core', 'weight': weight}) + '\n')
            end += STEP_H * H
