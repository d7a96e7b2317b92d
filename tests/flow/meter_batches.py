#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Usage: meter_batches.py AGENT SANDBOX USAGE

Customers' usage by the programs: how many records a request has; a flush that is killed amid
its batches again and again, while replies are dropped and requests throttled; the agent. In
the end the service has each unit once. METER_SEED repeats a run, METER_BATCH_KILLS says how often a
flush is killed.
"""

import collections
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

AGENT, SANDBOX, USAGE = sys.argv[1:4]
CUSTOMERS = 400
KILLS = int(os.environ.get("METER_BATCH_KILLS", 25))
LICENSE = "arn:aws:license-manager::294406891311:license:l-{:032d}"
MARKET = {
    "products": [
        {"code": "reports", "kind": "any", "seller": "294406891311", "dimensions": ["pages"]},
        {"code": "search", "kind": "saas", "seller": "294406891311",
         "dimensions": ["queries"]}],
    "customers": [{"account": f"{i:012d}", "identifier": f"cust-{i}"}
                  for i in range(CUSTOMERS)],
    "subscriptions": [
        {"product": product, "customer": f"cust-{i}", "license_arn": LICENSE.format(n + i)}
        for product, n in (("reports", 0), ("search", CUSTOMERS)) for i in range(CUSTOMERS)]}
TROUBLE = ({"operation": "BatchMeterUsage", "rate": 0.2, "drop_reply": True},
           {"operation": "BatchMeterUsage", "rate": 0.1, "reset": True},
           {"operation": "BatchMeterUsage", "rate": 0.1, "error": "ThrottlingException"},
           {"operation": "BatchMeterUsage", "rate": 0.2, "unprocessed": 4},
           {"operation": "BatchMeterUsage", "delay_ms": 10})


def named(i, quantity, at):
    return (f'{{"product_code":"reports","dimension":"pages","quantity":{quantity},'
            f'"timestamp":{at},"customer_id":"cust-{i}"}}\n')


def licensed(i, quantity, at):
    return (f'{{"product_code":"search","dimension":"queries","quantity":{quantity},'
            f'"timestamp":{at},"customer_account":"{i:012d}",'
            f'"license_arn":"{LICENSE.format(CUSTOMERS + i)}"}}\n')


def fill(ledger, customers, at):
    """A record of each product for each customer; the units of all."""
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as file:
        for i in range(customers):
            file.write(named(i, i + 1, at) + licensed(i, 2, at))
        file.flush()
        ledger.run("import", "--instance", ledger.instance, file.name)
    return sum(range(1, customers + 1)) + 2 * customers


def honoured(sandbox):
    return sum(record["quantity"] for record in sandbox.records())


def sizes(sandbox):
    return dict(collections.Counter(
        call["records"] for call in sandbox.calls("BatchMeterUsage")))


def try_sizes(sandbox, folder):
    ledger = metering.Ledger(USAGE, sandbox, f"{folder}/sizes.db")
    total = fill(ledger, 60, int(time.time()) - 3600)
    report = ledger.run("flush")
    check(report, {"sent": 120, "accepted": 120, "rejected": 0, "lost": 0, "unsent": 0,
                   "requests": 6}, "a flush of 60 customers of two products")
    check(sizes(sandbox), {25: 4, 10: 2}, "records of a request")
    check(ledger.units(), {"accepted": total}, "all is accepted")
    check(honoured(sandbox), total, "each unit once")


def try_kills(sandbox, folder, dice):
    """What AWS has lies between what is known to be there and what may be."""
    ledger = metering.Ledger(USAGE, sandbox, f"{folder}/kills.db")
    total = fill(ledger, CUSTOMERS, int(time.time()) - 3600)
    sandbox.faults(*TROUBLE)
    killed = 0
    for _ in range(KILLS):
        process = ledger.start("flush", "--deadline", "5", "--in-flight",
                               str(dice.randint(1, 16)))
        time.sleep(dice.uniform(0.02, 0.3))
        process.kill()
        process.communicate(timeout=30)
        killed += process.returncode == -signal.SIGKILL
        units = ledger.units()
        known = units.get("accepted", 0)
        check(known <= honoured(sandbox) <= known + units.get("sending", 0), True,
              f"after a kill: {units}, and AWS has {honoured(sandbox)}")
        check(sum(units.values()), total, "after a kill: all units")
    check(killed > 0, True, "some were killed")
    sandbox.faults()
    ledger.run("flush")
    check(ledger.units(), {"accepted": total}, "the next flush finishes it")
    check(honoured(sandbox), total, "each unit once")
    check(len(sandbox.records()), 2 * CUSTOMERS, "each record once")


def try_agent(sandbox, folder):
    """It sends customers' usage, too, and the running hour when it ends."""
    ledger = metering.Ledger(USAGE, sandbox, f"{folder}/agent.db")
    total = fill(ledger, 30, int(time.time()) - 3600)
    with metering.Agent(AGENT, sandbox, ledger.path, "--flush-interval", "1") as agent:
        give_up = time.monotonic() + 30
        while honoured(sandbox) < total and time.monotonic() < give_up:
            time.sleep(0.05)
        check(honoured(sandbox), total, "what the agent sends")
        check(agent.ask("GET", "/healthz")[0], 200, "health")
        while (agent.metric('entitle_flush_records_total{result="accepted"}') < 60 and
               time.monotonic() < give_up):
            time.sleep(0.05)
        check(agent.metric('entitle_flush_records_total{result="accepted"}'), 60,
              "records in the metrics")
        check(agent.metric("entitle_flush_requests_total"), 4, "requests in the metrics")
        check(agent.post({"dimension": "pages", "quantity": 7, "customer_id": "cust-300"})[0],
              202, "a use of a customer")
        agent.end()
    check(ledger.units(), {"accepted": total + 7}, "all is accepted at the end")
    check(honoured(sandbox), total + 7, "each unit once")


def main():
    support.forget_callers_settings()
    seed = int(os.environ.get("METER_SEED", random.randrange(10 ** 6)))
    print(f"METER_SEED={seed}")
    with support.Sandbox(SANDBOX, MARKET) as sandbox, \
            tempfile.TemporaryDirectory() as folder:
        for trial, *arguments in (
                (try_sizes,), (try_kills, random.Random(seed)), (try_agent,)):
            sandbox.reset()
            began = time.monotonic()
            trial(sandbox, folder, *arguments)
            print(f"{trial.__name__}: {time.monotonic() - began:.1f} s")
    sys.exit(1 if metering.failures else 0)


main()
