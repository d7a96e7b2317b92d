# SPDX-License-Identifier: Apache-2.0
"""What adds usage to the agent's ledger from outside: clients of the agent, and commands of
`entitle usage`. Everything has an id of its own and is sent again until it is known to count."""

import http.client
import json
import os
import random
import subprocess
import tempfile
import threading
import time

import metering

JSON = {"Content-Type": "application/json"}
CLIENTS = 3
HOURS_BACK = 4
# Customers whose usage comes in the same minute: each gets a few records of its own.
AT_ONCE = 40


class Tally:
    """What is known to count, and what went wrong. Any thread."""

    def __init__(self):
        self.lock = threading.Lock()
        self.units = 0
        self.done = 0
        self.repeated = 0
        self.complaints = []

    def count(self, units):
        with self.lock:
            self.units += units
            self.done += 1

    def repeat(self):
        with self.lock:
            self.repeated += 1

    def complain(self, text):
        with self.lock:
            self.complaints.append(text)


class Draw:
    """Uses, at random: customers come and go, hours are of now and of before."""

    def __init__(self, seed, customers, minutes):
        self.dice = random.Random(seed)
        self.customers = customers
        self.began = time.monotonic()
        self.span_s = minutes * 60

    def customer(self):
        passed = min(1.0, (time.monotonic() - self.began) / self.span_s)
        first = int(passed * (self.customers - AT_ONCE))
        return f"cust-{first + self.dice.randrange(AT_ONCE)}"

    def quantity(self):
        return self.dice.randint(0, 9)

    def timestamp(self):
        return int(time.time()) - self.dice.randrange(HOURS_BACK + 1) * 3600

    def use(self, own_too=True):
        use = {"quantity": self.quantity(), "timestamp": self.timestamp()}
        if own_too and self.dice.random() < 0.3:
            use["dimension"] = "requests"
            if self.dice.random() < 0.5:
                use["tags"] = {"team": self.dice.choice(("blue", "red"))}
            return use
        return use | {"product_code": "seller-product", "dimension": "pages",
                      "customer_id": self.customer()}


class Client(threading.Thread):
    """One of the agent's, on a connection that it keeps for a while."""

    def __init__(self, agent, tally, draw, name, ending):
        super().__init__(name=name)
        self.agent, self.tally, self.draw, self.ending = agent, tally, draw, ending
        self.connection = None

    def post(self, body):
        """The status; None where nobody knows."""
        try:
            if self.connection is None:
                self.connection = self.agent.connect()
            self.connection.request("POST", "/v1/usage", body, JSON)
            answer = self.connection.getresponse()
            text = answer.read()
            if answer.status not in (202, 503):
                self.tally.complain(f"the agent: {answer.status} {text.decode()}")
            return answer.status
        except TimeoutError:  # a busy machine; the next answer tells
            self.hang_up()
            return None
        except (OSError, http.client.HTTPException) as problem:
            self.hang_up()
            self.tally.complain(f"the agent: {problem!r}")
            return None

    def hang_up(self):
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def run(self):
        turn = 0
        while not self.ending.is_set():
            uses = [self.draw.use() | {"id": f"{self.name}-{turn}-{i}"}
                    for i in range(self.draw.dice.randint(1, 8))]
            body = json.dumps(uses)
            for _ in range(30):
                if self.post(body) == 202:
                    self.tally.count(sum(use["quantity"] for use in uses))
                    break
                self.tally.repeat()
                time.sleep(0.5)
            if turn % 10 == 0:
                self.post(body)  # once more, by mistake
            if turn % 100 == 0:
                self.hang_up()
            turn += 1
            time.sleep(0.12)
        self.hang_up()


class Commands(threading.Thread):
    """`entitle usage`, one after the other, on the ledger that the agent has open."""

    def __init__(self, folder, program, sandbox, ledger, tally, draw, ending):
        super().__init__(name="commands")
        self.folder, self.program, self.sandbox, self.ledger = folder, program, sandbox, ledger
        self.tally, self.draw, self.ending = tally, draw, ending

    def run_one(self, *words, ends=(0,)):
        try:
            done = subprocess.run(
                [self.program, "usage", *words, "--ledger", self.ledger], capture_output=True,
                text=True, timeout=300, check=False, env=metering.environment(None))
        except subprocess.TimeoutExpired:
            self.tally.complain(f"usage {words[0]}: it does not end")
            return None
        if done.returncode not in ends:
            self.tally.complain(f"usage {words[0]}: {done.returncode}: {done.stderr.strip()}")
        return done.stdout if done.returncode == 0 else None

    def status(self):
        printed = self.run_one("status", "--json")
        status = json.loads(printed) if printed else {}
        if sum(status.get(name, 0) for name in metering.STATES) != status.get("added"):
            self.tally.complain(f"usage status: it does not add up: {status}")
        return status

    def add(self, turn):
        use = self.draw.use(own_too=False)
        if self.run_one("add", "--instance", "commands", "--dimension", use["dimension"],
                        "--product-code", use["product_code"],
                        "--customer-id", use["customer_id"], "--quantity",
                        str(use["quantity"]), "--id", f"command-{turn}") is not None:
            self.tally.count(use["quantity"])

    def import_some(self, turn):
        uses = [self.draw.use(own_too=False) | {"id": f"import-{turn}-{i}"}
                for i in range(200)]
        with tempfile.NamedTemporaryFile("w", dir=self.folder, suffix=".jsonl") as file:
            file.write("".join(json.dumps(use) + "\n" for use in uses))
            file.flush()
            if self.run_one("import", "--instance", "commands", file.name) is not None:
                self.tally.count(sum(use["quantity"] for use in uses))

    def flush(self, *words):
        # 69: something is left, because of the troubles.
        return self.run_one("flush", "--instance", "commands", "--endpoint",
                            self.sandbox.url, *words, ends=(0, 69))

    def run(self):
        turn = 0
        rounds = (lambda: self.status(), lambda: self.add(turn),
                  lambda: self.run_one("list", "--state", "sending", "--json"),
                  lambda: self.import_some(turn), lambda: self.flush("--deadline", "5"),
                  lambda: self.run_one("prune", "--before", "2000-01-01T00:00:00Z"),
                  lambda: self.run_one("customers", "--json"))
        while not self.ending.wait(2):
            rounds[turn % len(rounds)]()
            turn += 1


def folder_bytes(folder):
    total = 0
    for path, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.stat(os.path.join(path, name)).st_blocks * 512
            except FileNotFoundError:
                pass
    return total
