#!/usr/bin/env python3
"""Shapes that leakgen.py does not draw, by its own means, and backgrounds like recorded machines: what the leak model was trained on.

    training-shapes.py LEAKGEN_DIR SEED PER OUT, or LEAKGEN_DIR --real SEED COUNT OUT"""
import sys, math, json, random
sys.path.insert(0, sys.argv[1])
import leakgen as L
H, D = L.H, L.D

def ramp(c, f, G):
    """adds G * f(u), u = t/T, f(0)=0 f(1)=1"""
    c.add(lambda t: G * f(t / c.T)); c.onset, c.rate = 0.0, G / c.T
def l_accelerating(c): p = c.r.uniform(1.4, 2.2); ramp(c, lambda u: u ** p, c.anyG()); c.noise()
def l_exponential(c): k = c.r.uniform(1, 2.5); ramp(c, lambda u: (math.exp(k * u) - 1) / (math.exp(k) - 1), c.anyG()); c.noise()
def l_warm_then_linear(c):
    A, tau = c.r.uniform(0.02, 0.1), c.T * c.r.uniform(0.02, 0.1); c.add(lambda t: A * (1 - math.exp(-t / tau))); c.linear(c.anyG()); c.noise()
def l_business_hours(c):
    G = c.anyG(); w = [1.0 if 8 <= ((t + c.phase) / H) % 24 < 18 else 0.0 for t in c.t]; z = sum(w) or 1; a = 0.0
    for i in range(c.n): c.x[i] += a; a += G * w[i] / z
    c.onset, c.rate = 0.0, G / c.T; c.noise()
def l_few_steps(c): c.steps(c.anyG(), c.r.randint(5, 8)); c.noise()
def l_plateau(c):
    G = c.anyG(); a = c.r.uniform(0.25, 0.5); b = a + c.r.uniform(0.12, 0.25)
    ramp(c, lambda u: (min(u, a) + max(0, u - b)) / (1 - (b - a)), G); c.noise()
def l_under_walk(c): c.linear(max(0.03, c.anyG())); c.ou(c.r.uniform(0.003, 0.012), c.r.uniform(0.02, 0.08) * c.T); c.noise(c.sd * 0.5)
def l_noise_grows(c):
    G = c.anyG(); ramp(c, lambda u: u, G)
    for i, t in enumerate(c.t): c.x[i] += c.r.gauss(0, 1) * G * 0.12 * t / c.T
    c.noise()
def l_big_daily(c): c.linear(max(0.03, c.anyG())); c.season(c.r.uniform(0.06, 0.12)); c.noise()
def l_spiky(c): c.linear(c.anyG()); c.spikes(c.r.uniform(0.01, 0.06), c.T / c.r.uniform(10, 60)); c.noise()
def l_partial_restarts(c):
    """each restart gives back half of what leaked"""
    k = c.r.randint(2, 3); G = max(0.08, c.fastG()); cuts = sorted((j + c.r.uniform(0.8, 1.0)) / (k + 1) for j in range(k)); cuts[-1] = min(cuts[-1], .72); rate = G / c.T; a = 0.0; j = 0; last = 0.0
    for i, t in enumerate(c.t):
        while j < k and t / c.T >= cuts[j]: a -= (a - last) * c.r.uniform(0.4, 0.9); last = a; j += 1
        c.x[i] += a; a += rate * c.dt
    c.onset, c.rate = 0.0, rate; c.noise()
def l_sawtooth_drift(c): G = c.anyG(); c.linear(G); c.sawtooth(c.r.uniform(1, 4) * G, c.T / c.r.uniform(20, 80)); c.noise()
def l_slowing(c): p = c.r.uniform(0.75, 0.92); ramp(c, lambda u: u ** p, c.anyG()); c.noise()
def l_late(c): c.linear(max(.03, c.anyG()), c.T * c.r.uniform(0.6, 0.75)); c.noise()
def l_cron(c): c.steps(c.anyG(), max(6, int(c.T / (c.r.choice([1, 3, 6, 24]) * H)) if c.T > D else 12)); c.noise()

def o_logistic(c): A, m, w = c.r.uniform(.02, .3), c.r.uniform(.2, .55), c.r.uniform(.03, .1); c.add(lambda t: A / (1 + math.exp(-(t / c.T - m) / w))); c.noise()
def o_sqrt_sat(c): A, a = c.r.uniform(.02, .2), c.r.uniform(.3, .6); c.add(lambda t: A * math.sqrt(min(1, t / c.T / a))); c.noise()
def o_staged(c):
    A = c.r.uniform(.02, .15)
    for m, s in [(c.r.uniform(.05, .15), 1), (c.r.uniform(.2, .35), .5), (c.r.uniform(.4, .6), .25)]:
        c.add(lambda t, m=m, s=s: A * s * (1 - math.exp(-max(0, t / c.T - m) / .03)))
    c.noise()
def o_regime(c):
    A = c.r.uniform(.01, .1); s = 0; p = c.dt / (c.T / c.r.uniform(3, 15))
    for i in range(c.n):
        if c.r.random() < p: s = 1 - s
        c.x[i] += A * s
    c.noise()
