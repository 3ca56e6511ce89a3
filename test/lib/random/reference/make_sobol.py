"""Prints single coordinates of SciPy's unscrambled Sobol sequence, as test/lib/random/reference/sobol.json.

    python test/lib/random/reference/make_sobol.py > test/lib/random/reference/sobol.json
"""

import json

from scipy.stats import qmc

POINTS = 4096
DIMENSIONS = [1, 2, 3, 7, 40, 123, 512, 777, 1023, 1024]
INDICES = [1, 2, 3, 100, 1000, 2047, 4095]

points = qmc.Sobol(1024, scramble=False, bits=32).random(POINTS)
rows = [{"index": i, "dimension": d, "value": points[i, d - 1]} for i in INDICES for d in DIMENSIONS]
print("[\n" + ",\n".join("  " + json.dumps(row) for row in rows) + "\n]")
