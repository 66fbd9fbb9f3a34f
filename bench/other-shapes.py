#!/usr/bin/env python3
"""Labelled memory series in shapes that leakbench's generator does not have, and backgrounds like those of machines.

  other-shapes.py shapes   --leakbench DIR --split tune|held --seed 1 --per 12 --out c/shapes
  other-shapes.py machines --seed 1 --count 100 --out c/machines.bg.jsonl

`shapes` writes what leakbench's `static` writes. The families of `tune` may be looked at while thresholds are sought;
those of `held` are for measuring. `machines` writes backgrounds for leakbench's `real` mode: {id, t, v in percent}.
Python >= 3.8, standard library only.
"""
import argparse, json, math, random, sys

H, D = 3600.0, 86400.0
GIB = 1 << 30


# Leaks. Every one has gone on growing at the end of the window.

def leak_accelerating(c):
    G, p = c.anyG(), c.r.uniform(1.5, 3)
    c.add(lambda t: G * (t / c.T) ** p)
    c.onset, c.rate = 0.0, G * p / c.T
    c.noise()

def leak_settling(c):
    """a warm-up, then a straight line"""
    G, A, tau = c.anyG(), c.r.uniform(0.01, 0.1), c.T * c.r.uniform(0.03, 0.15)
    c.linear(G)
    c.add(lambda t: A * (1 - math.exp(-t / tau)))
    c.noise()

def leak_business_hours(c):
    G = c.anyG()
    def busy(t): return 1.0 if 8 <= ((t + c.phase) / H) % 24 < 19 else 0.0
    w = [busy(t) for t in c.t]
    z = sum(w)
    if c.T < 2 * D or z == 0: w, z = [1.0] * c.n, c.n
    grow(c, [G * x / z for x in w], G)

def leak_many_restarts(c):
    k = c.r.randint(2, 4)
    cuts = [c.T * (j + c.r.uniform(0.8, 1.2)) / (k + 1) for j in range(k)]
    rate = min(c.room(), c.r.uniform(0.05, 0.3)) / (c.T / (k + 1)) * 0.8
    j, start = 0, 0.0
    for i, t in enumerate(c.t):
        while j < k and t >= cuts[j]: start, j = cuts[j], j + 1
        c.x[i] += rate * (t - start)
    c.onset, c.rate = 0.0, rate
    c.noise()

def leak_few_steps(c):
    n = c.r.randint(5, 9)
    G, acc, j = c.anyG(), 0.0, 0
    ts = [c.T * (k + c.r.uniform(0.2, 0.8)) / n for k in range(n)]
    for i, t in enumerate(c.t):
        while j < n and ts[j] <= t: acc, j = acc + G / n * c.r.uniform(0.7, 1.3), j + 1
        c.x[i] += acc
    c.onset, c.rate = 0.0, G / c.T
    c.noise()

def leak_big_daily(c):
    G = c.anyG()
    c.linear(G)
    if c.T > 2 * D: c.season(min(0.2, G * c.r.uniform(0.5, 1.5)))
    c.noise()

def leak_plateaus(c):
    G, w, on, left = c.anyG(), [], True, 0
    for _ in c.t:
        if left <= 0: on, left = not on, c.T * c.r.uniform(0.04, 0.14)
        left -= c.dt
        w.append(1.0 if on else 0.0)
    z = sum(w)
    grow(c, [G * x / z for x in w], G)

def leak_under_walk(c):
    G = c.anyG()
    c.linear(G)
    c.rw(G * c.r.uniform(0.1, 0.3))
    c.noise(c.sd * 0.5)

def leak_growing_noise(c):
    G, k = c.anyG(), c.r.uniform(0.1, 0.4)
    c.linear(G)
    for i, t in enumerate(c.t): c.x[i] += c.r.gauss(0, 1) * k * G * (t / c.T)
    c.noise()

def leak_under_spikes(c):
    c.linear(c.anyG())
    c.spikes(c.r.uniform(0.01, 0.08), c.T / c.r.uniform(10, 80))
    c.noise()

def leak_nightly(c):
    """a job that leaves something behind every time it runs"""
    G, every = c.anyG(), c.T / c.r.randint(10, 28)
    ph, size, w = c.r.uniform(0, every), c.r.uniform(0.3, 2), []
    w = [1.0 if (t + ph) % every < every * 0.12 else 0.0 for t in c.t]
    z, n = sum(w), c.T / every
    for i, x in enumerate(w): c.x[i] += G / n * size * x
    grow(c, [G * x / z for x in w], G)

