# SPDX-License-Identifier: Apache-2.0
"""Containers as a manifest describes them, run on this machine: the command line and the variables
of each, with a sandbox in place of AWS. What differs from a container: no image, this machine's
files, a folder of the test's where a volume is mounted, and another port for the agent's."""

import os
import shutil
import socket
import subprocess
import time
from dataclasses import dataclass, field

import sandbox as support

AGENT = "127.0.0.1:8377"

# What the seller's image has: it says that it runs, and reports a use where it is told to.
PROGRAM = """#!/bin/sh
echo "the program runs"
[ -z "$USAGE_URL" ] ||
    exec curl -fsS "$USAGE_URL" -H 'Content-Type: application/json' -d '{"dimension":"requests","quantity":3}'
"""


@dataclass
class Container:
    name: str
    command: list
    variables: dict = field(default_factory=dict)
    mounts: list = field(default_factory=list)  # paths
    probe: list = None  # a command that ends well when the container is ready
    needs: list = field(default_factory=list)  # names of containers that have to be ready


def free_address():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{listener.getsockname()[1]}"


class Stage:
    """One task or pod after the other on `platform`, as the sandbox plays it."""

    def __init__(self, sandbox, programs, work, platform):
        self.sandbox = sandbox
        self.platform = platform
        self.work = work
        self.path = f"{work}/programs:{programs}:/usr/bin:/bin"
        self.address = free_address()
        self.variables = {}
        os.makedirs(f"{work}/programs")
        with open(f"{work}/programs/your-program", "w", encoding="utf-8") as file:
            file.write(PROGRAM)
            os.chmod(file.name, 0o755)

    def begin(self, name):
        """A new task or pod. What a platform sets, and what a seller seals in."""
        os.makedirs(f"{self.work}/{name}")
        self.mounted = f"{self.work}/{name}"
        token = f"--write-token {self.mounted}/token" if self.platform.startswith("eks") else ""
        script = (f'printed=$({self.sandbox.program} env --url {self.sandbox.url} --platform {self.platform} {token})'
                  '; eval "$printed"; env -0')
        printed = subprocess.run(["/bin/bash", "-ec", script], env={"PATH": self.path}, check=True,
                                 stdout=subprocess.PIPE, text=True, timeout=60).stdout
        self.variables = dict(line.split("=", 1) for line in printed.split("\0") if line)
        self.variables["AWS_MAX_ATTEMPTS"] = "1"  # AWS is not awaited

    def translate(self, text, container):
        for mount in container.mounts:
            os.makedirs(f"{self.mounted}{mount}", exist_ok=True)
            text = text.replace(f"{mount}/", f"{self.mounted}{mount}/")
        return text.replace(AGENT, self.address)

    def start(self, container, command=None, **more):
        words = [self.translate(word, container) for word in command or container.command]
        own = {name: self.translate(value, container) for name, value in container.variables.items()}
        return subprocess.Popen(words, env={**self.variables, **own}, cwd=self.mounted, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True, **more)

    def run(self, container, command=None):
        """Its exit status and what it said."""
        process = self.start(container, command)
        try:
            said = "".join(process.communicate(timeout=90))
        finally:
            process.kill()
        return process.returncode, said


@dataclass
class Group:
    """A task or a pod: what has to end well before the program starts, and what runs beside it."""
    program: Container
    before: list = field(default_factory=list)
    beside: list = field(default_factory=list)


def await_ready(stage, container, process):
    limit = time.monotonic() + 60
    while stage.run(container, container.probe)[0] != 0:
        if process.poll() is not None or time.monotonic() > limit:
            process.kill()
            raise RuntimeError(f"{container.name} never became ready: {process.communicate()}")
        time.sleep(0.1)


def play(stage, name, group):
    """Starts it as the platform would. The exit status of whatever ended first, and what was said."""
    stage.begin(name)
    for container in group.before:
        status, said = stage.run(container)
        if status != 0:
            return status, said
    beside = []
    try:
        for container in group.beside:
            beside.append(stage.start(container))
            await_ready(stage, container, beside[-1])
        return stage.run(group.program)
    finally:
        for process in reversed(beside):
            process.terminate()
            process.communicate(timeout=30)


def try_starts(stage, name, group, units):
    """What is wrong, in sentences: a start that is entitled, one that is not, and one that cannot
    be told. `units` are what the program reports by then."""
    sandbox = stage.sandbox
    wrong = []

    def expect(what, status, runs):
        ended, said = play(stage, f"{name}-{len(os.listdir(stage.work))}", group)
        if ended != status or ("the program runs" in said) != runs:
            wrong.append(f"{what}: exit status {ended}, wanted {status}: {said}")

    sandbox.reset()
    expect("entitled", 0, True)
    found = sum(record["quantity"] for record in sandbox.records())
    if found != units:
        wrong.append(f"{found} units were honoured, not {units}")
    sandbox.unsubscribe()
    expect("not entitled", 77, False)
    sandbox.reset()
    sandbox.faults({"operation": "RegisterUsage", "status": 503}, {"operation": "MeterUsage", "status": 503})
    expect("AWS away", 69, False)
    return wrong


def try_manifests(programs, work, platform, paths, try_one):
    """The exit status of a test in which `try_one` (stage, path) has told of each what is wrong."""
    support.forget_callers_settings()
    shutil.rmtree(work, ignore_errors=True)
    with support.Sandbox(programs / "entitle-sandbox") as sandbox:
        stage = Stage(sandbox, programs, work, platform)
        wrong = [f"{path.name}: {complaint}" for path in paths for complaint in try_one(stage, path)]
    print(*wrong, f"{len(paths)} manifests", sep="\n")
    return 1 if wrong or not paths else 0
