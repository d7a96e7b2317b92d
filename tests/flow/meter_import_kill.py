#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Usage: meter_import_kill.py AGENT SANDBOX USAGE

`entitle usage import`, killed at a random moment and amid its writing: all of the file counts
or nothing, and the same import made again completes it and doubles nothing. METER_SEED repeats
a run.
"""

import os
import pathlib
import random
import signal
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import metering  # noqa: E402
import sandbox as support  # noqa: E402
from metering import check  # noqa: E402

SANDBOX, USAGE = sys.argv[2:4]
LINES = 20000
WRITTEN = 256 * 1024
KILLS = 8


def write_file(path):
    """Its units: each line has an id, and nearly each an hour or a dimension of its own."""
    begin = int(time.time()) // 3600 * 3600 - 3600
    with open(path, "w", encoding="ascii") as file:
        for i in range(LINES):
            file.write(f'{{"id":"line-{i}","dimension":"d{i % 997}","quantity":{i % 7 + 1},'
                       f'"timestamp":{begin - i % 3 * 3600}}}\n')
    return sum(i % 7 + 1 for i in range(LINES))


def wait_until_it_writes(process, log):
    """The transaction does not fit into memory, and the ledger's log grows before its end."""
    while process.poll() is None:
        if os.path.exists(log) and os.path.getsize(log) > WRITTEN:
            return
        time.sleep(0.001)


def kill(ledger, path, wait):
    process = ledger.start("import", "--instance", ledger.instance, path)
    wait(process)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=60)
    return process.returncode


def import_again(ledger, path, total):
    for _ in range(2):
        ledger.run("import", "--instance", ledger.instance, path)
        check(ledger.units(), {"closed": total}, "each line once")


def main():
    seed = int(os.environ.get("METER_SEED", "1"))
    dice = random.Random(seed)
    support.forget_callers_settings()
    with tempfile.TemporaryDirectory() as folder, support.Sandbox(SANDBOX) as sandbox:
        path = f"{folder}/usage.jsonl"
        total = write_file(path)
        whole = metering.Ledger(USAGE, sandbox, f"{folder}/whole.db")
        began = time.monotonic()
        whole.run("import", "--instance", whole.instance, path)
        took = time.monotonic() - began
        killed = {True: 0, False: 0}
        for i in range(KILLS):
            ledger = metering.Ledger(USAGE, sandbox, f"{folder}/{i}.db")
            is_writing = i % 2 == 0
            end = kill(ledger, path, (lambda process: wait_until_it_writes(
                process, f"{ledger.path}-wal")) if is_writing else (
                    lambda _: time.sleep(dice.uniform(0, took))))
            killed[is_writing] += end == -signal.SIGKILL
            if os.path.exists(ledger.path):
                check(ledger.units() in ({}, {"closed": total}), True,
                      f"seed {seed}: all or nothing after kill {i}")
            import_again(ledger, path, total)
        check(min(killed.values()) > 0, True, f"seed {seed}: killed in time: {killed}")
    sys.exit(1 if metering.failures else 0)


main()
