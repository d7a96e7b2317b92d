#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Usage: soak.py PROGRAMS MINUTES

What tests/soak/run runs: see there.
"""

import calendar
import contextlib
import json
import os
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import agent_load  # noqa: E402
import growth  # noqa: E402
import metering  # noqa: E402
import sandbox as support  # noqa: E402

PROGRAMS, MINUTES = pathlib.Path(sys.argv[1]).resolve(), int(sys.argv[2])
SAMPLES = os.environ.get("SOAK_SAMPLES", os.devnull)
SEED = int(os.environ.get("SOAK_SEED", random.randrange(10 ** 6)))
LOOK_S = 5
PATIENCE_S = 120  # with a busy machine
DISK_LIMIT = 2 * 1024 ** 3
# The meter's clock: so many seconds in one, so that what it keeps for a day is pruned soon.
HASTE = 120
METER_CUSTOMERS = 100
CUSTOMERS_A_MINUTE = 40

SELLER = "294406891311"
# Records that are there at the beginning: a sandbox and an agent cache 4 MiB of what they
# have written, and are flat after.
FILLER_DIMENSIONS = [f"filler-{i}" for i in range(50)]
FILLER_CUSTOMERS = 100
FILLER_HOURS = 4
FILLER_AT_ONCE = 1000
FILL_LIMIT_S = 600


def market(customers):
    """Products of a gate, of a buyer who does not pay, of an agent, and of its customers."""
    def product(code, kind, *dimensions):
        return {"code": code, "kind": kind, "seller": SELLER, "dimensions": dimensions}

    names = [f"cust-{i}" for i in range(customers)]
    return {
        "products": [product("gate-product", "container", "requests"),
                     product("unpaid-product", "container", "requests"),
                     product("own-product", "container", "requests", "gigabytes"),
                     product("seller-product", "saas", "pages"),
                     product("filler-product", "saas", *FILLER_DIMENSIONS)],
        "customers": [{"account": f"{i + 1:012d}", "identifier": name}
                      for i, name in enumerate(names)],
        "subscriptions": [{"product": "gate-product"}, {"product": "own-product"}] +
                         [{"product": product, "customer": name} for name in names
                          for product in ("seller-product", "filler-product")]}


def filler():
    """The uses that the records of the beginning are made of."""
    hour = int(time.time()) // 3600 * 3600
    for dimension in FILLER_DIMENSIONS:
        for customer in range(FILLER_CUSTOMERS):
            for back in range(1, FILLER_HOURS + 1):
                yield {"product_code": "filler-product", "dimension": dimension, "quantity": 1,
                       "timestamp": hour - 3600 * back, "customer_id": f"cust-{customer}"}


# --- Troubles ---------------------------------------------------------------------------

TROUBLES = (
    {"rate": 0.3, "error": "ThrottlingException", "retry_after_ms": 100},
    {"rate": 0.3, "error": "InternalServiceErrorException"},
    {"rate": 0.2, "status": 503, "body": "<html>busy</html>"},
    {"rate": 0.3, "drop_reply": True},
    {"rate": 0.3, "reset": True},
    {"rate": 0.2, "delay_ms": 1500},
    {"delay_ms": 30},
    {"status": 503},  # all of them
    {"reset": True},
)
LIES = ("other_nonce", "replay", "other_product", "other_version", "other_key",
        "bad_signature", "salt0", "rs256", "none", "both_spellings")
UNDONE = {"operation": "BatchMeterUsage", "rate": 0.3, "unprocessed": 3}
SHORT_LIVED = {"operation": "ecs-credentials", "rate": 0.7, "expires_in_s": 90}
NO_ROLE = {"operation": "ecs-credentials", "rate": 0.1, "status": 500}


def draw_troubles(dice, lie):
    """What a sandbox does wrong for the next seconds."""
    faults = [NO_ROLE, SHORT_LIVED]
    if lie:
        faults.append({"operation": "RegisterUsage", "token": dice.choice(LIES)})
    for operation in ("RegisterUsage", "MeterUsage", "BatchMeterUsage"):
        if dice.random() < 0.7:
            faults.append({"operation": operation, **dice.choice(TROUBLES)})
    return [*faults, UNDONE]


# --- Processes --------------------------------------------------------------------------

class Worker:
    """A long-lived process that takes orders: one line each, answered by one."""

    def __init__(self, name, *arguments):
        self.name = name
        self.process = subprocess.Popen(
            [PROGRAMS / name, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            text=True, env=metering.environment(None))

    def order(self, words):
        self.process.stdin.write(words + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.name} has ended with {self.process.wait()}")
        return json.loads(line)

    def end(self):
        """Its exit status."""
        self.process.stdin.close()
        return self.process.wait(timeout=60)


class Soak:
    """Everything that runs, and what became of it."""

    def __init__(self, folder, stack):
        customers = max(FILLER_CUSTOMERS, agent_load.AT_ONCE + MINUTES * CUSTOMERS_A_MINUTE)
        self.folder = folder
        self.dice = random.Random(SEED)
        self.faults = []
        self.rotations = 0
        self.lies = 0
        self.samples = stack.enter_context(open(SAMPLES, "w", encoding="utf-8"))
        program = str(PROGRAMS / "entitle-sandbox")
        self.sandbox = stack.enter_context(support.Sandbox(program, market(customers)))
        self.hasty = stack.enter_context(support.Sandbox(program, market(METER_CUSTOMERS)))
        self.fill(self.hasty)
        self.start_agent(stack, customers)
        self.fill_agent()
        self.start_gates(stack)
        self.start_meter(stack)
        self.watched = [growth.Watched(name, process.pid) for name, process in (
            ("sandbox of agent and gates", self.sandbox.process),
            ("sandbox of the meter", self.hasty.process),
            ("agent", self.agent.process),
            ("gates", self.gates.process),
            ("two meters", self.meter.process))]

    def fill(self, sandbox):
        """Through a ledger, which is thrown away."""
        with tempfile.TemporaryDirectory() as folder:
            ledger = metering.Ledger(
                str(PROGRAMS / "entitle-usage"), sandbox, f"{folder}/filler.db")
            with open(f"{folder}/filler.jsonl", "w", encoding="utf-8") as file:
                file.writelines(json.dumps(use) + "\n" for use in filler())
            ledger.run("import", "--instance", "filler", f"{folder}/filler.jsonl",
                       timeout=FILL_LIMIT_S)
            report = ledger.run("flush", timeout=FILL_LIMIT_S)
            self.check(report["accepted"], sum(1 for _ in filler()), "the filling")

    def fill_agent(self):
        """It has the time of the warm-up to send it on."""
        uses = list(filler())
        for first in range(0, len(uses), FILLER_AT_ONCE):
            part = uses[first:first + FILLER_AT_ONCE]
            status, answer = self.agent.post(part)
            if status != 202:
                raise RuntimeError(f"the agent is not filled: {status} {answer}")
            self.tally.count(sum(use["quantity"] for use in part))

    def start_agent(self, stack, customers):
        self.log = stack.enter_context(open(f"{self.folder}/agent.log", "w+", encoding="utf-8"))
        self.agent = stack.enter_context(metering.Agent(
            str(PROGRAMS / "entitle-agent"), self.sandbox, f"{self.folder}/agent.db",
            "--flush-interval", "2", log=self.log, product_code="own-product"))
        self.tally = agent_load.Tally()
        self.ending = threading.Event()

        def draw(n):
            return agent_load.Draw(SEED + n, customers, MINUTES)

        self.commands = agent_load.Commands(
            self.folder, str(PROGRAMS / "entitle"), self.sandbox, self.agent.ledger,
            self.tally, draw(0), self.ending)
        self.load = [self.commands] + [
            agent_load.Client(self.agent, self.tally, draw(i), f"client-{i}", self.ending)
            for i in range(1, agent_load.CLIENTS + 1)]

    def start_gates(self, stack):
        self.gates = Worker(
            "soak_gates", self.sandbox.url, f"{self.sandbox.folder.name}/state/keys",
            "gate-product", "unpaid-product", self.hasty.url)
        stack.callback(self.gates.process.kill)

    def start_meter(self, stack):
        self.meter = Worker(
            "soak_meter", self.hasty.url, f"{self.folder}/meter.db", "own-product",
            "seller-product", str(METER_CUSTOMERS))
        stack.callback(self.meter.process.kill)
        # The second of a month: its end, after which AWS takes nothing of it, is far.
        now = time.gmtime()
        month = time.strptime(f"{now.tm_year + now.tm_mon // 12}-{now.tm_mon % 12 + 1}-2",
                              "%Y-%m-%d")
        self.ahead_s = 0
        self.turn_clock(int(calendar.timegm(month) - time.time()), False)
        self.meter.process.stdin.write(f"ahead {self.ahead_s}\n")
        self.meter.process.stdin.flush()

    # --- While it runs ----------------------------------------------------------------

    def turn_clock(self, seconds, tell=True):
        """The service's first, so that nothing is sent from the future."""
        self.hasty.control("POST", "clock", {"advance_s": seconds}, timeout=PATIENCE_S)
        self.ahead_s += seconds
        if tell:
            self.meter.order(f"ahead {self.ahead_s}")

    def trouble(self, sandbox, *faults):
        sandbox.control("PUT", "faults", {"faults": faults}, timeout=PATIENCE_S)

    def change_troubles(self, turn):
        """Every fourth time the service lies, to gates that know nothing of it."""
        lie = turn % 4 == 3
        self.gates.order("pause")
        self.trouble(self.sandbox, *draw_troubles(self.dice, lie))
        self.gates.order("lies" if lie else "truth")
        self.trouble(self.hasty, *draw_troubles(self.dice, False))
        self.lies += lie

    def rotate_keys(self):
        self.sandbox.control("POST", "keys/rotate", timeout=PATIENCE_S)
        self.rotations += 1

    def look(self):
        for process in self.watched:
            if process.has_ended():
                raise RuntimeError(f"{process.name}: has ended")
            process.look()
            at_s, resident = process.memory.points[-1]
            print(f"{at_s:.0f},{process.name},{resident},{process.descriptors.points[-1][1]}",
                  file=self.samples, flush=True)
        if self.disk_bytes() > DISK_LIMIT:
            raise RuntimeError("it fills the disk")

    def disk_bytes(self):
        return sum(agent_load.folder_bytes(folder) for folder in (
            self.folder, self.sandbox.folder.name, self.hasty.folder.name))

    def run(self, say):
        for thread in self.load:
            thread.start()
        began = time.monotonic()
        tick = 0
        rotate_every = max(60, MINUTES * 60 // 15)  # a sandbox has room for 64 versions
        while time.monotonic() - began < MINUTES * 60:
            if tick % LOOK_S == 0:
                self.look()
                say(self, tick)
            if tick % 7 == 0:
                self.change_troubles(tick // 7)
            if tick % rotate_every == rotate_every // 2:
                self.rotate_keys()
            if tick % 30 == 20:
                self.meter.order("prune")
            self.turn_clock(HASTE)
            tick += 1
            time.sleep(max(0.0, began + tick - time.monotonic()))

    # --- The end ----------------------------------------------------------------------

    def finish(self):
        """Ends all of it, without troubles, and judges."""
        self.ending.set()
        for thread in self.load:
            thread.join()
        self.gates.order("pause")
        self.trouble(self.sandbox)
        self.trouble(self.hasty)
        self.gates.order("truth")
        time.sleep(2)
        self.judge_gates(self.gates.order("report"))
        self.judge_meter(self.meter.order("finish"))
        self.judge_agent()
        for process in self.watched:
            self.faults += process.faults()
        for worker in (self.gates, self.meter):
            self.check(worker.end(), 0, f"the end of {worker.name}")

    def check(self, found, wanted, what):
        if found != wanted:
            self.faults.append(f"{what}: {found}, not {wanted}")

    def judge_gates(self, report):
        self.gates_report = report
        self.check(report["complaints"], 0, f"complaints of the gates ({report['first']})")
        for kind in ("unpaid", "foreign"):
            self.check(report[kind]["opened"], 0, f"gates opened, {kind}")
        for kind in ("paid", "container"):
            if report[kind]["opened"] == 0:
                self.faults.append(f"no gate opened, {kind}")

    def judge_account(self, whose, account, known, honoured):
        self.check(account["added"], known, f"{whose}: units added, by what was answered")
        self.check(account["accepted"], known, f"{whose}: units accepted")
        self.check(honoured, known, f"{whose}: units that the service has")

    def judge_meter(self, report):
        self.meter_report = report
        self.check(report["complaints"], 0, f"complaints of the meter ({report['first']})")
        self.meter_records = [record for record in self.hasty.records()
                              if record["product_code"] != "filler-product"]
        self.judge_account("the meter", report, report["known"],
                           sum(record["quantity"] for record in self.meter_records))

    def judge_agent(self):
        self.agent.process.send_signal(signal.SIGTERM)
        self.check(self.agent.process.wait(timeout=60), 0, "the end of the agent")
        for _ in range(3):
            self.commands.flush("--final")
        self.agent_records = self.sandbox.records()
        self.judge_account("the agent", self.commands.status(), self.tally.units,
                           sum(record["quantity"] for record in self.agent_records))
        self.faults += self.tally.complaints[:5]
        self.log.seek(0)
        self.faults += [line.strip() for line in self.log
                        if ": error: " in line or "Sanitizer" in line][:5]

    def table(self):
        opened = sum(self.gates_report[kind]["opened"] for kind in ("paid", "container"))
        checks = sum(kind["checks"] for kind in self.gates_report.values()
                     if isinstance(kind, dict))
        return "\n".join([
            growth.HEADING, *(process.row() for process in self.watched), "",
            f"gates: {checks:,} checked, {opened:,} opened; {self.lies} times the service "
            f"lied for seconds, {self.rotations} times its key was rotated",
            f"agent: {self.tally.done:,} requests and commands, {self.tally.repeated} repeated; "
            f"{self.tally.units:,} units in {len(self.agent_records):,} records",
            f"meters: {self.meter_report['uses']:,} uses, {self.meter_report['flushes']:,} "
            f"flushes ({self.meter_report['flushes_failed']:,} left something), "
            f"{self.meter_report['pruned']:,} pruned; "
            f"{self.meter_report['known']:,} units in {len(self.meter_records):,} records",
            f"disk: {self.disk_bytes() / 1024 ** 2:.0f} MiB"])


def say_progress(soak, tick):
    """Long work says what it does, to a person only."""
    if not sys.stderr.isatty():
        return
    memory = ", ".join(f"{process.memory.points[-1][1] / 1024:.1f}" for process in soak.watched)
    print(f"\r{tick // 60}:{tick % 60:02} of {MINUTES}:00: {soak.tally.units:,} units of the "
          f"agent, {len(soak.tally.complaints)} complaints; memory {memory} MiB ",
          end="", file=sys.stderr, flush=True)


def main():
    support.forget_callers_settings()
    print(f"SOAK_SEED={SEED}", flush=True)
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        soak = Soak(folder, stack)
        stack.callback(soak.ending.set)
        soak.run(say_progress)
        soak.finish()
        if sys.stderr.isatty():
            print(file=sys.stderr)
        print(soak.table())
        for fault in soak.faults:
            print(f"FAILED: {fault}")
        sys.exit(1 if soak.faults else 0)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
    except (RuntimeError, OSError, subprocess.TimeoutExpired) as problem:
        print(f"FAILED: {problem}")
        sys.exit(1)