def o_logrotate(c): c.sawtooth(c.r.uniform(.01, .12), c.T / c.r.uniform(5, 12)); c.noise()
def o_backup(c):
    A, h, d = c.r.uniform(.02, .15), c.r.uniform(0, 24), c.r.uniform(1, 4)
    c.add(lambda t: A if ((t + c.phase) / H - h) % 24 < d else 0); c.noise()
def o_decreasing(c): G = min(c.L0 * .6, c.r.uniform(.01, .2)); c.add(lambda t: -G * t / c.T); c.noise()
def o_ramp_flat(c): A, a, d = c.r.uniform(.02, .2), c.r.uniform(.02, .3), c.r.uniform(.2, .4); c.add(lambda t: A * min(1, max(0, (t / c.T - a) / d))); c.noise()
def o_pareto(c):
    for i in range(c.n): c.x[i] += .003 * min(20, c.r.paretovariate(1.3))
    c.noise()
def o_walk_back(c): c.ou(c.r.uniform(.01, .06) * c.k, c.r.uniform(.05, .2) * c.T); c.noise()
def o_two_steps(c):
    for _ in range(2): a, A = c.T * c.r.uniform(.1, .85), c.r.uniform(.01, .1); c.add(lambda t, a=a, A=A: A if t >= a else 0)
    c.noise()
def o_batch(c):
    A = c.r.uniform(.03, .15); p = c.T / c.r.uniform(4.5, 9); c.add(lambda t: A * max(0, ((t + c.phase) % p) / p - .4)); c.noise()
def o_up_down(c): A, m = c.r.uniform(.02, .15), c.r.uniform(.3, .75); c.add(lambda t: A * math.sin(math.pi * min(1, t / c.T / (2 * m)))); c.noise()
def o_daily_late(c): c.season(c.amp()); c.spikes(.03, c.T / 20); c.noise()
LEAK = {k[2:]: v for k, v in globals().items() if k.startswith('l_')}
OK = {k[2:]: v for k, v in globals().items() if k.startswith('o_')}
DAILY = {'business_hours', 'big_daily', 'backup', 'daily_late', 'cron', 'late', 'batch'}

def real(seed, n, out):
    """like recorded machines: v in percent, wandering, daily, weekly, jumps, quantised, gaps"""
    f = open(out, 'w')
    for i in range(n):
        r = random.Random(f'{seed}:{i}'); T = r.choice([D, 2 * D, 4 * D, 7 * D, 8 * D]); dt = r.choice([300, 300, 600, 60 if T <= 2 * D else 300]); m = int(T / dt)
        base = r.uniform(15, 90); kind = r.choice(['quiet', 'ou', 'daily', 'walk', 'busy', 'jumps'])
        sd = {'quiet': .15, 'ou': r.uniform(.5, 4), 'daily': .6, 'walk': r.uniform(.3, 1.5), 'busy': r.uniform(2, 8), 'jumps': .4}[kind]
        tau = r.uniform(.3, 12) * H; phi = math.exp(-dt / tau); e = math.sqrt(1 - phi * phi); a = r.gauss(0, 1); w = 0.0; lvl = 0.0
        amp = r.uniform(1, 8) if kind in ('daily', 'busy') else r.uniform(0, .7); ph = r.uniform(0, D); q = r.choice([0, 0, 0.01, 0.1, 1]); t, v = [], []
        for j in range(m):
            a = phi * a + e * r.gauss(0, 1)
            if kind == 'walk': w += r.gauss(0, 1) * sd * 3 / math.sqrt(m)
            if kind == 'jumps' and r.random() < dt / (T / 5): lvl += r.gauss(0, 4)
            if kind == 'jumps': lvl *= 1 - dt / T
            x = base + sd * (a if kind != 'walk' else .5 * a) + w + lvl + amp * math.sin(2 * math.pi * (j * dt + ph) / D) + r.gauss(0, .1)
            if r.random() < .003: x += r.expovariate(1) * 6
            x = min(99.0, max(1.0, x))
            if q: x = round(x / q) * q
            if r.random() < .02: continue
            t.append(1_700_000_000 + j * dt); v.append(x)
        f.write(json.dumps({'id': f'bg{i}', 't': t, 'v': v}) + '\n')

if sys.argv[2] == '--real': real(sys.argv[3], int(sys.argv[4]), sys.argv[5])
else:
    seed, per, out = sys.argv[2], int(sys.argv[3]), sys.argv[4]; rows = []
    for fam, fn in list(LEAK.items()) + list(OK.items()):
        for i in range(per):
            ss = f'{seed}:other:{fam}:{i}'; r = random.Random(ss); T, dt = L.LENGTHS[i % len(L.LENGTHS)]; nz = ['low', 'mid', 'high'][(i // len(L.LENGTHS)) % 3]
            c = L.Ctx(r, T, dt, nz); fn(c); row, lab = L.finish(c, 'n%012x' % r.getrandbits(48), fam, 'other', ss, nz)
            if fam in DAILY and T < 2 * D: lab['tier'] = 'ambiguous'
            rows.append((row, lab))
    L.emit(out, rows, seed)