def leak_two_rates(c):
    G, k, q = c.anyG(), c.r.uniform(0.3, 0.7), c.r.uniform(0.55, 1.8)
    a = G / (k + q * (1 - k)) / c.T
    c.add(lambda t: a * min(t, k * c.T) + a * q * max(0.0, t - k * c.T))
    c.onset, c.rate = 0.0, a * q
    c.noise()

def leak_after_deploy(c):
    t0, A = c.T * c.r.uniform(0.15, 0.5), c.r.uniform(0.01, 0.08) * c.r.choice([1, -0.4])
    c.add(lambda t: max(A, -0.5 * c.L0) if t >= t0 else 0.0)
    c.linear(c.fastG(), t0)
    c.noise()

def leak_mean_reverting(c):
    G = c.anyG()
    c.linear(G)
    c.ou(G * c.r.uniform(0.08, 0.25), c.T * c.r.uniform(0.01, 0.05))
    c.noise(c.sd * 0.5)

def leak_changing_sawtooth(c):
    G = c.anyG()
    c.linear(G)
    changing_sawtooth(c, G)
    c.noise()


# Not leaks.

def ok_saturating(c):
    A, tau = c.r.uniform(0.03, 0.5) * c.room(), c.T * c.r.uniform(0.05, 0.3)
    c.add(lambda t: A * (1 - math.exp(-t / tau)))
    c.noise()

def ok_logistic(c):
    A, m, w = c.r.uniform(0.03, 0.5) * c.room(), c.T * c.r.uniform(0.15, 0.5), c.T * c.r.uniform(0.03, 0.1)
    c.add(lambda t: A / (1 + math.exp(-(t - m) / w)))
    c.noise()

def ok_power(c):
    A, p = c.r.uniform(0.02, 0.2), c.r.uniform(0.3, 0.5)
    c.add(lambda t: A * (t / c.T) ** p)
    c.noise()

def ok_staged_cache(c):
    n = c.r.randint(2, 4)
    for _ in range(n):
        A, t0, tau = c.r.uniform(0.02, 0.15), c.T * c.r.uniform(0, 0.5), c.T * c.r.uniform(0.02, 0.1)
        c.add(lambda t: A * (1 - math.exp(-max(0.0, t - t0) / tau)))
    c.noise()

def ok_batch_jobs(c):
    i = 0
    while i < c.n:
        i += int(c.r.expovariate(1.0) * c.T / 20 / c.dt) + 1
        a, m = c.r.uniform(0.01, 0.15), int(c.r.lognormvariate(0, 0.8) * c.T / 25 / c.dt)
        for j in range(i, min(c.n, i + m)): c.x[j] += a * min(1.0, (j - i) / (0.2 * m + 1))
    c.noise()

def ok_deploy_ramp(c):
    A, a, d = c.r.uniform(0.02, 0.25), c.r.uniform(0.1, 0.5) * c.T, c.r.uniform(0.1, 0.3) * c.T
    c.add(lambda t: A * min(1.0, max(0.0, (t - a) / d)))
    c.noise()

def ok_noisy_pareto(c):
    a, e = c.r.uniform(0.003, 0.02), c.r.uniform(1.3, 2.5)
    for i in range(c.n): c.x[i] += a * min(20.0, c.r.paretovariate(e) - 1)
    c.noise()

def ok_regimes(c):
    level, left = 0.0, 0.0
    for i in range(c.n):
        if left <= 0: level, left = c.r.uniform(0, 0.15), c.r.expovariate(1.0) * c.T / 6
        left -= c.dt
        c.x[i] += level
    c.noise()

def ok_changing_sawtooth(c):
    changing_sawtooth(c, c.r.uniform(0.02, 0.15))
    c.noise()

def ok_mean_reverting(c):
    c.ou(c.r.uniform(0.01, 0.04), c.r.uniform(0.03, 0.12) * c.T)
    c.noise(c.sd * 0.5)

def ok_decreasing(c):
    A, p = min(c.r.uniform(0.01, 0.2), 0.8 * c.L0), c.r.uniform(0.5, 2)
    c.add(lambda t: -A * (t / c.T) ** p)
    c.noise()

