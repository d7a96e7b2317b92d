#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Usage: python_meter.py ROOT PREFIX LIBDIR CC

What ctypes would let happen, and the Meter of examples/python does not: texts and numbers that are
cut off, a handle that was freed.
"""

import os
import sys
import tempfile

import python_example

ROOT, PREFIX, LIBDIR = sys.argv[1:4]
CODE = "cqcvf9f0ugw8rkbgmf1c9dxyz"


def refuses(kind, function, *arguments):
    try:
        function(*arguments)
    except kind:
        return 0
    print(f"{function.__name__}{arguments} was not refused by {kind.__name__}")
    return 1


def main():
    os.environ["AWS_EC2_METADATA_DISABLED"] = "true"
    entitle = python_example.load(ROOT, f"{PREFIX}/{LIBDIR}")
    with tempfile.TemporaryDirectory() as folder:
        with entitle.Meter(f"{folder}/usage.db", CODE) as meter:
            counted = meter.add("requests", 3, id="a"), meter.add("requests", 3, id="a"), meter.add("requests", 0)
            wrong = refuses(ValueError, meter.add, "requests", 2 ** 64 + 3)
            wrong += refuses(ValueError, meter.add, "requests\0more", 3)
            wrong += refuses(entitle.Failure, meter.add, "requests", 2 ** 31)
        meter.close()
        wrong += refuses(ValueError, meter.add, "requests", 3)
        wrong += refuses(ValueError, meter.flush)
        wrong += refuses(ValueError, entitle.Meter, f"{folder}/usage\0.db", CODE)
    if counted != (True, False, True):
        print(f"counted {counted}")
        return 1
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
