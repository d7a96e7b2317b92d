#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Usage: language_test.py ROOT PREFIX LIBDIR WORK SANDBOX LANGUAGE

The example of a language is built against what is installed in PREFIX, and run: it starts for an
entitled customer only, keeps "no" and "cannot tell" apart, and counts what was used.
"""

import os
import re
import subprocess
import sys

import languages
import sandbox as support

ROOT, PREFIX, LIBDIR, WORK, SANDBOX, LANGUAGE = sys.argv[1:7]
REQUEST_ID = re.compile("AWS's request id is [0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

failures = 0


class Product:
    def __init__(self, command, environment):
        self.command = command
        self.environment = environment

    def run(self, *words, **variables):
        return subprocess.run([*self.command, *words], env={**self.environment, **variables}, text=True,
                              capture_output=True, timeout=60, check=False)

    def expect(self, name, status, texts, *words, **variables):
        """It ends so, and says all of these; what it returns is what it said."""
        global failures
        done = self.run(*words, **variables)
        said = done.stdout + done.stderr
        missing = [text for text in texts if not re.search(text, said)]
        if done.returncode != status or missing:
            failures += 1
            print(f"{name}: exit status {done.returncode}, wanted {status}; without {missing}:\n{said}")
        return said


def surroundings(sandbox):
    return {"AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": support.ACCESS_KEY_ID,
            "AWS_SECRET_ACCESS_KEY": support.SECRET_ACCESS_KEY, "AWS_MAX_ATTEMPTS": "1",
            "AWS_ENDPOINT_URL_MARKETPLACE_METERING": sandbox.url}


def try_gate(product, sandbox, gate):
    product.expect("entitled", 0, ["^entitled: the work begins here\n$"], *gate)

    # Neighbours of that, each of which differs in one thing.
    sandbox.faults({"operation": "RegisterUsage", "token": "bad_signature"})
    product.expect("a forged answer", 69, ["^product: bad_signature: .", REQUEST_ID], *gate)
    sandbox.faults({"operation": "RegisterUsage", "status": 503})
    product.expect("AWS away", 69, ["^product: service_error: ."], *gate)
    sandbox.faults()
    product.expect("nobody there", 69, ["^product: unreachable: .", "\nproduct: ."], *gate,
                   AWS_ENDPOINT_URL_MARKETPLACE_METERING="http://127.0.0.1:1")
    product.expect("no keys", 69, ["^product: keys_unusable: .", "\nproduct: ."], *gate[:2], f"{WORK}/nowhere")
    sandbox.unsubscribe()
    sandbox.become("ecs-task")
    product.expect("not entitled", 77, ["^product: not_entitled: .", "\nproduct: .", REQUEST_ID], *gate)
    sandbox.reset()
    product.expect("no command", 64, ["Usage: product"], "gate")


def try_use(product, sandbox, ledger):
    use = ("use", ledger, sandbox.product_code, "requests")
    nothing = "accepted 0, rejected 0, lost 0, unsent 0\n"

    product.expect("no room", 1, ["^product: io_error: .*nowhere"], "use", f"{WORK}/nowhere/usage.db", *use[2:], "3")
    product.expect("too many", 1, ["^product: invalid_input: .*quantity", "\nproduct: ."], *use, "2147483648")
    product.expect("less than nothing", 1, ["^product: invalid_input: .*quantity"], *use, "-1")
    product.expect("no number", 64, ["Usage: product"], *use, "3x")
    product.expect("no number of 64 bits", 64, ["Usage: product"], *use, "18446744073709551619")
    sandbox.faults({"operation": "MeterUsage", "error": "ThrottlingException"})
    product.expect("throttled", 1, ["^product: throttled: .", REQUEST_ID], *use, "3")
    sandbox.faults()
    # What was not sent is still there, and is sent with what comes then.
    product.expect("metered", 0, ["^accepted 1, rejected 0, lost 0, unsent 0\n$"], *use, "4")
    product.expect("nothing more in this hour", 0, [nothing], *use, "0")
    found = [(record["dimension"], record["quantity"]) for record in sandbox.records()]
    if found != [("requests", 7)]:
        print(f"honoured are {found}")
        return 1
    return 0


def main():
    home = os.environ.get("HOME", "/nonexistent")  # where a compiler may have its own settings
    support.forget_callers_settings()
    environment = languages.environment(PREFIX, LIBDIR)
    try:
        command = languages.build(LANGUAGE, f"{ROOT}/examples", WORK, {**environment, "HOME": home})
    except languages.Missing as missing:
        print(f"SKIPPED: no {missing} to build the example of {LANGUAGE}: tests/examples/run installs it")
        return 77
    with support.Sandbox(SANDBOX) as sandbox:
        product = Product(command, {**environment, **surroundings(sandbox)})
        keys = f"{sandbox.folder.name}/state/keys"
        os.chdir(WORK)
        try_gate(product, sandbox, ("gate", sandbox.product_code, keys))
        wrong = try_use(product, sandbox, f"{WORK}/usage.db")
    return 1 if failures or wrong else 0


if __name__ == "__main__":
    sys.exit(main())
