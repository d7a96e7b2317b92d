#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Usage: market_document.py ENTITLE SANDBOX DOCUMENT

Does what docs/sandbox-market.md shows: its last section's market in a sandbox, its commands
one after the other, and what each prints, but for ids and times, which differ. Its errors are
tried, too: a text block that begins with an error of entitle-sandbox is what the sandbox
says of the first market with the kind that is not one.
"""

import json
import os
import re
import subprocess
import sys
import tempfile

ENTITLE, SANDBOX, DOCUMENT = sys.argv[1:4]
SECTION = "## A seller with two customers"
SHOWN_URL = "http://127.0.0.1:8700"
VARYING = ("MeteringRecordId", "Timestamp")

failures = 0


def complain(text):
    global failures
    failures += 1
    print(text)


def blocks_of(text):
    return re.findall(r"^```([a-z]+)\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def without_what_varies(value):
    if isinstance(value, dict):
        return {name: "…" if name in VARYING else without_what_varies(member)
                for name, member in value.items()}
    if isinstance(value, list):
        return [without_what_varies(element) for element in value]
    return value


def agree(kind, shown, printed):
    if kind == "text":
        return shown == printed
    try:
        printed_value = json.loads(printed)
    except ValueError:
        return False
    return without_what_varies(json.loads(shown)) == without_what_varies(printed_value)


def run(commands, url, folder):
    path = os.pathsep.join([os.path.dirname(ENTITLE), os.path.dirname(SANDBOX), os.environ["PATH"]])
    script = f'set -e\neval "$(entitle-sandbox env --url {url})"\n{commands}'
    done = subprocess.run(
        ["bash", "-c", script.replace(SHOWN_URL, url)], cwd=folder, text=True,
        env={**os.environ, "PATH": path}, capture_output=True, timeout=60, check=False)
    if done.returncode != 0:
        complain(f"exit status {done.returncode}:\n{commands}\n{done.stdout}{done.stderr}")
    return done.stdout


def try_section(blocks, url, folder):
    for index, (kind, commands) in enumerate(blocks):
        if kind != "sh" or "--config" in commands:
            continue
        printed = run(commands, url, folder)
        follows, shown = blocks[index + 1] if index + 1 < len(blocks) else ("", "")
        if follows in ("json", "text") and not agree(follows, shown, printed):
            complain(f"{commands}\nprints\n{printed}\nand not, as the document says,\n{shown}")


def try_errors(blocks, folder):
    market = os.path.join(folder, "market.json")
    with open(market, "w", encoding="utf-8") as file:
        file.write(blocks[0][1].replace('"container"', '"contain"'))
    shown = [text for kind, text in blocks if kind == "text"][0]
    done = subprocess.run(
        [SANDBOX, "--config", "market.json"], cwd=folder, text=True, capture_output=True,
        timeout=60, check=False)
    if done.returncode != 78 or done.stderr != shown:
        complain(f"status {done.returncode}, and not as the document says:\n{done.stderr}")


def main():
    with open(DOCUMENT, encoding="utf-8") as file:
        before, _, section = file.read().partition(SECTION)
    blocks = blocks_of(section)
    with tempfile.TemporaryDirectory() as folder:
        try_errors(blocks_of(before), folder)
        market = os.path.join(folder, "market.json")
        with open(market, "w", encoding="utf-8") as file:
            file.write(blocks[0][1])
        with subprocess.Popen(
                [SANDBOX, "--config", market], stdout=subprocess.PIPE, text=True) as sandbox:
            line = sandbox.stdout.readline()
            try:
                try_section(blocks, json.loads(line)["url"], folder)
            finally:
                sandbox.terminate()
    print(f"{sum(kind == 'sh' for kind, _ in blocks)} blocks of commands in the document")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
