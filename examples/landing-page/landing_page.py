#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Usage: landing_page.py LEDGER [PORT]

The page to which AWS Marketplace sends the buyer of a SaaS product, by a POST with a registration
token. `entitle resolve` turns the token into a customer and keeps it in LEDGER; then the buyer reads
one sentence. Put it behind your proxy that speaks TLS; it listens on this machine only.

Whoever has a token can register as that buyer: it goes from the request to the standard input of
`entitle`, and nowhere else, no log and no list of processes included.
"""

import html
import json
import re
import signal
import socket
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from socketserver import ThreadingMixIn
from urllib.parse import parse_qs

BODY_LIMIT = 4096  # bytes; AWS's form has a few hundred
AT_ONCE = 8  # requests, each with one process; the others wait
REQUEST_S, RESOLVE_S = 10, 20  # to send a request, to resolve a token

PAGE = """<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>Registration</title><p>{}</p></html>"""
WELCOME = "Thank you. The subscription of AWS account {} is registered."
OUR_FAULT = "We could not register you. We have been told of it: please come again later."
COME_FROM_AWS = "Please come here from AWS Marketplace: choose “Set up your account” there."


def token_of(body):
    """The one token of a form, or None."""
    try:
        form = parse_qs(body.decode("ascii"), max_num_fields=16, errors="strict")
    except ValueError:
        return None
    tokens = form.get("x-amzn-marketplace-token", [])
    return tokens[0] if len(tokens) == 1 else None


def resolve(token, ledger):
    """The exit status of `entitle`, and the object that it printed: a customer or an error."""
    command = ["entitle", "resolve", "--json", "--ledger", ledger, "--deadline", str(RESOLVE_S - 5)]
    try:
        done = subprocess.run(command, input=token.encode(), capture_output=True, timeout=RESOLVE_S, check=False)
        last_line = (done.stdout or done.stderr).strip().rpartition(b"\n")[2]  # after warnings
        return done.returncode, json.loads(last_line)
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        return 70, {"message": f"entitle: {type(error).__name__}"}


class LandingPage(BaseHTTPRequestHandler):
    def setup(self):
        super().setup()
        self.deadline = threading.Timer(REQUEST_S, self.request.shutdown, [socket.SHUT_RDWR])
        self.deadline.start()  # so that nobody keeps a slot by sending a byte now and then

    def finish(self):
        self.deadline.cancel()
        super().finish()

    def do_POST(self):
        length = self.headers.get("Content-Length", "")
        if not re.fullmatch("[0-9]{1,9}", length):
            return self.answer(411, COME_FROM_AWS)
        if int(length) > BODY_LIMIT:
            return self.answer(413, COME_FROM_AWS)
        body = self.rfile.read(int(length))
        token = token_of(body) if len(body) == int(length) else None
        if token is None:
            return self.answer(400, COME_FROM_AWS)
        self.deadline.cancel()
        return self.welcome(*resolve(token, self.server.ledger))

    def do_GET(self):
        self.answer(200, COME_FROM_AWS)

    def welcome(self, exit_status, said):
        if exit_status in (0, 74) and "ProductCode" in said:
            # 74: AWS has answered and the ledger has failed. What is logged is all that is left.
            self.log_message("exit status %d: customer %s", exit_status, json.dumps(said))
            return self.answer(200, WELCOME.format(said["CustomerAWSAccountId"] or said["CustomerIdentifier"]))
        self.log_message("exit status %d: %s; request id %s", exit_status, said.get("message"), said.get("request_id"))
        sentence = said.get("buyer_message")  # "this registration has expired: …", or null
        status = {65: 400, 69: 503}.get(exit_status, 500)
        return self.answer(status, f"{sentence[0].upper()}{sentence[1:]}." if sentence else OUR_FAULT)

    def answer(self, status, sentence):
        page = PAGE.format(html.escape(sentence)).encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
        self.end_headers()
        self.wfile.write(page)

    # What Python logs and answers by itself has the request line in it, and that may have a token.
    def log_request(self, code="-", size="-"):
        self.log_message("%s answered with %s", self.command, code)

    def send_error(self, code, message=None, explain=None):
        self.answer(code, COME_FROM_AWS)


class Server(ThreadingMixIn, HTTPServer):
    """Waits at its end for the registrations that are under way."""

    def __init__(self, ledger, port):
        super().__init__(("127.0.0.1", port), LandingPage)
        self.ledger = ledger
        self.slots = threading.Semaphore(AT_ONCE)

    def process_request(self, request, client_address):
        self.slots.acquire()  # pylint: disable=consider-using-with
        try:
            super().process_request(request, client_address)
        except RuntimeError:  # no thread could be started
            self.slots.release()
            raise

    def process_request_thread(self, request, client_address):
        try:
            super().process_request_thread(request, client_address)
        finally:
            self.slots.release()

    def handle_error(self, request, client_address):
        print(f"a request ended with {sys.exc_info()[0].__name__}", file=sys.stderr)


def main(ledger, port="8081"):
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with Server(ledger, int(port)) as server:
        print(f"listening at http://127.0.0.1:{server.server_port}", file=sys.stderr, flush=True)
        server.serve_forever()


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    main(*sys.argv[1:])
