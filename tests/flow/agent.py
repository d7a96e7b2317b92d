#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Usage: agent.py AGENT SANDBOX USAGE [ends|waiting]

The agent from outside: each request beside its refused neighbours; kills, ends, an outage and
a crowd of idle clients; with a real ledger, and a sandbox in the place of AWS. USAGE is the
program `entitle-usage`, which has to agree with GET /v1/status. What takes long and needs no
machine of its own is tried apart: `ends`, with a service or a ledger that does not answer, and
`waiting`, of which a sanitizer learns nothing.
"""

import functools
import http.client
import json
import os
import pathlib
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import metering  # noqa: E402
import sandbox as support  # noqa: E402
from metering import check  # noqa: E402

AGENT, SANDBOX, USAGE = sys.argv[1:4]
Agent = functools.partial(metering.Agent, AGENT)
JSON = {"Content-Type": "application/json"}
DIMENSION = "requests"

def use(quantity=1, **more):
    return {"dimension": DIMENSION, "quantity": quantity, **more}


# --- Requests ---------------------------------------------------------------------------

def try_requests(sandbox, folder):
    with Agent(sandbox, f"{folder}/requests.db") as agent:
        check(agent.post(use(3)), (202, {"accepted": 1, "counted": 1}), "one use")
        check(agent.post([use(2), use(2)]), (202, {"accepted": 2, "counted": 2}), "two")
        check(agent.post([]), (202, {"accepted": 0, "counted": 0}), "none")
        check(agent.post(use(1, id="a"))[1]["counted"], 1, "an id")
        check(agent.post(use(1, id="a"))[1]["counted"], 0, "the same id")
        check(agent.post(use(1, product_code=sandbox.product_code))[0], 202, "its product")
        check(agent.post(use(1, tags={"team": "blue"}))[0], 202, "a tag")
        check(agent.post(json.dumps(use(1)), {"Content-Type": "application/json; a=b"})[0],
              202, "a type with a parameter")
        check(agent.status()["added"], 11, "what was taken")
        check(agent.metric("entitle_agent_uses_total"), 8, "uses in the metrics")
        check(agent.metric("entitle_agent_refused_requests_total"), 0, "none refused")

        def refused(body, status, index, what, headers=None):
            found = agent.post(body, headers)
            check((found[0], found[1].get("index")), (status, index), what)
            check(bool(found[1]["message"]), True, f"{what}: a reason")

        refused(use(-1), 400, 0, "a negative quantity")
        refused(use(2147483648), 400, 0, "a quantity beyond the limit")
        refused(use(1.5), 400, 0, "half a unit")
        refused({"dimension": DIMENSION}, 400, 0, "no quantity")
        refused({"quantity": 1}, 400, 0, "no dimension")
        refused(use(1, colour="red"), 400, 0, "an unknown member")
        refused(use(1, product_code="no code"), 400, 0, "a malformed product code")
        refused(use(1, tags={"a^b": "c"}), 400, 0, "a tag that AWS refuses")
        refused(use(1, timestamp="yesterday"), 400, 0, "a time that is none")
        refused([use(5), use(5), use(-1)], 400, 2, "the third of three")
        refused([use(5), 7], 400, 1, "a number in place of a use")
        refused('{"dimension":"d","dimension":"d","quantity":1}', 400, None, "a member twice")
        refused([{str(i): 0 for i in range(31)}], 400, 0, "as many values as a use may have")
        refused([{str(i): 0 for i in range(32)}], 400, None, "and one more")
        refused("7", 400, None, "a number")
        refused("", 400, None, "nothing")
        refused('{"dimension"', 400, None, "half an object")
        refused(use(5), 415, None, "a form's type", {"Content-Type": "text/plain"})
        refused(use(5), 415, None, "a longer type", {"Content-Type": "application/jsonx"})
        check(agent.post([use(0)] * 10000)[0], 202, "10000 uses")
        refused([use(5)] * 10001, 413, None, "10001 uses")
        refused(json.dumps(use(5)).ljust(1048577), 413, None, "a body of 1 MiB and a byte")
        check(agent.post(json.dumps(use(1)).ljust(1048576))[0], 202, "a body of 1 MiB")
        check(agent.status()["added"], 12, "nothing of what was refused")
        check(agent.metric("entitle_agent_refused_requests_total"), 21, "all that were")

        try_browsers(agent)
        try_routes(agent)
        printed = subprocess.run(
            [USAGE, "status", "--json", "--ledger", agent.ledger], check=True,
            capture_output=True, text=True, timeout=20).stdout
        check(agent.status(), json.loads(printed), "`usage status --json`")


def try_browsers(agent):
    port = agent.url.rsplit(":", 1)[1]
    body = json.dumps(use(5))
    for headers, status in (
            ({"Host": f"localhost:{port}"}, 200),
            ({"Host": f"evil.example:{port}"}, 403),
            ({"Host": "localhost.evil.example"}, 403),
            ({"Host": f"[::1]:{port}"}, 200),
            ({"Host": "[::1].evil.example"}, 403),
            ({"Host": f"127.0.0.1:{port}:evil.example"}, 403),
            ({"Sec-Fetch-Site": "none"}, 200),
            ({"Sec-Fetch-Site": "cross-site"}, 403),
            ({"Origin": "https://evil.example"}, 403),
            ({"Origin": f"http://127.0.0.1:{port}"}, 403),
            ({"Origin": "null"}, 403)):
        check(agent.ask("GET", "/healthz", None, headers)[0], status, f"GET with {headers}")
        check(agent.ask("POST", "/v1/usage", "" if status == 200 else body,
                        {**JSON, **headers})[0],
              400 if status == 200 else 403, f"POST with {headers}")


    connection = agent.connect()
    connection.putrequest("GET", "/healthz", skip_host=True)
    connection.putheader("Host", f"127.0.0.1:{port}")
    connection.putheader("Host", "evil.example")
    connection.endheaders()
    check(connection.getresponse().status in (400, 403), True, "two hosts")
    connection.close()


def try_routes(agent):
    check(agent.ask("GET", "/healthz"), (200, '{"status":"ok"}\n'), "health")
    check(agent.ask("HEAD", "/healthz")[0], 200, "HEAD")
    check(agent.ask("GET", "/v1/usage")[0], 405, "GET of usage")
    check(agent.ask("POST", "/metrics", "{}", JSON)[0], 405, "POST of metrics")
    check(agent.ask("GET", "/")[0], 404, "no such thing")
    unsent = sum(agent.metric(f'entitle_usage_units{{state="{state}",'
                              f'dimension="{DIMENSION}"}}') for state in ("open", "closed"))
    check(unsent, agent.status()["added"], "units in the metrics")
    awkward = 'a"b\\c'
    check(agent.post({"dimension": awkward, "quantity": 0})[0], 202, "an awkward dimension")
    check(agent.metric('entitle_usage_added_units{dimension="a\\"b\\\\c"}'), 0, "escaped")
    check(agent.metric("entitle_ledger_up"), 1, "the ledger is up")


# --- Ends and failures ------------------------------------------------------------------

def try_kill(sandbox, folder):
    """What was answered with 202 is there, and once, when all of it is sent again."""
    ledger = f"{folder}/kill.db"
    sent = 0
    for life in range(5):
        with Agent(sandbox, ledger) as agent:
            seen = []

            def send(name):
                connection = agent.connect()
                try:
                    for i in range(100000):
                        key = f"{life}-{name}-{i}"
                        connection.request("POST", "/v1/usage",
                                           json.dumps(use(1, id=key)), JSON)
                        if connection.getresponse().read():
                            seen.append(key)
                except (OSError, http.client.HTTPException):
                    pass

            threads = [threading.Thread(target=send, args=(name,)) for name in "abcd"]
            for thread in threads:
                thread.start()
            while len(seen) < 50 * (life + 1):
                time.sleep(0.001)
            agent.end(signal.SIGKILL)
            for thread in threads:
                thread.join()
        with Agent(sandbox, ledger) as agent:
            kept = agent.status()["added"] - sent
            check(len(seen) <= kept <= len(seen) + 4, True,
                  f"kept {kept} of {len(seen)} answered uses")
            again = agent.post([use(1, id=key) for key in seen])
            check(again, (202, {"accepted": len(seen), "counted": 0}), "sent again")
            sent += kept
            agent.end(signal.SIGKILL)


def try_final_flush(sandbox, folder):
    sandbox.reset()
    with Agent(sandbox, f"{folder}/final.db") as agent:
        check(agent.post([use(4), use(3)])[0], 202, "uses of the running hour")
        code, log = agent.end()
        check(code, 0, f"the end: {log}")
    check(sum(record["quantity"] for record in sandbox.records()), 7, "what AWS got")
    with Agent(sandbox, f"{folder}/final.db") as agent:
        check(agent.status()["accepted"], 7, "accepted")
        check(agent.metric(
            f'entitle_usage_units{{state="accepted",dimension="{DIMENSION}"}}'), 7,
            "accepted in the metrics")


def try_busy_end(sandbox, folder):
    """Clients that never pause do not put off the end: each gets one answer more or two.
    Meanwhile the hour before is sent again and again, and others look."""
    clients = 64
    sandbox.reset()
    with Agent(sandbox, f"{folder}/busy.db", "--flush-interval", "1") as agent:
        answered = []
        late = []
        is_ending = threading.Event()
        is_awaited = threading.Event()

        def look():
            try:
                while True:
                    for path in ("/metrics", "/v1/status", "/healthz"):
                        status = agent.ask("GET", path)[0]
                        check(status == 200 or is_awaited.is_set(), True,
                              f"{path} beside clients: {status}")
            except (OSError, http.client.HTTPException):
                pass

        def send():
            connection = agent.connect()
            try:
                while True:
                    body = use(1, timestamp=int(time.time()) - 3600 * (len(answered) % 2))
                    connection.request("POST", "/v1/usage", json.dumps(body), JSON)
                    answer = connection.getresponse()
                    answer.read()
                    if answer.status != 202:
                        return
                    (late if is_ending.is_set() else answered).append(1)
            except (OSError, http.client.HTTPException):
                pass
            finally:
                connection.close()

        threads = [threading.Thread(target=work) for work in [send] * clients + [look]]
        for thread in threads:
            thread.start()
        while len(answered) < 10 * clients:
            time.sleep(0.001)
        is_awaited.set()
        agent.process.send_signal(signal.SIGTERM)
        is_ending.set()
        for thread in threads:
            thread.join()
        code, log = agent.wait()
        check(code, 0, f"the end: {log}")
        check(len(late) <= 4 * clients, True, f"{len(late)} uses taken after the signal")
    with Agent(sandbox, f"{folder}/busy.db", "--flush-interval", "3600") as agent:
        status = agent.status()
        check(status["added"] >= len(answered) + len(late), True, "what was answered")
        check(status["accepted"], status["added"], "all is sent")
        check(sum(record["quantity"] for record in sandbox.records()), status["added"],
              "what AWS got")


def try_background_flush(sandbox, folder):
    """The hour before is over, so it is sent without being asked for."""
    sandbox.reset()
    with Agent(sandbox, f"{folder}/background.db", "--flush-interval", "1") as agent:
        check(agent.post(use(5, timestamp=int(time.time()) - 3600))[0], 202, "an hour ago")
        give_up = time.monotonic() + 20
        while agent.status()["accepted"] != 5 and time.monotonic() < give_up:
            time.sleep(0.05)
        check(agent.status()["accepted"], 5, "sent in the background")
        # The ledger says so before the flush, which has more to do, has ended.
        while (agent.metric('entitle_flush_total{result="ok"}') == 0
               and time.monotonic() < give_up):
            time.sleep(0.05)
        check(agent.metric('entitle_flush_total{result="ok"}') > 0, True, "flushes that went")
        check(agent.metric('entitle_flush_total{result="refused"}'), 0, "nothing refused")
        last = agent.metric("entitle_flush_last_success_timestamp_seconds")
        check(abs(time.time() - last) < 60, True, "when the last one was")
        unknown = {"dimension": "unknown", "quantity": 2, "timestamp": int(time.time()) - 3600}
        check(agent.post(unknown)[0], 202, "of a dimension that AWS does not know")
        while agent.status()["rejected"] != 2 and time.monotonic() < give_up:
            time.sleep(0.05)
        check(agent.status()["rejected"], 2, "refused by AWS")
        while (agent.metric('entitle_flush_total{result="refused"}') == 0
               and time.monotonic() < give_up):
            time.sleep(0.05)
        check(agent.metric('entitle_flush_total{result="refused"}'), 1, "and counted")


def try_outage(sandbox, folder):
    """A service that is not there keeps nobody from adding, and the end in time."""
    with Agent(sandbox, f"{folder}/outage.db", "--flush-interval", "1",
               url="http://127.0.0.1:1") as agent:
        old = int(time.time()) - 3600
        check(agent.post(use(5, timestamp=old))[0], 202, "during an outage")
        check(agent.ask("GET", "/healthz")[0], 200, "healthy inside the window")
        give_up = time.monotonic() + 25
        while agent.metric('entitle_flush_total{result="failed"}') == 0:
            if time.monotonic() > give_up:
                break
            time.sleep(0.05)
        check(agent.metric('entitle_flush_total{result="failed"}') > 0, True, "counted")
        check(agent.metric("entitle_usage_oldest_unsent_seconds") >= 3600, True, "its age")
        check(agent.post(use(1, timestamp=old - 7 * 3600))[0], 202, "of seven hours ago")
        began = time.monotonic()
        check(agent.end()[0], 0, "the end")
        check(time.monotonic() - began < 20, True, "within 20 s")
    with Agent(sandbox, f"{folder}/outage.db", "--flush-interval", "3600") as agent:
        check(agent.status()["added"], 6, "all of it is kept")


def try_silent_service(sandbox, folder):
    """One that takes connections and never answers: the end is in time, or at once."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with Agent(sandbox, f"{folder}/patient.db", url=url) as patient, \
                Agent(sandbox, f"{folder}/hasty.db", url=url) as hasty:
            for agent in (patient, hasty):
                check(agent.post(use(1))[0], 202, "before the end")
                agent.process.send_signal(signal.SIGTERM)
            began = time.monotonic()
            while hasty.process.poll() is None and time.monotonic() - began < 10:
                hasty.process.send_signal(signal.SIGTERM)
                time.sleep(0.01)
            check(hasty.process.poll(), 143, "the second signal")
            check(patient.post(use(1))[0], 503, "a use after the first")
            check(patient.ask("GET", "/healthz")[0], 503, "health after the first")
            check(patient.process.wait(timeout=30), 0, "the patient end")
            check(time.monotonic() - began < 20, True, "within 20 s")
        with Agent(sandbox, f"{folder}/hasty.db") as agent:
            check(agent.status()["added"], 1, "what is kept all the same")


