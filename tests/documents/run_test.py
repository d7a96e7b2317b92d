#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Usage: run_test.py ROOT BIN

run.py complains: small documents that pass, each beside one that differs in one thing and
has to be refused, with the words that say why.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT, BIN = sys.argv[1:3]
RUN = Path(__file__).with_name("run.py")

DOCKERFILE = "FROM " + Path(ROOT, "examples/docker/scratch.dockerfile").read_text(encoding="utf-8").split("\nFROM ")[1]

# Name, document, and what the complaint says; None: it passes.
CASES = [
    ("a command that ends well", "```sh\ntrue\n```\n", None),
    ("a command that fails", "```sh\nfalse\n```\n", "fails"),
    ("a command before one that ends well", "```sh\nfalse\ntrue\n```\n", "fails"),
    ("a failure that is shown", "```sh\nfalse || echo $?\n```\n\n```text\n1\n```\n", None),
    ("another output", "```sh\necho 1\n```\n\n```text\n2\n```\n", "what is printed is"),
    ("an output that varies", "```sh\necho a 1\n```\n\n```text\na …\n```\n", None),
    ("another output beside what varies", "```sh\necho b 1\n```\n\n```text\na …\n```\n", "what is printed is"),
    ("lines left out", "```sh\nseq 9\n```\n\n```text\n1\n…\n9\n```\n", None),
    ("JSON in another form", "```sh\necho '{\"a\": 1}'\n```\n\n```json\n{\"a\":1}\n```\n", None),
    ("JSON with another member", "```sh\necho '{\"b\": 1}'\n```\n\n```json\n{\"a\":1}\n```\n", "what is printed is"),
    ("JSON with another value", "```sh\necho '{\"a\": 2}'\n```\n\n```json\n{\"a\":1}\n```\n", "what is printed is"),
    ("a null for what varies", "```sh\necho '{\"url\": null}'\n```\n\n```json\n{\"url\":\"…\"}\n```\n",
     "what is printed is"),
    ("what is exported before", "```sh\nexport A=1\n```\n```sh\ntest $A = 1\n```\n", None),
    ("what only a comment exports", "<!-- sh\nexport A=1\n-->\n\n```sh\ntest $A = 1\n```\n", None),
    ("a comment that fails", "<!-- sh\nfalse\n-->\n", "fails"),
    ("a file", "`a.json`:\n\n```json\n[]\n```\n\n```sh\ntest -s a.json\n```\n", None),
    ("no file", "a.json:\n\n```json\n[]\n```\n\n```sh\ntest -s a.json\n```\n", "fails"),
    ("JSON", "```json\n[]\n```\n", None),
    ("no JSON", "```json\n[\n```\n", "is no json"),
    ("what cannot be run", "```sh needs=docker\nfalse\n```\n", None),
    ("what bash cannot read", "```sh needs=docker\nif\n```\n", "syntax error"),
    ("an unknown need", "```sh needs=luck\nfalse\n```\n", "needs=luck?"),
    ("an unknown mark", "```sh wants=docker\nfalse\n```\n", "what is wants"),
    ("an option", "```sh needs=aws\nentitle run --keys x -- y --other\n```\n", None),
    ("no option", "```sh needs=aws\nentitle run --kees x -- y\n```\n", "entitle run --kees"),
    ("no option behind a break", "```sh needs=aws\nentitle run \\\n  --kees x -- y\n```\n", "entitle run --kees"),
    ("no command", "```sh needs=aws\nentitle runn --keys x\n```\n", "entitle runn"),
    ("a fragment of C", "```c\n#include <stdio.h>\n\nputs(entitle_version());\n```\n", None),
    ("a fragment without its header", "```c\nputs(entitle_version());\n```\n", "puts"),
    ("a function that there is not", "```c\nentitle_versions();\n```\n", "entitle_versions"),
    ("a member that there is not", "```c\nentitle_use use = { .amount = 1 };\n```\n", "amount"),
    ("a result that is dropped", "```c\nentitle_meter_sync(meter, &error);\n```\n", "warn_unused_result"),
    ("a Dockerfile of the examples", f"```dockerfile\n{DOCKERFILE}```\n", None),
    ("another Dockerfile", f"```dockerfile\n{DOCKERFILE}CMD x\n```\n", "no file of examples/docker"),
    ("an indented fence", "1. one\n\n   ```sh\n   true\n   ```\n", "indented fence"),
]


def main():
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "document.md")
        for name, text, complaint in CASES:
            path.write_text(text, encoding="utf-8")
            done = subprocess.run([sys.executable, "-B", RUN, ROOT, BIN, path], text=True,
                                  capture_output=True, timeout=120, check=False)
            said = done.stdout + done.stderr
            if (done.returncode == 0) != (complaint is None) or complaint and complaint not in said:
                failed += 1
                print(f"{name}: exit status {done.returncode}\n{said}")
    print(f"{len(CASES)} documents")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