def ok_backup_windows(c):
    every, A, d = (D if c.T > 2 * D else c.T / 5), c.r.uniform(0.02, 0.2), c.r.uniform(0.05, 0.3)
    ph = c.r.uniform(0, every)
    def at(t):
        q = ((t + ph) % every) / every
        return A * q / d if q < d else A * math.exp(-(q - d) / 0.15)
    c.add(at)
    c.noise()

def ok_bounded_walk(c):
    y, e, top = c.r.uniform(0, 1), c.r.uniform(2, 6) / math.sqrt(c.n), c.r.uniform(0.01, 0.05)
    for i in range(c.n):
        y = abs(y + e * c.r.gauss(0, 1))
        y = 2 - y if y > 1 else y
        c.x[i] += top * y
    c.noise(c.sd * 0.5)

def ok_two_caches(c):
    for tau in (c.T * c.r.uniform(0.01, 0.04), c.T * c.r.uniform(0.1, 0.25)):
        A = c.r.uniform(0.02, 0.15)
        c.add(lambda t: A * (1 - math.exp(-t / tau)))
    c.noise()

def ok_slow_cycle(c):
    """a week or a month of which the window shows a wave"""
    A, p, ph = c.r.uniform(0.01, 0.08), c.T * c.r.uniform(0.45, 0.9), c.r.uniform(0, 6.28)
    c.add(lambda t: A * math.sin(6.2832 * t / p + ph))
    if c.T > 2 * D: c.season(c.amp() * 0.5)
    c.noise()

def ok_warmup_restarts(c):
    k, tau = c.r.randint(1, 3), c.T * c.r.uniform(0.01, 0.05)
    cuts, A = sorted(c.T * c.r.uniform(0.1, 0.85) for _ in range(k)), c.r.uniform(0.03, 0.3)
    def at(t):
        begun = max([0.0] + [q for q in cuts if q <= t])
        return A * (1 - math.exp(-(t - begun) / tau))
    c.add(at)
    c.noise()

def ok_batches_at_night(c):
    if c.T <= 2 * D: return ok_batch_jobs(c)
    A = c.r.uniform(0.02, 0.15)
    of_day = {}
    def at(t):
        day, q = divmod((t + c.phase) / D, 1)
        if day not in of_day: of_day[day] = (c.r.uniform(0.5, 1.5), c.r.uniform(0.1, 0.3))
        size, d = of_day[day]
        return A * size if q < d else 0.0
    c.add(at)
    c.noise()

def ok_replaced_leak(c):
    """grew, was restarted with a mended version, stands still"""
    k, A = c.T * c.r.uniform(0.3, 0.6), c.r.uniform(0.03, 0.3)
    c.add(lambda t: A * t / k if t < k else A * 0.05)
    c.noise()


def grow(c, steps, G):
    a = 0.0
    for i, x in enumerate(steps): c.x[i] += a; a += x
    c.onset, c.rate = 0.0, G / c.T
    c.noise()

def changing_sawtooth(c, scale):
    i = 0
    while i < c.n:
        m, a = int(c.T / c.r.uniform(12, 50) / c.dt) + 2, scale * c.r.uniform(0.3, 1.2)
        for j in range(i, min(c.n, i + m)): c.x[j] += a * (j - i) / m
        i += m

HELD = {'leak_under_spikes', 'leak_nightly', 'leak_two_rates', 'leak_after_deploy', 'leak_mean_reverting', 'leak_changing_sawtooth',
        'ok_bounded_walk', 'ok_two_caches', 'ok_slow_cycle', 'ok_warmup_restarts', 'ok_batches_at_night', 'ok_replaced_leak'}
FAMILIES = {k: f for k, f in globals().items() if k.startswith(('leak_', 'ok_'))}