def try_ledger_in_use(sandbox, folder):
    """A ledger that others hold takes nothing: 503, and no longer once it is free."""
    import sqlite3
    path = f"{folder}/held.db"
    with Agent(sandbox, path) as agent:
        check(agent.post(use(1))[0], 202, "a ledger that is free")
        holder = sqlite3.connect(path, isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        check(agent.post(use(1, id="x"))[0], 503, "one that is held")
        check(agent.ask("GET", "/healthz")[0], 503, "health meanwhile")
        holder.execute("ROLLBACK")
        holder.close()
        check(agent.post(use(1, id="x")), (202, {"accepted": 1, "counted": 1}), "free again")
        check(agent.ask("GET", "/healthz")[0], 200, "health again")


def try_held_end(sandbox, folder):
    """Clients that wait for a ledger that others hold do not put off the end: 503 to each."""
    import sqlite3
    path = f"{folder}/held-end.db"
    with Agent(sandbox, path) as agent:
        check(agent.post(use(1))[0], 202, "a ledger that is free")
        holder = sqlite3.connect(path, isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        seen = []
        threads = [threading.Thread(target=lambda: seen.append(agent.post(use(1))[0]))
                   for _ in range(64)]
        for thread in threads:
            thread.start()
        time.sleep(1)
        began = time.monotonic()
        check(agent.end()[0], 0, "the end beside a holder")
        took = time.monotonic() - began
        check(took < 20, True, f"within 20 s: {took:.1f} s")
        for thread in threads:
            thread.join()
        holder.execute("ROLLBACK")
        holder.close()
        check(set(seen) <= {503}, True, f"what the clients got: {set(seen)}")
    with Agent(sandbox, path) as agent:
        check(agent.status()["added"], 1, "nothing of what was refused")


def try_taken_paths(folder):
    """What is no socket, or one of somebody who is merely busy, is not taken away."""
    path = f"{folder}/taken"
    busy = f"{folder}/busy"
    with open(path, "w", encoding="utf-8") as file:
        file.write("somebody's")
    os.symlink(path, f"{folder}/link")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(busy)
        listener.listen(0)
        waiting = []
        try:
            while True:
                waiting.append(socket.socket(socket.AF_UNIX))
                waiting[-1].setblocking(False)
                waiting[-1].connect(busy)
        except BlockingIOError:
            pass
        for name in (path, f"{folder}/link", busy):
            done = subprocess.run(
                [AGENT, "--ledger", f"{folder}/taken.db", "--product-code", "x", "--instance",
                 "i", "--region", "us-east-1", "--listen", f"unix:{name}"],
                capture_output=True, timeout=20, check=False)
            check(done.returncode, 69, f"{name} is taken")
            check(os.path.lexists(name), True, f"{name} is still there")
        for client in waiting:
            client.close()
    with open(path, encoding="utf-8") as file:
        check(file.read(), "somebody's", "what the file holds")


def try_unix_socket(sandbox, folder):
    try_taken_paths(folder)
    for mode, arguments in ((0o600, ()), (0o660, ("--socket-mode", "0660"))):
        path = f"{folder}/agent.sock"
        with Agent(sandbox, f"{folder}/unix.db", *arguments, listen=f"unix:{path}") as agent:
            check(stat.S_IMODE(os.stat(path).st_mode), mode, "the socket's mode")
            check(agent.post(use(1))[0], 202, "through the socket")
            taken = subprocess.run(
                [AGENT, "--ledger", f"{folder}/unix.db", "--product-code", "x", "--instance",
                 "i", "--region", "us-east-1", "--listen", f"unix:{path}"],
                capture_output=True, timeout=20, check=False)
            check(taken.returncode, 69, "a socket that is in use")
            check(agent.post(use(1))[0], 202, "and goes on to be")
            agent.end(signal.SIGKILL)
        check(os.path.exists(path), True, "left behind")
        with Agent(sandbox, f"{folder}/unix.db", listen=f"unix:{path}") as agent:
            check(agent.post(use(1))[0], 202, "in place of the dead one")
            check(agent.end()[0], 0, "the end")
        check(os.path.exists(path), False, "taken away")


def try_idle_clients(sandbox, folder):
    """More than the agent has room for: those that wait longest give way."""
    few = f"{folder}/few"
    with open(few, "w", encoding="utf-8") as script:
        script.write(f'#!/bin/sh\nulimit -n 400\nexec "{AGENT}" "$@"\n')
    os.chmod(few, 0o700)
    for program, crowd in ((AGENT, 2000), (few, 600)):
        with metering.Agent(program, sandbox, f"{folder}/idle.db") as agent:
            host, port = agent.url[len("http://"):].rsplit(":", 1)
            idle = []
            try:
                for i in range(crowd):
                    client = socket.create_connection((host, int(port)), timeout=20)
                    if i % 2 == 1:
                        client.sendall(b"POST /v1/usage HTTP/1.1\r\nHost: localhost\r\n")
                    idle.append(client)
                for _ in range(20):
                    check(agent.post(use(1))[0], 202, f"beside {crowd} idle clients")
                if program == few:
                    check(idle[0].recv(1), b"", "the first has given way")
                check(agent.end()[0], 0, "the end beside them")
            finally:
                for client in idle:
                    client.close()


def try_slow_client(sandbox, folder):
    """Headers that trickle in, so that it is never silent, and never asks."""
    with Agent(sandbox, f"{folder}/slow.db") as agent:
        host, port = agent.url[len("http://"):].rsplit(":", 1)
        with socket.create_connection((host, int(port)), timeout=1) as client:
            client.sendall(b"POST /v1/usage HTTP/1.1\r\nX-Long: ")
            began = time.monotonic()
            ended = False
            while not ended and time.monotonic() - began < 110:
                try:
                    client.sendall(b"x")
                    ended = client.recv(1) == b""
                except TimeoutError:
                    pass
                except OSError:
                    ended = True
            took = time.monotonic() - began
            check(ended and took > 80, True, f"closed in time: {ended} after {took:.0f} s")
        check(agent.post(use(1))[0], 202, "a use afterwards")


def try_limits(sandbox, folder):
    """What is too long is refused, and what comes after it is not."""
    with Agent(sandbox, f"{folder}/limits.db") as agent:
        for length, status in ((20000, 200), (40000, 431)):
            check(agent.ask("GET", "/healthz", None, {"X-Long": "x" * length})[0], status,
                  f"a header of {length} bytes")
        for length, status in ((20000, 404), (40000, 414)):
            check(agent.ask("GET", "/" + "x" * length)[0], status, f"a path of {length} bytes")
        for announced in (2 ** 24 + 1, 2 ** 40):
            connection = agent.connect()
            connection.putrequest("POST", "/v1/usage")
            connection.putheader("Content-Type", "application/json")
            connection.putheader("Content-Length", str(announced))
            connection.endheaders()
            check(connection.getresponse().status, 413, f"a body of {announced} bytes")
            connection.close()
        check(agent.post(use(1))[0], 202, "a use afterwards")


def has_read_all(port):
    """Whether nothing waits in the system for whoever listens at that port."""
    with open("/proc/net/tcp", encoding="ascii") as file:
        rows = [line.split() for line in list(file)[1:]]
    return all(int(row[4].split(":")[1], 16) == 0 for row in rows
               if int(row[1].split(":")[1], 16) == port and row[3] == "01")


def try_held_bodies(sandbox, folder):
    """More bodies at once, none of them whole, than there is room for: some are told so, and
    it is room for others again when they are gone. They are no JSON from their first byte
    on, which costs nobody the time to read them."""
    room_mib = 64
    head = (b"POST /v1/usage HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            b"Content-Length: 1048576\r\n\r\n")
    with Agent(sandbox, f"{folder}/bodies.db") as agent:
        host, port = agent.url[len("http://"):].rsplit(":", 1)
        for _ in range(2):
            clients = [socket.create_connection((host, int(port)), timeout=20)
                       for _ in range(room_mib + 36)]
            for client in clients:
                client.sendall(head + b"x" + b" " * 1048573)
            while not has_read_all(int(port)):
                time.sleep(0.001)
            seen = []
            for client in clients:
                client.sendall(b"  ")
                seen.append(client.makefile("rb").readline().split()[1])
                client.close()
            check(set(seen), {b"400", b"503"}, "what the clients got")
            check(seen.count(b"400") <= room_mib, True, f"{seen.count(b'400')} of {len(seen)}")
        check(agent.post(use(1))[0], 202, "a use afterwards")


def try_endless_body(sandbox, folder):
    """What is refused is read on for its answer, but not for ever."""
    chunk = b"100000\r\n" + b" " * 1048576 + b"\r\n"
    with Agent(sandbox, f"{folder}/endless.db") as agent:
        host, port = agent.url[len("http://"):].rsplit(":", 1)
        with socket.create_connection((host, int(port)), timeout=20) as client:
            client.sendall(b"POST /v1/usage HTTP/1.1\r\nHost: localhost\r\n"
                           b"Transfer-Encoding: chunked\r\n\r\n")
            sent = 0
            try:
                while sent < 64:
                    client.sendall(chunk)
                    sent += 1
            except OSError:
                pass
            check(sent < 64, True, f"{sent} MiB were taken")
        check(agent.post(use(1))[0], 202, "a use afterwards")


def peak_mib(agent):
    with open(f"/proc/{agent.process.pid}/status", encoding="ascii") as file:
        return next(int(line.split()[1]) // 1024 for line in file
                    if line.startswith("VmHWM:"))


def is_instrumented():
    """A sanitizer has memory of its own, and takes its time, as who counts lines does."""
    program = pathlib.Path(AGENT).read_bytes()
    return any(name in program for name in (b"__asan_init", b"__tsan_init", b"__gcov_init"))


def try_memory(sandbox, folder):
    """Small texts that make large trees, from many clients at once."""
    members = ",".join(f'"{i:x}":1' for i in range(100000))
    uses = [use(1, tags={f"k{i}": "v" for i in range(5)})]
    uses *= 900 if is_instrumented() else 9000
    for clients, body, status in (
            (64, "[" + "1," * 524286 + "1]", 413),
            (16, "[" + ",".join(["[" + "1," * 30 + "1]"] * 10000) + "]", 400),
            (16, "[" + ",".join(["[" + "1," * 50 + "1]"] * 10000) + "]", 400),
            (16, "{" + members + "}", 400),
            (8, json.dumps(uses, separators=(",", ":")), 202)):
        with Agent(sandbox, f"{folder}/memory.db") as agent:
            check(len(body) <= 1048576, True, f"a body of {len(body)} bytes")
            clients = 2 if is_instrumented() else clients
            seen = []
            threads = [threading.Thread(target=lambda: seen.append(agent.post(body)[0]))
                       for _ in range(clients)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            check(seen, [status] * clients, f"{clients} times {body[:20]}…")
            check(peak_mib(agent) < 300 or is_instrumented(), True,
                  f"{body[:20]}…: {peak_mib(agent)} MiB")
            agent.end(signal.SIGKILL)


def try_command_line(sandbox, folder):
    ordinary = {"--ledger": f"{folder}/line.db", "--product-code": "x", "--instance": "i",
                "--region": "us-east-1"}

    def ends(status, **changed):
        given = {**ordinary, **{f"--{name.replace('_', '-')}": value
                                for name, value in changed.items()}}
        words = [word for pair in given.items() if pair[1] is not None for word in pair]
        done = subprocess.run([AGENT, *words], capture_output=True, timeout=20, check=False)
        check(done.returncode, status, f"{words}: {done.stderr.decode()}")
        check(done.stdout, b"", f"{words}: standard output")

    ends(64, listen="0.0.0.0:0")
    ends(64, listen="[::]:0")
    ends(64, listen="127.0.0.1")
    ends(64, listen="127.0.0.1:65536")
    ends(64, listen="unix:")
    ends(64, flush_interval="0.5")
    ends(64, socket_mode="0666")
    ends(78, ledger=None)
    ends(78, product_code=None)
    ends(64, product_code="no code")
    os.environ["ENTITLE_PRODUCT_CODE"] = "no code"
    ends(78, product_code=None)
    del os.environ["ENTITLE_PRODUCT_CODE"]
    ends(64, instance="no instance")
    ends(74, ledger="/dev/null/usage.db")
    with Agent(sandbox, f"{folder}/line.db", listen="[::1]:0") as agent:
        check(agent.url.startswith("http://[::1]:"), True, "IPv6")
        agent.process.send_signal(signal.SIGINT)
        check(agent.process.wait(timeout=20), 0, "SIGINT")


TRIALS = {
    "busy": (try_requests, try_kill, try_final_flush, try_busy_end, try_background_flush,
             try_outage, try_unix_socket, try_idle_clients, try_limits, try_held_bodies,
             try_endless_body, try_memory, try_command_line),
    "ends": (try_silent_service, try_ledger_in_use),
    "waiting": (try_held_end, try_slow_client)}


def main():
    support.forget_callers_settings()
    with support.Sandbox(SANDBOX) as sandbox, tempfile.TemporaryDirectory() as folder:
        for trial in TRIALS[sys.argv[4] if sys.argv[4:] else "busy"]:
            began = time.monotonic()
            trial(sandbox, folder)
            print(f"{trial.__name__}: {time.monotonic() - began:.1f} s")
    sys.exit(1 if metering.failures else 0)


main()
