# SPDX-License-Identifier: Apache-2.0
"""A sandbox process for tests in Python, and its control interface."""

import json
import os
import signal
import subprocess
import tempfile
import urllib.request

ACCESS_KEY_ID = "AKIAIOSFODNN7EXAMPLE"
SECRET_ACCESS_KEY = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"


def forget_callers_settings():
    """Nothing of the caller's own may decide: no profile, no Region, no proxy."""
    for name in list(os.environ):
        if name.startswith("AWS_") or name.lower().endswith("_proxy"):
            del os.environ[name]
    os.environ.update({
        "HOME": "/nonexistent", "AWS_CONFIG_FILE": "/nonexistent/config",
        "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent/credentials",
        "AWS_EC2_METADATA_DISABLED": "true", "TZ": "UTC"})


class Sandbox:
    """Runs while the `with` block does. `market` is what a market file says."""

    def __init__(self, program, market=None, environment=None):
        self.program = program
        self.folder = tempfile.TemporaryDirectory()
        arguments = [program, "--state", f"{self.folder.name}/state"]
        if market is not None:
            path = f"{self.folder.name}/market.json"
            with open(path, "w", encoding="utf-8") as file:
                json.dump(market, file)
            arguments += ["--config", path]
        self.process = subprocess.Popen(
            arguments, stdout=subprocess.PIPE, text=True,
            env={**os.environ, **(environment or {})})
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"the sandbox ended with {self.process.wait()}")
        listening = json.loads(line)
        self.url = listening["url"]
        self.product_code = listening["product_code"]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.process.terminate()
        status = self.process.wait(timeout=10)
        self.process.stdout.close()
        self.folder.cleanup()
        if status not in (0, -signal.SIGKILL):
            raise RuntimeError(f"the sandbox ended with {status}")

    def control(self, method, path, body=None, timeout=10):
        """One request to /_sandbox/; what it answered."""
        request = urllib.request.Request(
            f"{self.url}/_sandbox/{path}", method=method,
            data=None if body is None else json.dumps(body).encode())
        with urllib.request.urlopen(request, timeout=timeout) as answer:
            return json.load(answer)

    def reset(self):
        self.control("POST", "reset")

    def unsubscribe(self):
        self.control("PUT", "subscription", {"subscribed": False})

    def become(self, kind):
        self.control("POST", "identity", {"kind": kind})

    def faults(self, *faults):
        self.control("PUT", "faults", {"faults": list(faults)})

    def calls(self, operation):
        """The calls of that operation since the last reset."""
        calls = self.control("GET", "calls")["calls"]
        return [call for call in calls if call["operation"] == operation]

    def records(self):
        return self.control("GET", "records")["records"]

    def environment(self):
        """What `env` prints."""
        return subprocess.run(
            [self.program, "env", "--url", self.url], check=True, capture_output=True,
            text=True, timeout=20).stdout
