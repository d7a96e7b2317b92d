#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Usage: landing_page_test.py ROOT BIN WORK

The landing page, with buyers who post tokens that AWS takes, and others, and with a sandbox behind
`entitle resolve`. No token gets into the log, into a page or onto a command line.
"""

import http.client
import os
import shutil
import socket
import subprocess
import sys
import threading
from pathlib import Path
from urllib.parse import urlencode

import sandbox as support

ROOT, BIN, WORK = (Path(argument) for argument in sys.argv[1:4])
PROGRAM = ROOT / "examples/landing-page/landing_page.py"
GOOD, OLD = "good+token/of=a-buyer", "old-token"
FORGED = "forged-token-<b>"
MARKET = {"registration_tokens": [{"token": GOOD}, {"token": OLD, "expires": "2020-01-01T00:00:00Z"}]}
ACCOUNT = "123456789012"
FIELD = "x-amzn-marketplace-token"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}

failures = 0


def expect(name, found, wanted):
    global failures
    if found != wanted:
        failures += 1
        print(f"{name}: {found!r}, not {wanted!r}")


def expect_in(name, text, wanted):
    expect(f"{name}: without {wanted!r}: {text!r}", wanted in text, True)


class Page:
    """The program, from its first line on to SIGTERM; what it logs is `log`."""

    def __init__(self, variables, ledger, program=PROGRAM):
        self.process = subprocess.Popen([sys.executable, program, ledger, "0"],
                                        env=variables, stderr=subprocess.PIPE, text=True)
        self.port = int(self.process.stderr.readline().rsplit(":", 1)[1])
        self.log = []
        self.reader = threading.Thread(target=lambda: self.log.extend(self.process.stderr))
        self.reader.start()

    def ask(self, method, path="/", body=None, headers=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()

    def post(self, *fields):
        return self.ask("POST", body=urlencode(fields), headers=FORM)

    def send(self, head, body=""):
        """These bytes and no more; the whole answer."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=60) as connection:
            connection.sendall(f"{head}\r\n\r\n{body}".encode())
            connection.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: connection.recv(65536), b"")).decode()

    def end(self):
        self.process.terminate()
        expect("its end", self.process.wait(timeout=60), 0)
        self.reader.join()
        return "".join(self.log)


def environment(sandbox, path):
    return {**os.environ, "AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": support.ACCESS_KEY_ID,
            "AWS_SECRET_ACCESS_KEY": support.SECRET_ACCESS_KEY, "AWS_MAX_ATTEMPTS": "1",
            "AWS_ENDPOINT_URL_MARKETPLACE_METERING": sandbox.url, "PATH": f"{path}:{os.environ['PATH']}"}


def customers_of(ledger):
    done = subprocess.run([BIN / "entitle-usage", "customers", "--ledger", ledger, "--json"], check=False,
                          capture_output=True, text=True, timeout=60)
    return done.stdout


def try_buyers(page, sandbox):
    status, text = page.post((FIELD, GOOD), ("x-amzn-marketplace-offer-type", "free-trial"))
    expect("a good token", status, 200)
    expect_in("a good token", text, f"AWS account {ACCOUNT} is registered")
    status, text = page.post((FIELD, OLD))
    expect("an old token", status, 400)
    expect_in("an old token", text, "This registration has expired: please come from AWS Marketplace again.")
    status, text = page.post((FIELD, FORGED))
    expect("a forged token", status, 400)
    expect_in("a forged token", text, "This registration is not valid: please come from AWS Marketplace again.")
    sandbox.faults({"operation": "ResolveCustomer", "status": 503})
    status, text = page.post((FIELD, GOOD))
    expect("AWS away", status, 503)
    expect_in("AWS away", text, "try again in a few minutes")
    sandbox.faults({"operation": "ResolveCustomer", "error": "DisabledApiException"})
    status, text = page.post((FIELD, GOOD))
    expect("our own fault", status, 500)
    expect_in("our own fault", text, "We have been told of it")
    sandbox.faults()


