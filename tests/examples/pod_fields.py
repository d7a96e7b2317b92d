# SPDX-License-Identifier: Apache-2.0
"""The fields of Kubernetes' API that the examples use, with their types: what is not listed here is
taken for a slip of the pen, such as readOnlyRootFileSystem.
https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/
"""

from numbers import Number

TEXTS = {str: str}  # any names

METADATA = {"name": str, "namespace": str, "annotations": TEXTS, "labels": TEXTS}
PROBE = {"exec": {"command": [str]}, "httpGet": {"path": str, "port": Number}, "periodSeconds": Number,
         "failureThreshold": Number, "timeoutSeconds": Number, "initialDelaySeconds": Number}
SECURITY = {"allowPrivilegeEscalation": bool, "readOnlyRootFilesystem": bool, "runAsNonRoot": bool,
            "runAsUser": Number, "capabilities": {"drop": [str]}}
RESOURCES = {"requests": {"cpu": str, "memory": str}, "limits": {"cpu": str, "memory": str}}
CONTAINER = {"name": str, "image": str, "command": [str], "args": [str], "env": [{"name": str, "value": str}],
             "volumeMounts": [{"name": str, "mountPath": str}], "startupProbe": PROBE, "livenessProbe": PROBE,
             "securityContext": SECURITY, "resources": RESOURCES}
POD = {"serviceAccountName": str, "terminationGracePeriodSeconds": Number, "containers": [CONTAINER],
       "initContainers": [{**CONTAINER, "restartPolicy": str}],
       "volumes": [{"name": str, "emptyDir": {}}], "securityContext": {"fsGroup": Number}}
OBJECT = {"apiVersion": str, "kind": str, "metadata": METADATA, "spec": POD}


def complaints(value, wanted, place=""):
    """What in `value` is not as `wanted` has it."""
    if isinstance(wanted, list):
        if not isinstance(value, list):
            yield f"{place} is no list"
            return
        for number, item in enumerate(value):
            yield from complaints(item, wanted[0], f"{place}[{number}]")
    elif isinstance(wanted, dict):
        if not isinstance(value, dict):
            yield f"{place} is no object"
            return
        for name, item in value.items():
            if name not in wanted and str not in wanted:
                yield f"there is no {place}.{name}"
            else:
                yield from complaints(item, wanted.get(name, wanted.get(str)), f"{place}.{name}")
    elif not isinstance(value, wanted) or isinstance(value, bool) and wanted is not bool:
        yield f"{place} is no {wanted.__name__}: {value!r}"
