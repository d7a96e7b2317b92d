#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Usage: meter_disk.py AGENT SANDBOX USAGE

A ledger whose disk is full, or has become read-only: nothing is taken then and nothing that
was taken is lost; and all goes on once there is room. The disk is a tmpfs in a namespace of
the test's own.
"""

import os
import pathlib
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import metering  # noqa: E402
import sandbox as support  # noqa: E402
from metering import check  # noqa: E402

AGENT, SANDBOX, USAGE = sys.argv[1:4]
INSIDE = "METER_DISK_INSIDE"
SKIPPED = 77


class Disk:
    def __init__(self, folder):
        self.path = folder
        os.mkdir(folder)
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "none", folder], check=True)

    def set_read_only(self, is_read_only):
        subprocess.run(["mount", "-o", f"remount,{'ro' if is_read_only else 'rw'}",
                        self.path], check=True)

    def fill(self):
        with open(f"{self.path}/ballast", "wb", buffering=0) as file:
            try:
                while True:
                    file.write(bytes(4096))
            except OSError:
                pass

    def make_room(self):
        os.remove(f"{self.path}/ballast")


def hour_ago():
    return str(int(time.time()) - 3600)


def try_commands(sandbox, folder):
    disk = Disk(f"{folder}/commands")
    ledger = metering.Ledger(USAGE, sandbox, f"{disk.path}/usage.db")
    ledger.add(5, "requests", "--at", hour_ago())
    before = ledger.units()
    for end, begin in ((lambda: disk.set_read_only(False), lambda: disk.set_read_only(True)),
                       (disk.make_room, disk.fill)):
        begin()
        ledger.add(7, ends=74)
        ledger.run("flush", ends=74)
        end()
        check(ledger.units(), before, "what was there")
        check(sandbox.records(), [], "nothing is sent that could not be noted")
    ledger.run("flush")
    check(ledger.units(), {"accepted": 5}, "afterwards")


def try_agent(sandbox, folder):
    disk = Disk(f"{folder}/agent")
    path = f"{disk.path}/usage.db"
    with metering.Agent(AGENT, sandbox, path, "--flush-interval", "3600") as agent:
        check(agent.post({"dimension": "requests", "quantity": 5})[0], 202, "while there is room")
        disk.fill()
        taken = 5
        for i in range(200):  # what the log has room for is taken
            status, _ = agent.post({"dimension": "requests", "quantity": 7, "id": f"id-{i}"})
            if status != 202:
                break
            taken += 7
        check(status, 503, "when the disk is full")
        check(agent.ask("GET", "/healthz")[0], 503, "health meanwhile")
        check(agent.status()["added"], taken, "nothing is kept of what was refused")
        disk.make_room()
        check(agent.post({"dimension": "requests", "quantity": 7, "id": f"id-{i}"}),
              (202, {"accepted": 1, "counted": 1}), "the same use once there is room")
        check(agent.ask("GET", "/healthz")[0], 200, "health afterwards")
        check(agent.end()[0], 0, "the end")
    check(metering.Ledger(USAGE, sandbox, path).units(), {"accepted": taken + 7}, "all of it")

    disk.set_read_only(True)
    try:
        with metering.Agent(AGENT, sandbox, path):
            check("listening", "an error", "an agent on a read-only disk")
    except RuntimeError as refused:
        check("entitle: error: " in str(refused), True, f"why it does not start: {refused}")
    disk.set_read_only(False)


def enter_namespace():
    """Does not return, but with the right to mount."""
    if INSIDE in os.environ:
        return
    for how in "-m", "-rm":
        if subprocess.run(["unshare", how, "mount", "-t", "tmpfs", "none", "/mnt"],
                          capture_output=True, check=False).returncode == 0:
            os.environ[INSIDE] = "1"
            os.execvp("unshare", ["unshare", how, sys.executable, *sys.argv])
    print("SKIPPED: no disk may be mounted here", file=sys.stderr)
    sys.exit(SKIPPED)


def main():
    enter_namespace()
    support.forget_callers_settings()
    with tempfile.TemporaryDirectory() as folder:
        for trial in try_commands, try_agent:
            with support.Sandbox(SANDBOX) as sandbox:
                trial(sandbox, folder)
        subprocess.run(["umount", f"{folder}/commands", f"{folder}/agent"], check=True)
    sys.exit(1 if metering.failures else 0)


main()
