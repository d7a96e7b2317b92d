#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Usage: docker_test.py ROOT BIN

What the Dockerfiles of the examples name is there, as far as that can be told without Docker: options
of the build, groups of packages, tools, stages, and the packages of the libraries that `entitle` loads.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

ROOT, BIN = (Path(argument) for argument in sys.argv[1:3])


def read(path):
    return (ROOT / path).read_text(encoding="utf-8")


def instructions(text):
    """(FROM, "debian:12 AS entitle"), …"""
    lines = re.sub(r"^#.*\n", "", text, flags=re.M).replace("\\\n", " ").splitlines()
    return [tuple(line.split(" ", 1)) for line in lines if line]


def build_complaints(text):
    """Of what is run in this repository, also by the job of GitHub Actions."""
    cmake = read("CMakeLists.txt")
    groups = set(re.findall(r"^([a-z]+) *:", read("tools/packages"), re.M))
    for option in re.findall(r"-D(ENTITLE_\w+)=", text):
        if not re.search(rf"\b(option|set)\({option}\b", cmake):
            yield f"the build has no option {option}"
    for tool in re.findall(r"(?:/src|\bentitle)/(tools/[\w-]+)", text):
        if not (ROOT / tool).is_file():
            yield f"there is no {tool}"
    for named in re.findall(r"tools/install-packages ((?:[a-z]+ ?)+)", text):
        for group in set(named.split()) - groups:
            yield f"tools/packages has no group {group}"


def stage_complaints(steps):
    stages = [match[1] for name, rest in steps if name == "FROM" and (match := re.search(r" AS (\w+)", rest))]
    for name, rest in steps:
        source = re.match(r"--from=(\w+) (\S+)", rest) if name == "COPY" else None
        if source and source[1] not in stages:
            yield f"there is no stage {source[1]}"
    name, words = steps[-1]
    command = json.loads(words) if name == "ENTRYPOINT" else []
    if [Path(command[0]).name, *command[1:3]] != ["entitle", "run", "--"]:
        yield f"the gate is not the entrypoint: {words}"


def packages_of_libraries():
    """Debian's, of those that `entitle` itself names; the C library is always there."""
    said = subprocess.run(["readelf", "-d", BIN / "entitle"], check=True, capture_output=True, text=True).stdout
    for library in re.findall(r"NEEDED.*\[(.*)\]", said):
        owner = subprocess.run(["dpkg-query", "-S", f"*/{library}"], check=True, capture_output=True, text=True).stdout
        yield owner.split(":")[0]


def main():
    wrong = []
    for path in sorted((ROOT / "examples/docker").glob("*.dockerfile")):
        text = path.read_text(encoding="utf-8")
        wrong += [f"{path.name}: {complaint}" for complaint in
                  [*build_complaints(text), *stage_complaints(instructions(text))]]
    wrong += [f"gate.yml: {complaint}" for complaint in build_complaints(read("examples/github/gate.yml"))]

    listed = re.search(r"--no-install-recommends (.*?) \\", read("examples/docker/debian-slim.dockerfile"))[1].split()
    try:
        needed = {*packages_of_libraries(), "ca-certificates"} - {"libc6"}
    except FileNotFoundError as missing:
        print(f"SKIPPED: no {missing.filename} to name the packages of libraries")
        return 1 if wrong else 77
    if set(listed) != needed:
        wrong.append(f"debian-slim.dockerfile installs {sorted(listed)}, and entitle loads {sorted(needed)}")
    print(*wrong, sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
