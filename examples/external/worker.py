"""A worker: python3 worker.py URL STUDY [NAME]. Run as many as you like, anywhere that reaches the server."""

import math
import sys

import pegbox


def branin(x, y):
    curve = y - 5.1 / (4 * math.pi**2) * x**2 + 5 / math.pi * x - 6
    return curve**2 + 10 * (1 - 1 / (8 * math.pi)) * math.cos(x) + 10


for trial in pegbox.worker(*sys.argv[1:4]):
    trial.finish(value=branin(trial["x"], trial["y"]))
