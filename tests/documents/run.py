#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Usage: run.py ROOT BIN DOCUMENT

Types what a document shows. Its `sh` blocks are run in one shell, in a folder of their own,
one after the other, with the programs in BIN: each has to end well, and to print what a block
of `json` or `text` behind it shows. Ports and /tmp/ are replaced by free ones.

    ```sh needs=docker      is not run, for want of that; its syntax and options are checked
    ```sql as=ROLE          is run by psql, in a cluster of PostgreSQL that is made for it
    `NAME`:                 before a block: the block is the file NAME
    <!-- sh … -->           is run, too: what a reader has from elsewhere

What is JSON or YAML has to be it, C has to compile as part of a function, and a Dockerfile is one of
examples/docker, word for word. Exit status 77: everything that can be run here was, but
something that is not installed is missing.
"""

import functools
import json
import os
import random
import re
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import document
import fragment
import postgres

ROOT, BIN, DOCUMENT = (Path(argument).resolve() for argument in sys.argv[1:4])
sys.path.insert(0, str(ROOT / "tools/reference"))
import help as programs  # pylint: disable=wrong-import-position,wrong-import-order

NEEDS = {"aws", "build", "docker", "kubernetes", "root", "sdk"}
PORT = re.compile(r"(?<=127\.0\.0\.1:)\d{4,5}")
AGENT_PORT = "8377"

# The agent of a document listens where that document's other commands will look for it.
PRELUDE = r"""
set -e
trap 'for job in $(jobs -p); do kill $job; done; wait' EXIT
entitle-agent() {
    [[ " $* " == *" --listen "* ]] || set -- --listen "127.0.0.1:$agent_port" "$@"
    # In the background it is the job itself, which is ended, and not a child of that.
    [ "$BASHPID" = "$$" ] || exec entitle-agent "$@"
    command entitle-agent "$@"
}
"""

failures = 0
skipped = []


def complain(line, text):
    global failures
    failures += 1
    print(f"{os.path.relpath(DOCUMENT, ROOT)}:{line}: {text}")


def free_port():
    """Below those that the kernel gives to clients: whoever waits for a listener by connecting
    could be given that very port, and meet itself."""
    while True:
        port = random.randrange(20000, 32000)
        with socket.socket() as listener:
            try:
                listener.bind(("127.0.0.1", port))
                return str(port)
            except OSError:
                continue


class Stage:
    """Where the blocks are run."""

    def __init__(self, blocks, folder):
        self.folder = Path(folder)
        self.ports = {AGENT_PORT: free_port()}
        for block in blocks:
            for port in PORT.findall(block.text):
                self.ports.setdefault(port, free_port())
        self.database = None
        if any(block.kind == "sql" for block in blocks):
            self.database = postgres.Cluster(self.folder / "postgres")
        (self.folder / "tmp").mkdir()

    def translate(self, text):
        text = PORT.sub(lambda match: self.ports[match[0]], text)
        text = re.sub(r"(?<![\w.])/tmp/", f"{self.folder}/tmp/", text)
        # One moment for all blocks, should the hour end between two of them.
        text = re.sub(r"\$\(date -d '-1 hour' \+%s\)", "$an_hour_ago", text)
        return self.database.translate(text) if self.database else text

    def script_of(self, block):
        if block.kind == "sql":
            url = self.translate(f"postgresql://{block.role}@db.internal/" +
                                 ("postgres" if block.role == "postgres" else "metering"))
            return f"psql -qX -v ON_ERROR_STOP=1 '{url}' <<'END'\n{block.text}END\n"
        return self.translate(block.text)

    def environment(self):
        kept = {name: value for name, value in os.environ.items()
                if not name.startswith(("AWS_", "ENTITLE_", "PG")) and not name.lower().endswith("_proxy")}
        path = [str(BIN), str(Path(__file__).parent / "bin"), kept["PATH"]]
        if self.database:
            path.insert(1, self.database.programs)
        return {**kept, "PATH": os.pathsep.join(path), "HOME": str(self.folder), "LC_ALL": "C.UTF-8",
                "agent_port": self.ports[AGENT_PORT], "PYTHONDONTWRITEBYTECODE": "1",
                "AWS_EC2_METADATA_DISABLED": "true",
                "ASAN_OPTIONS": kept.get("ASAN_OPTIONS", "")}

    def run(self, numbered):
        """The number of the block that failed, or None; what they print is in files."""
        scripts = self.folder / "scripts"
        scripts.mkdir()
        work = self.folder / "work"
        work.mkdir()
        steps = [PRELUDE, f"an_hour_ago=$(date -d '-1 hour' +%s)\ncd {work}\n"]
        for number, block in numbered:
            if block.file:
                (scripts / f"{number}.file").write_text(self.translate(block.text), encoding="utf-8")
                steps.append(f"cp {scripts}/{number}.file {block.file}")
                continue
            (scripts / f"{number}.sh").write_text(self.script_of(block), encoding="utf-8")
            steps.append(f"echo {number} >{scripts}/at\n. {scripts}/{number}.sh "
                         f">{scripts}/{number}.out 2>{scripts}/{number}.err </dev/null")
        done = subprocess.run(["bash", "--norc", "-c", "\n".join(steps)], env=self.environment(),
                              timeout=280, check=False)
        return int((scripts / "at").read_text()) if done.returncode != 0 else None

    def printed(self, number, kind="out"):
        path = self.folder / "scripts" / f"{number}.{kind}"
        return path.read_text(encoding="utf-8") if path.exists() else ""


def is_run(block):
    return block.kind in ("sh", "sql") and not block.needs or bool(block.file)


def check_output(blocks, number, stage):
    follows = blocks[number + 1] if number + 1 < len(blocks) else None
    if not follows or follows.kind not in ("json", "text") or follows.file:
        return
    printed = stage.printed(number)
    if not document.agree(follows.kind, stage.translate(follows.text), printed):
        complain(follows.line, f"what is printed is\n{printed}and not\n{follows.text}")


def type_all(blocks):
    numbered = [(number, block) for number, block in enumerate(blocks) if is_run(block)]
    if not any(block.kind in ("sh", "sql") for _, block in numbered):
        return
    with tempfile.TemporaryDirectory() as folder:
        stage = Stage(blocks, folder)
        try:
            failed = stage.run(numbered)
        finally:
            if stage.database:
                stage.database.stop()
        for number, block in numbered:
            if number == failed:
                complain(block.line, f"fails:\n{block.text}{stage.printed(number)}"
                         f"{stage.printed(number, 'err')}")
                return
            if block.kind == "sh":
                check_output(blocks, number, stage)


@functools.cache
def commands_of_programs():
    return programs.read(BIN)


def check_syntax(block):
    """Of what is not run: bash's, and the options of our programs."""
    if block.needs not in NEEDS:
        complain(block.line, f"needs={block.needs}? Known are {', '.join(sorted(NEEDS))}")
    done = subprocess.run(["bash", "-n"], input=block.text, text=True, capture_output=True, check=False)
    if done.returncode != 0:
        complain(block.line, done.stderr)
    for line in block.text.replace("\\\n", " ").splitlines():
        for wrong in programs.unknown_options(line, commands_of_programs()):
            complain(block.line, f"there is no {wrong}")