def try_forms(page, sandbox):
    """What never gets to AWS."""
    asked = len(sandbox.calls("ResolveCustomer"))
    form = urlencode([(FIELD, GOOD)])
    post = "POST / HTTP/1.0\r\nContent-Length: "
    for name, status, answer in [
            ("no token", 400, page.post(("token", GOOD))),
            ("an empty token", 400, page.post((FIELD, ""))),
            ("two tokens", 400, page.post((FIELD, GOOD), (FIELD, GOOD))),
            ("a token that is no UTF-8", 400, page.ask("POST", body=f"{FIELD}=%ff", headers=FORM)),
            ("many fields", 400, page.ask("POST", body=form + "&a=b" * 16, headers=FORM)),
            ("a token that is too large", 413, page.post((FIELD, "x" * 4096))),
            ("a token in the path", 200, page.ask("GET", f"/?{form}"))]:
        expect(name, answer[0], status)
        expect_in(name, answer[1], "Please come here from AWS Marketplace")
    for name, status, answer in [
            ("half a form", 400, page.send(f"{post}{len(form) + 1}", form)),
            ("no length", 411, page.send("POST / HTTP/1.0", form)),
            ("a length that is no number", 411, page.send(f"{post}-1", form)),
            ("a length of many digits", 411, page.send(post + "9" * 5000, form)),
            ("a token in a line that is none", 400, page.send(f"GET /?{form} and more HTTP/1.0")),
            ("another method", 501, page.send(f"PUT /?{form} HTTP/1.0"))]:
        expect_in(name, answer, f" {status} ")
    expect("asked AWS for these", len(sandbox.calls("ResolveCustomer")), asked)


def try_crowd(page):
    """More at once than there are slots; each is answered."""
    statuses = []
    buyers = [threading.Thread(target=lambda: statuses.append(page.post((FIELD, GOOD))[0])) for _ in range(12)]
    for buyer in buyers:
        buyer.start()
    for buyer in buyers:
        buyer.join()
    expect("a crowd", statuses, [200] * 12)


def try_secrecy(said):
    for token in (GOOD, OLD, FORGED):
        for text in (token, urlencode({"": token})[1:]):
            expect(f"the token {text} was logged", text in said, False)
    expect_in("the customer is logged", said, f'"CustomerAWSAccountId": "{ACCOUNT}"')


def main():
    support.forget_callers_settings()
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir(parents=True)
    with support.Sandbox(BIN / "entitle-sandbox", MARKET) as sandbox:
        page = Page(environment(sandbox, BIN), WORK / "usage.db")
        try_buyers(page, sandbox)
        try_forms(page, sandbox)
        try_crowd(page)
        try_secrecy(page.end())
        expect_in("the ledger", customers_of(WORK / "usage.db"), ACCOUNT)
    try_stand_in()
    return 1 if failures else 0


# What stands in for `entitle`, to say what AWS would not.
STAND_IN = """#!/bin/sh
tr '\\0' ' ' </proc/$$/cmdline >>{work}/command_lines
case $(cat) in
slow) exec sleep 60 ;;
warned) echo 'entitle: warning: of something' >&2; echo '{{"message":"m","buyer_message":"come again"}}' >&2; exit 69 ;;
markup) echo '{{"CustomerIdentifier":"<script>","CustomerAWSAccountId":"","LicenseArn":"","ProductCode":"p"}}' ;;
kept-nowhere) echo '{{"CustomerIdentifier":"c","CustomerAWSAccountId":"1","LicenseArn":"","ProductCode":"p"}}'; exit 74 ;;
esac
"""


def try_stand_in():
    folder = WORK / "stand-in"
    folder.mkdir()
    (folder / "entitle").write_text(STAND_IN.format(work=WORK), encoding="utf-8")
    (folder / "entitle").chmod(0o755)
    program = PROGRAM.read_text(encoding="utf-8")
    quick = WORK / "quick.py"  # the same with less patience
    quick.write_text(program.replace("REQUEST_S, RESOLVE_S = 10, 20", "REQUEST_S, RESOLVE_S = 4, 10"), encoding="utf-8")
    page = Page({**os.environ, "PATH": f"{folder}:{os.environ['PATH']}"}, WORK / "nowhere.db", quick)
    status, text = page.post((FIELD, "markup"))
    expect("markup", (status, "<script>" in text, "&lt;script&gt;" in text), (200, False, True))
    expect("kept nowhere", page.post((FIELD, "kept-nowhere"))[0], 200)
    status, text = page.post((FIELD, "warned"))
    expect("a warning before the error", (status, "Come again." in text), (503, True))
    expect("a resolve that says nothing", page.post((FIELD, "silence"))[0], 500)
    slow = []
    waiting = threading.Thread(target=lambda: slow.append(page.post((FIELD, "slow"))[0]))
    waiting.start()
    with socket.create_connection(("127.0.0.1", page.port), timeout=60) as connection:
        connection.sendall(b"POST / HTTP/1.0\r\nContent-Length: 9\r\n")  # and then nothing
        expect("a request that never ends", connection.recv(1), b"")
    waiting.join()
    expect("a resolve that never ends", slow, [500])
    expect_in("what was kept nowhere", page.end(), "exit status 74: customer {")
    expect("tokens on a command line", [token for token in ("markup", "silence", "slow")
                                        if token in (WORK / "command_lines").read_text()], [])


if __name__ == "__main__":
    sys.exit(main())
