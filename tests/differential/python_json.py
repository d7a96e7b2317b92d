#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What Python's own reader says of each text. See json_tree.h for how it writes it."""

import json
import platform
import struct
import sys


def tree(value):
    if isinstance(value, dict):
        return {name.encode("utf-8", "surrogatepass").hex(): tree(child) for name, child in value.items()}
    if isinstance(value, list):
        return [tree(child) for child in value]
    if isinstance(value, str):
        return "s" + value.encode("utf-8", "surrogatepass").hex()
    if value is None or isinstance(value, bool):
        return value
    try:
        number = float(value)
    except OverflowError:
        number = float("inf") if value > 0 else float("-inf")
    return "n" + struct.pack(">d", number + 0.0).hex()


def judge(text):
    try:
        return "accept " + json.dumps(tree(json.loads(text))).encode().hex()
    except (ValueError, RecursionError) as error:
        return f"refuse {ascii(str(error))}"


def main():
    if sys.argv[1:] == ["--version"]:
        print("Python", platform.python_version())
        return
    for line in sys.stdin:
        print(judge(bytes.fromhex(line)))


if __name__ == "__main__":
    main()