def check_data(block):
    try:
        if block.kind == "json":
            json.loads(block.text)
        elif block.kind == "yaml":
            import yaml  # pylint: disable=import-outside-toplevel
            list(yaml.safe_load_all(block.text))
    except ImportError:
        skipped.append("YAML is not parsed without python3-yaml")
    except ValueError as error:
        complain(block.line, f"is no {block.kind}: {error}")
    except yaml.YAMLError as error:
        complain(block.line, f"is no yaml: {error}")


def check_c(block):
    complaint = fragment.complaint(ROOT, block.text)
    if complaint:
        complain(block.line, complaint)


def check_dockerfile(block):
    files = [path.read_text(encoding="utf-8") for path in (ROOT / "examples/docker").glob("*.dockerfile")]
    if not any(file.endswith(block.text) for file in files):
        complain(block.line, "no file of examples/docker ends like this")


def main():
    blocks = document.blocks_of(DOCUMENT.read_text(encoding="utf-8"))
    for block in blocks:
        if block.kind == "sh" and block.needs:
            check_syntax(block)
        if block.kind == "dockerfile":
            check_dockerfile(block)
        if block.kind == "c":
            check_c(block)
        check_data(block)
    if any(block.kind == "sql" for block in blocks) and not postgres.is_installed():
        skipped.append("PostgreSQL is not installed")
    else:
        type_all(blocks)
    for reason in sorted(set(skipped)):
        print(f"SKIPPED: {DOCUMENT.name}: {reason}")
    ran = sum(block.kind in ("sh", "sql") and is_run(block) for block in blocks)
    print(f"{ran} blocks run, {sum(bool(block.needs) for block in blocks)} only checked")
    if failures:
        return 1
    return 77 if skipped else 0


if __name__ == "__main__":
    if not shutil.which("bash"):
        sys.exit(77)
    sys.exit(main())
