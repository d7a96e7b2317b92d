#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Usage: ecs_test.py ROOT BIN WORK

The task definitions of examples/ecs are what AWS's model of RegisterTaskDefinition takes, and
their containers start, refuse and report as they should, on a Fargate that the sandbox plays.
"""

import json
import sys
from pathlib import Path

import containers

try:
    import botocore.session
    import botocore.validate
except ImportError:
    print("SKIPPED: no python3-boto3 to judge the task definitions of examples/ecs")
    sys.exit(77)

ROOT, BIN, WORK = (Path(argument) for argument in sys.argv[1:4])
UNITS = {"gate.json": 0, "agent.json": 3}
FARGATE_MEMORY = {"256": (512, 1024, 2048), "512": (1024, 2048, 3072, 4096)}  # by CPU units
LIMITS = {"interval": (5, 300), "timeout": (2, 60), "retries": (1, 10), "startPeriod": (0, 300)}


def model_complaints(definition):
    model = botocore.session.Session().get_service_model("ecs").operation_model("RegisterTaskDefinition")
    report = botocore.validate.ParamValidator().validate(definition, model.input_shape)
    return [report.generate_report()] if report.has_errors() else []


def rule_complaints(definition):
    """What AWS's model leaves to its documentation."""
    named = {container["name"] for container in definition["containerDefinitions"]}
    volumes = {volume["name"] for volume in definition.get("volumes", [])}
    if int(definition["memory"]) not in FARGATE_MEMORY[definition["cpu"]]:
        yield f"Fargate has no {definition['cpu']} CPU units with {definition['memory']} MiB"
    for container in definition["containerDefinitions"]:
        for mount in container.get("mountPoints", []):
            if mount["sourceVolume"] not in volumes:
                yield f"there is no volume {mount['sourceVolume']}"
        for dependency in container.get("dependsOn", []):
            if dependency["containerName"] not in named:
                yield f"there is no container {dependency['containerName']}"
        for name, value in container.get("healthCheck", {}).items():
            low, high = LIMITS.get(name, (None, None))
            if low is not None and not low <= value <= high:
                yield f"a health check's {name} of {value}"
        if container.get("stopTimeout", 30) > 120:
            yield "Fargate waits 120 s at most"


def container_of(described):
    check = described.get("healthCheck", {}).get("command", ["CMD"])
    assert check[0] == "CMD"
    return containers.Container(
        described["name"], described["entryPoint"] + described["command"],
        {entry["name"]: entry["value"] for entry in described.get("environment", [])},
        [mount["containerPath"] for mount in described.get("mountPoints", [])], check[1:],
        [dependency["containerName"] for dependency in described.get("dependsOn", [])])


def group_of(definition):
    found = {described["name"]: container_of(described) for described in definition["containerDefinitions"]}
    program = found["program"]
    return containers.Group(program, beside=[found[name] for name in program.needs])


def try_file(stage, path):
    definition = json.loads(path.read_text(encoding="utf-8"))
    return [*model_complaints(definition), *rule_complaints(definition),
            *containers.try_starts(stage, path.name, group_of(definition), UNITS[path.name])]


if __name__ == "__main__":
    sys.exit(containers.try_manifests(
        BIN, WORK, "fargate", sorted((ROOT / "examples/ecs").glob("*.json")), try_file))
