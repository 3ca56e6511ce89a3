"""Prints reference values of the functions in lib/math, as test/lib/math/reference/values.json.

    python test/lib/math/reference/make.py > test/lib/math/reference/values.json    # needs mpmath

Each row is the arguments and the value, computed to 60 digits and rounded once to the nearest double.
"""

import json
import random

from mpmath import mp, mpf

mp.dps = 60
random.seed(1)


def uniform(low, high, count):
    return [random.uniform(low, high) for _ in range(count)]


def scales(low, high, count):
    """Both signs, magnitudes 10^low to 10^high."""
    return [random.choice([-1, 1]) * 10 ** random.uniform(low, high) for _ in range(count)]


def positive(xs):
    return [abs(x) for x in xs]


def phi(z):
    return mp.exp(-z * z / 2) / mp.sqrt(2 * mp.pi)


def cdf(z):
    return mp.erfc(-z / mp.sqrt(2)) / 2


def h(z):
    with mp.workdps(60 + 3 * len(str(int(abs(z))))):  # the two terms agree to about 2 log10 |z| digits
        return phi(z) + z * cdf(z)


def quantile(p):
    q = mpf(p)
    if q > mpf(1) / 2:
        return -mp.findroot(lambda z: mp.log(cdf(z)) - mp.log(1 - q), -mp.sqrt(-2 * mp.log(1 - q)) * mpf("0.9"))
    return mp.findroot(lambda z: mp.log(cdf(z)) - mp.log(q), -mp.sqrt(-2 * mp.log(q)) * mpf("0.9"))


def student_quantile(p, nu):
    p, nu = mpf(p), mpf(nu)
    tail = lambda t: mp.betainc(nu / 2, mpf(1) / 2, 0, nu / (nu + t * t), regularized=True) / 2
    return mp.findroot(lambda t: tail(t) - (1 - p), (mpf("0.5"), mpf(70)), solver="bisect", maxsteps=250)


POWERS = [(2, 10), (10, 3), (10, -3), (3, 33), (1.5, 20), (0.1, 300), (7, 0.5), (1.0000001, 1e9), (5e-324, 0.5)]
GRID = [-1000, -100, -30, -25, -10, -5, -2, -1, -0.5, 0, 1, 3]

FUNCTIONS = {
    "exp": (mp.exp, uniform(-700, 709, 60) + uniform(-2, 2, 30) + scales(-20, 0, 20) + [0.5, -0.5, 709.78, -708]),
    "expm1": (mp.expm1, uniform(-45, 709, 30) + uniform(-2, 2, 60) + scales(-20, 0, 30)),
    "log": (mp.log, positive(scales(-307, 308, 60)) + uniform(0.5, 2, 60) + [5e-324, 1e-310, 1 + 2**-52]),
    "log1p": (mp.log1p, uniform(-0.9999, 3, 60) + scales(-20, -1, 30) + positive(scales(0, 300, 20)) + [-1 + 2**-53]),
    "erfc": (mp.erfc, uniform(-6, 6, 50) + uniform(0, 26.5, 50) + scales(-20, 0, 10) + [0.46875, 4]),
    "erfcx": (
        lambda x: mp.exp(x * x) * mp.erfc(x),
        uniform(-26, 0, 40) + uniform(0, 30, 60) + [0.5, 1, 5, 10, 26, 100, 0.46875, 4, 1e4],
    ),
    "normalPdf": (phi, uniform(-37, 37, 40)),
    "normalCdf": (cdf, uniform(-37, 0, 50) + uniform(-2, 8, 30)),
    "logNormalCdf": (lambda x: mp.log1p(-cdf(-x)) if x > 0 else mp.log(cdf(x)), uniform(-50, 0, 40) + uniform(-2, 30, 40) + [-1e3, -1e8]),
    "normalQuantile": (quantile, positive(scales(-300, -1, 40)) + uniform(0.01, 0.99, 40) + [0.075, 0.925, 1e-308]),
    "cos2pi": (lambda x: mp.cos(2 * mp.pi * x), uniform(-3, 3, 60) + scales(-10, 12, 30)),
    "sin2pi": (lambda x: mp.sin(2 * mp.pi * x), uniform(-3, 3, 60) + scales(-10, 12, 30)),
    "logEi": (lambda z: mp.log(h(z)), GRID + uniform(-12, 6, 60) + uniform(-60, -5, 30) + [-4, -4.000001, -1e5]),
    "cdfOverH": (lambda z: cdf(z) / h(z), GRID + uniform(-12, 6, 60) + uniform(-60, -5, 30) + [-4, -1e5]),
    "pdfOverH": (lambda z: phi(z) / h(z), GRID + uniform(-12, 6, 60) + uniform(-60, -5, 30) + [-4, -1e5]),
}


def main():
    rows = {name: [[float(x), float(f(mpf(x)))] for x in xs] for name, (f, xs) in FUNCTIONS.items()}
    bases = positive(scales(-300, 300, 40)) + uniform(0.2, 5, 60)
    pairs = POWERS + [(x, random.uniform(-1, 1) * min(690 / abs(float(mp.log(x))), 1e6)) for x in bases]
    rows["pow"] = [[float(x), float(y), float(mp.power(mpf(x), mpf(y)))] for x, y in pairs]
    shapes = [(p, nu) for p in (0.75, 0.975, 0.995) for nu in (1, 1.3, 2, 2.5, 3, 4, 5.7, 8, 12, 19.5, 30, 41.2, 99, 198, 1e4)]
    rows["studentQuantile"] = [[p, nu, float(student_quantile(p, nu))] for p, nu in shapes]
    body = ",\n".join(
        f'"{name}": [\n' + ",\n".join("  " + json.dumps(row) for row in table) + "\n]" for name, table in rows.items()
    )
    print("{\n" + body + "\n}")


main()
