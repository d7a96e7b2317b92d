#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Usage: github_test.py ROOT BIN WORK

The steps of examples/github/gate.yml, run one after the other as GitHub's machines would, but for
those that build: their programs are there already. `docker run` is played by ./docker. Then the
same with gates that are wrong, which the job has to find.
"""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import containers

try:
    import yaml
except ImportError:
    print("SKIPPED: no python3-yaml to read examples/github/gate.yml")
    sys.exit(77)

HERE = Path(__file__).parent
ROOT, BIN, WORK = (Path(argument).resolve() for argument in sys.argv[1:4])
BUILDS = ["Build the sandbox", "Build the image"]
PLACE = "127.0.0.1:8080"

# What the image starts with in place of `entitle`, and what the job has to say of it.
WRONG_GATES = {
    "opens for everybody": ('exec your-program', "a forged answer: exit status 0, not 76"),
    "opens for nobody": ('exit 78', "a customer who has paid: exit status 78, not 0"),
    "knows no no": ('real "$@"; status=$?; exit $((status == 77 ? 0 : status))',
                    "a customer who has not paid: exit status 0, not 77"),
}


def write_program(path, script):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/bash\n{script}\n", encoding="utf-8")
    path.chmod(0o755)


def run_steps(name, steps, url, gate=None):
    """Each in a shell of its own, as GitHub starts it. The first status that is not 0, and what was said."""
    work = WORK / name.replace(" ", "-")
    (work / "temp").mkdir(parents=True)
    (work / "sandbox").mkdir()
    (work / "sandbox/bin").symlink_to(BIN)
    write_program(work / "path/your-program", 'echo "the program runs"')
    shutil.copy(HERE / "docker", work / "path/docker")
    if gate:
        write_program(work / "path/entitle", gate.replace("real", f"{BIN}/entitle"))
    environment = {"PATH": f"{work}/path:{BIN}:/usr/bin:/bin", "URL": url, "RUNNER_TEMP": f"{work}/temp",
                   "HOME": "/nonexistent"}
    said = work / "said"  # a file, because what is left running would keep a pipe open
    for step in steps:
        with open(said, "a", encoding="utf-8") as output:
            status = subprocess.run(["/bin/bash", "-e", "-c", step["run"]], cwd=work, env=environment, timeout=120,
                                    stdin=subprocess.DEVNULL, stdout=output, stderr=output, check=False).returncode
        if status != 0:
            break
    return status, said.read_text(encoding="utf-8")


def complaints(job):
    for step in job["steps"]:
        if ("uses" in step) == ("run" in step):
            yield f"a step that neither uses nor runs: {step}"
        done = subprocess.run(["bash", "-n"], input=step.get("run", ""), text=True, capture_output=True, check=False)
        if done.returncode != 0:
            yield done.stderr
    for dockerfile in ("debian-slim", "distroless"):
        if "\nARG SEAL=" not in (ROOT / f"examples/docker/{dockerfile}.dockerfile").read_text(encoding="utf-8"):
            yield f"{dockerfile}.dockerfile has no SEAL"


def try_gate(name, job, gate=None, says=None):
    """What is wrong, or None. What a step has left running ends with the job, as at GitHub's."""
    place = containers.free_address()
    steps = [{**step, "run": step["run"].replace(PLACE, place)}
             for step in job["steps"] if "run" in step and step["name"] not in BUILDS]
    status, said = run_steps(name, steps, job["env"]["URL"].replace(PLACE, place), gate)
    if (status == 0) != (says is None) or says and says not in said:
        return f"{name}: status {status}: {said}"
    return None


def main():
    shutil.rmtree(WORK, ignore_errors=True)
    workflow = yaml.safe_load((ROOT / "examples/github/gate.yml").read_text(encoding="utf-8"))
    job = workflow["jobs"]["gate"]
    os.setpgid(0, 0)  # so that the sandboxes which the steps leave can be ended
    try:
        wrong = [*complaints(job), try_gate("as it should be", job),
                 *(try_gate(name, job, gate, says) for name, (gate, says) in WRONG_GATES.items())]
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        os.killpg(0, signal.SIGTERM)
    wrong = [complaint for complaint in wrong if complaint]
    print(*wrong, f"not run: {', '.join(BUILDS)}", sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