def shapes(a):
    sys.path.insert(0, a.leakbench)
    import leakgen
    rows = []
    for name in sorted(FAMILIES):
        if (name in HELD) != (a.split == 'held'): continue
        for i in range(a.per):
            ss = f'{a.seed}:{a.split}:{name}:{i}'
            r = random.Random(ss)
            T, dt = leakgen.LENGTHS[i % len(leakgen.LENGTHS)]
            noise = ['low', 'mid', 'high'][(i // len(leakgen.LENGTHS)) % 3]
            c = leakgen.Ctx(r, T, dt, noise)
            FAMILIES[name](c)
            if r.random() < 0.3: c.gaps(1)
            row, label = leakgen.finish(c, 'n%012x' % r.getrandbits(48), name, a.split, ss, noise)
            # Within a day nobody can tell a daily swing from a growth.
            label['tier'] = 'ambiguous' if name == 'ok_slow_cycle' and T < 2 * D else 'core'
            row.pop('family', None)
            rows.append((row, label))
    leakgen.emit(a.out, rows, a.seed)


class Machine:
    """How the memory of a busy machine looks from outside, in percent."""
    def __init__(s, r):
        s.r = r
        s.T, s.dt = r.choice([1, 1, 2, 4, 7, 8]) * D, r.choice([60, 300, 300, 600])
        s.n = int(s.T / s.dt)
        s.y = [r.uniform(20, 85)] * s.n
    def revert(s, sd, tc):
        phi = math.exp(-s.dt / tc)
        a, e = s.r.gauss(0, 1), math.sqrt(1 - phi * phi)
        for i in range(s.n): s.y[i] += sd * a; a = phi * a + e * s.r.gauss(0, 1)
    def day(s, amp):
        ph, sharp, size = s.r.uniform(0, D), s.r.uniform(1, 3), {}
        for i in range(s.n):
            q = i * s.dt + ph
            k = size.setdefault(int(q // D), s.r.uniform(0.6, 1.4))
            s.y[i] += amp * k * math.tanh(sharp * math.sin(6.2832 * q / D))
    def jobs(s, size, length, busy):
        """jobs come and go; how much they take and how long they last is heavy-tailed"""
        t = -5 * length
        while t < s.T:
            t += s.r.expovariate(busy / length)
            a, m = size * min(8, s.r.paretovariate(1.6)), length * s.r.lognormvariate(-0.3, 1)
            for i in range(max(0, int(t / s.dt)), max(0, min(s.n, int((t + m) / s.dt)))): s.y[i] += a
    def levels(s):
        for _ in range(s.r.randint(1, 3)):
            at, a = s.r.randrange(s.n), s.r.gauss(0, 5)
            for i in range(at, s.n): s.y[i] += a
    def walk(s, sd):
        a, e = 0.0, sd / math.sqrt(s.n)
        for i in range(s.n): s.y[i] += a; a = 0.9995 * a + e * s.r.gauss(0, 1)
    def finish(s, name):
        r = s.r
        unit = r.choice([0.001, 0.01, 0.1, 1, 1, 2])
        lost = set()
        for _ in range(r.choice([0, 0, 1, 2])):
            a = r.randrange(s.n)
            lost.update(range(a, a + int(r.uniform(0.005, 0.06) * s.n)))
        kept = [i for i in range(s.n) if i not in lost]
        return {'id': name, 't': [1_700_000_000 + i * s.dt for i in kept],
                'v': [round(round(min(98.0, max(1.0, s.y[i])) / unit) * unit, 4) for i in kept]}

def machine(r, name):
    m, size = Machine(r), math.exp(r.uniform(math.log(0.4), math.log(6)))
    if r.random() < 0.7: m.revert(size * r.uniform(0.2, 1), r.uniform(0.5, 12) * H)
    if r.random() < 0.5: m.day(size * r.uniform(0.3, 2))
    if r.random() < 0.5: m.jobs(size * r.uniform(0.2, 1), r.uniform(0.3, 10) * H, r.uniform(1, 12))
    if r.random() < 0.25: m.levels()
    if r.random() < 0.4: m.walk(size * r.uniform(0.3, 1.2))
    m.revert(size * r.uniform(0.02, 0.4), r.uniform(1, 1800))
    return m.finish(name)

def machines(a):
    with open(a.out, 'w') as f:
        for i in range(a.count):
            row = machine(random.Random(f'{a.seed}:machine:{i}'), f'm{i}')
            f.write(json.dumps(row, separators=(',', ':')) + '\n')


if __name__ == '__main__':
    p = argparse.ArgumentParser()
    p.add_argument('mode', choices=['shapes', 'machines'])
    p.add_argument('--leakbench', default='../shared/leakbench')
    p.add_argument('--split', default='held', choices=['tune', 'held'])
    p.add_argument('--seed', default='1')
    p.add_argument('--per', type=int, default=12)
    p.add_argument('--count', type=int, default=100)
    p.add_argument('--out', required=True)
    a = p.parse_args()
    {'shapes': shapes, 'machines': machines}[a.mode](a)
