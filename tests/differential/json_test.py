#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Usage: json_test.py ENTITLE_JSON NAME=PROGRAM…

JSON texts, and texts that nearly are, before this library and before others: see
comparison.py. DIFFERENTIAL_SEED and DIFFERENTIAL_COUNT say which texts and how many.
"""

import json
import os
import random
import sys

from comparison import Comparison, Reader
from json_rules import RULES
import json_texts

HERE = os.path.dirname(os.path.abspath(__file__))
FULL = bool(os.environ.get("ENTITLE_TEST_FULL"))
SEED = int(os.environ.get("DIFFERENTIAL_SEED", "1"))
COUNT = int(os.environ.get("DIFFERENTIAL_COUNT", "300000" if FULL else "6000"))
PORTION = 20000
ALL_READERS = 4


def main():
    program, *others = sys.argv[1:]
    scripts = {"node": [f"{HERE}/node_json.js"], "python": [f"{HERE}/python_json.py"]}
    others = [other.split("=", 1) for other in others] + [("python", sys.executable)]
    readers = [Reader(name, [path] + scripts.get(name, [])) for name, path in others]
    comparison = Comparison(RULES, lambda ours, theirs: json.loads(ours) == json.loads(theirs))
    draw = random.Random(SEED)
    for start in range(0, COUNT, PORTION):
        cases = [json_texts.make(draw) for _ in range(min(PORTION, COUNT - start))]
        comparison.judge(cases, Reader("entitle", [program]), readers)
    failures = comparison.report(readers, COUNT // 4, len(readers) == ALL_READERS)
    if failures:
        print(f"DIFFERENTIAL_SEED={SEED} DIFFERENTIAL_COUNT={COUNT} makes these texts again")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
