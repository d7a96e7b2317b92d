#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Usage: kubernetes_test.py ROOT BIN WORK

The pods of examples/kubernetes have Kubernetes' fields, and their containers start, refuse and
report as they should, on an EKS that the sandbox plays.
"""

import sys
from pathlib import Path

import containers
import pod_fields

try:
    import yaml
except ImportError:
    print("SKIPPED: no python3-yaml to read the pods of examples/kubernetes")
    sys.exit(77)

ROOT, BIN, WORK = (Path(argument) for argument in sys.argv[1:4])
UNITS = {"entrypoint.yaml": 0, "init-container.yaml": 0, "agent-sidecar.yaml": 3}
DEADLINE_S, LAST_FLUSH_S = 60, 20  # of `entitle`, of the agent


def rule_complaints(account, pod):
    """What holds between fields."""
    spec = pod["spec"]
    volumes = {volume["name"] for volume in spec.get("volumes", [])}
    described = spec["containers"] + spec.get("initContainers", [])
    if spec["serviceAccountName"] != account["metadata"]["name"]:
        yield "the pod has another service account"
    if not account["metadata"]["annotations"]["eks.amazonaws.com/role-arn"].startswith("arn:aws:iam::"):
        yield "the service account has no role"
    if len({container["name"] for container in described}) != len(described):
        yield "two containers of one name"
    for container in described:
        for mount in container.get("volumeMounts", []):
            if mount["name"] not in volumes:
                yield f"there is no volume {mount['name']}"
        probe = container.get("startupProbe")
        if probe and probe["periodSeconds"] * probe["failureThreshold"] < DEADLINE_S:
            yield f"{container['name']} is given up before the deadline"
        if "entitle-agent" in container["command"] and spec.get("terminationGracePeriodSeconds", 30) <= LAST_FLUSH_S:
            yield "the agent is killed in its last flush"


def container_of(described):
    return containers.Container(
        described["name"], described["command"] + described.get("args", []),
        {entry["name"]: entry["value"] for entry in described.get("env", [])},
        [mount["mountPath"] for mount in described.get("volumeMounts", [])],
        described.get("startupProbe", {}).get("exec", {}).get("command"))


def group_of(spec):
    first = spec.get("initContainers", [])
    return containers.Group(
        container_of(spec["containers"][0]),
        before=[container_of(each) for each in first if each.get("restartPolicy") != "Always"],
        beside=[container_of(each) for each in first if each.get("restartPolicy") == "Always"])


def try_file(stage, path):
    account, pod = yaml.safe_load_all(path.read_text(encoding="utf-8"))
    wrong = [complaint for part in (account, pod)
             for complaint in pod_fields.complaints(part, pod_fields.OBJECT, part["kind"])]
    if (account["kind"], pod["kind"]) != ("ServiceAccount", "Pod"):
        return ["no service account and pod"]
    return [*wrong, *rule_complaints(account, pod),
            *containers.try_starts(stage, path.name, group_of(pod["spec"]), UNITS[path.name])]


if __name__ == "__main__":
    sys.exit(containers.try_manifests(
        BIN, WORK, "eks-irsa", sorted((ROOT / "examples/kubernetes").glob("*.yaml")), try_file))
