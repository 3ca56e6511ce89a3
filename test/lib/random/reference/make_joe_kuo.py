"""Writes lib/random/joe-kuo.ts: direction numbers of the Sobol sequence, 1,024 dimensions.

    python test/lib/random/reference/make_joe_kuo.py > lib/random/joe-kuo.ts    # needs scipy, which carries the table

The table is new-joe-kuo-6.21201 (S. Joe and F. Y. Kuo, https://web.maths.unsw.edu.au/~fkuo/sobol/) as SciPy ships it.
"""

from pathlib import Path

import numpy as np
import scipy.stats

DIMENSIONS = 1024
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
HEADER = '''/**
 * Direction numbers of the Sobol sequence for dimensions 2 to 1,024: search criterion D(6) of S. Joe and F. Y. Kuo,
 * "Constructing Sobol sequences with better two-dimensional projections", SIAM J. Sci. Comput. 30 (2008) 2635-2654,
 * table new-joe-kuo-6.21201. Written by test/lib/random/reference/make_joe_kuo.py.
 *
 * One dimension between spaces: primitive polynomial over GF(2) with its first and last coefficient, as the bits of an
 * integer, then m_1, m_2, ... as many as its degree; all in base 36, separated by commas.
 *
 * Licence pertaining to sobol.cc and the accompanying sets of direction numbers:
 *
 * Copyright (c) 2008, Frances Y. Kuo and Stephen Joe
 * All rights reserved.
 *
 * Redistribution and use in source and binary forms, with or without modification, are permitted provided that the
 * following conditions are met:
 *
 *   - Redistributions of source code must retain the above copyright notice, this list of conditions and the following
 *     disclaimer.
 *   - Redistributions in binary form must reproduce the above copyright notice, this list of conditions and the
 *     following disclaimer in the documentation and/or other materials provided with the distribution.
 *   - Neither the names of the copyright holders nor the names of the University of New South Wales and the University
 *     of Waikato and its contributors may be used to endorse or promote products derived from this software without
 *     specific prior written permission.
 *
 * THIS SOFTWARE IS PROVIDED BY THE COPYRIGHT HOLDERS "AS IS" AND ANY EXPRESS OR IMPLIED WARRANTIES, INCLUDING, BUT NOT
 * LIMITED TO, THE IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS FOR A PARTICULAR PURPOSE ARE DISCLAIMED. IN NO
 * EVENT SHALL THE COPYRIGHT HOLDERS BE LIABLE FOR ANY DIRECT, INDIRECT, INCIDENTAL, SPECIAL, EXEMPLARY, OR
 * CONSEQUENTIAL DAMAGES (INCLUDING, BUT NOT LIMITED TO, PROCUREMENT OF SUBSTITUTE GOODS OR SERVICES; LOSS OF USE, DATA,
 * OR PROFITS; OR BUSINESS INTERRUPTION) HOWEVER CAUSED AND ON ANY THEORY OF LIABILITY, WHETHER IN CONTRACT, STRICT
 * LIABILITY, OR TORT (INCLUDING NEGLIGENCE OR OTHERWISE) ARISING IN ANY WAY OUT OF THE USE OF THIS SOFTWARE, EVEN IF
 * ADVISED OF THE POSSIBILITY OF SUCH DAMAGE.
 */
export const JOE_KUO_D6: string = `
'''


def base36(n: int) -> str:
    text = ""
    while n:
        n, digit = divmod(n, 36)
        text = DIGITS[digit] + text
    return text


def main() -> None:
    table = np.load(Path(scipy.stats.__file__).parent / "_sobol_direction_numbers.npz")
    entries = []
    for polynomial, numbers in zip(table["poly"][1:DIMENSIONS], table["vinit"][1:DIMENSIONS]):
        degree = int(polynomial).bit_length() - 1
        assert all(numbers[:degree] % 2 == 1) and not any(numbers[degree:])
        entries.append(",".join(base36(int(n)) for n in [polynomial, *numbers[:degree]]))
    lines = [""]
    for entry in entries:
        if len(lines[-1]) + len(entry) + 1 > 119:
            lines.append("")
        lines[-1] += f"{' ' if lines[-1] else ''}{entry}"
    print(HEADER + "\n".join(lines) + "\n`;")


main()
