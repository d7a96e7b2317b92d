#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Usage: sigv4_test.py ENTITLE_SIGV4

Requests, signed by this library and by botocore: see comparison.py. DIFFERENTIAL_SEED and
DIFFERENTIAL_COUNT say which requests and how many. Exit status 77: there is no botocore.
"""

import importlib.util
import os
import random
import sys

if not importlib.util.find_spec("botocore"):
    print("SKIPPED: there is no botocore (Debian: python3-botocore) to compare with")
    sys.exit(77)

from comparison import Comparison, Reader
import sigv4_requests
from sigv4_rules import RULES

HERE = os.path.dirname(os.path.abspath(__file__))
FULL = bool(os.environ.get("ENTITLE_TEST_FULL"))
SEED = int(os.environ.get("DIFFERENTIAL_SEED", "1"))
COUNT = int(os.environ.get("DIFFERENTIAL_COUNT", "200000" if FULL else "5000"))
PORTION = 20000


def main():
    ours = Reader("entitle", [sys.argv[1]])
    readers = [Reader("botocore", [sys.executable, f"{HERE}/botocore_sigv4.py"])]
    comparison = Comparison(RULES)
    draw = random.Random(SEED)
    for start in range(0, COUNT, PORTION):
        requests = (sigv4_requests.make(draw) for _ in range(min(PORTION, COUNT - start)))
        cases = [(f"{fields[0].decode()} {fields[1].decode()}", fields) for fields in requests]
        comparison.judge(cases, ours, readers)
    failures = comparison.report(readers, COUNT // 2, True)
    if failures:
        print(f"DIFFERENTIAL_SEED={SEED} DIFFERENTIAL_COUNT={COUNT} makes these requests again")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
