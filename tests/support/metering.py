# SPDX-License-Identifier: Apache-2.0
"""The programs that meter, for tests in Python: `entitle-agent`, and `entitle-usage` on a
ledger of its own."""

import http.client
import json
import os
import signal
import socket
import subprocess

import sandbox as support

JSON = {"Content-Type": "application/json"}
STATES = ("open", "closed", "sending", "accepted", "rejected", "lost")

failures = 0


def check(found, wanted, what):
    global failures
    if found != wanted:
        failures += 1
        print(f"{what}: {found!r}, not {wanted!r}")


def environment(surroundings):
    return {**os.environ, "AWS_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": support.ACCESS_KEY_ID,
            "AWS_SECRET_ACCESS_KEY": support.SECRET_ACCESS_KEY, **(surroundings or {})}


class Ledger:
    """What `entitle-usage` does with it. `surroundings` are variables of its own."""

    def __init__(self, program, sandbox, path, instance="pod-1", surroundings=None):
        self.program = program
        self.surroundings = surroundings
        self.sandbox = sandbox
        self.path = path
        self.instance = instance

    def start(self, command, *arguments):
        ours = {"add": ("--instance", self.instance),
                "flush": ("--instance", self.instance, "--endpoint", self.sandbox.url)}
        return subprocess.Popen(
            [self.program, command, "--json", *ours.get(command, ()), *arguments],
            env={**environment(self.surroundings), "ENTITLE_LEDGER": self.path,
                 "ENTITLE_PRODUCT_CODE": self.sandbox.product_code},
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def run(self, command, *arguments, ends=0, timeout=60):
        """What it printed; None where that was nothing."""
        process = self.start(command, *arguments)
        out, log = process.communicate(timeout=timeout)
        check(process.returncode, ends, f"{command} {arguments}: {log}")
        return json.loads(out) if out else None

    def add(self, quantity, dimension="requests", *arguments, ends=0):
        return self.run("add", "--dimension", dimension, "--quantity", str(quantity),
                        *arguments, ends=ends)

    def units(self):
        """Those of each state that has any, once they add up to what was added."""
        status = self.run("status")
        check(sum(status[name] for name in STATES), status["added"], "the units added up")
        return {name: status[name] for name in STATES if status[name] != 0}


class LocalConnection(http.client.HTTPConnection):
    """HTTP through a Unix socket."""

    def __init__(self, path):
        super().__init__("localhost", timeout=20)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


class Agent:
    """`log` is a file for what it has to say, where that may be long."""

    def __init__(self, program, sandbox, ledger, *arguments, listen="127.0.0.1:0", url=None,
                 surroundings=None, product_code=None, log=subprocess.PIPE):
        self.ledger = ledger
        self.process = subprocess.Popen(
            [program, "--ledger", ledger, "--product-code",
             product_code or sandbox.product_code, "--instance", "pod-1", "--listen", listen,
             "--endpoint", url or sandbox.url, *arguments],
            stdout=subprocess.PIPE, stderr=log, text=True, env=environment(surroundings))
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(self.process.communicate(timeout=30)[1])
        listening = json.loads(line)
        check(listening["event"], "listening", "the first line")
        self.url = listening["url"]

    def connect(self):
        if self.url.startswith("unix:"):
            return LocalConnection(self.url[len("unix:"):])
        return http.client.HTTPConnection(self.url[len("http://"):], timeout=60)

    def ask(self, method, path, body=None, headers=None):
        """The status and what the answer says."""
        connection = self.connect()
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def post(self, body, headers=None):
        text = body if isinstance(body, (str, bytes)) else json.dumps(body)
        status, answer = self.ask("POST", "/v1/usage", text, headers or JSON)
        return status, json.loads(answer)

    def status(self):
        return json.loads(self.ask("GET", "/v1/status")[1])

    def metric(self, sample):
        for line in self.ask("GET", "/metrics")[1].splitlines():
            if line.startswith(sample + " "):
                return int(line[len(sample):])
        return None

    def end(self, signal_number=signal.SIGTERM):
        """The exit status and the log."""
        self.process.send_signal(signal_number)
        return self.wait()

    def wait(self):
        """The same of one that was told to end. No sanitizer may have written there."""
        _, log = self.process.communicate(timeout=30)
        if log is not None and "Sanitizer" in log:
            check(log, "", "a sanitizer")
        return self.process.returncode, log

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.end(signal.SIGKILL)
