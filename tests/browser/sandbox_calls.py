# SPDX-License-Identifier: Apache-2.0
"""A sandbox that can be killed and started again, and calls to it as an SDK makes them."""

import http.client
import json
import subprocess

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from sandbox import ACCESS_KEY_ID, SECRET_ACCESS_KEY, Sandbox

SERVICE = "AWSMPMeteringService."
KEY = Credentials(ACCESS_KEY_ID, SECRET_ACCESS_KEY)


class CalledSandbox(Sandbox):
    def __init__(self, program, market):
        super().__init__(program, market)
        self.address = self.url.removeprefix("http://")
        self.page = self.url + "/_sandbox/"

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def start_again(self):
        self.process = subprocess.Popen(
            [*self.process.args, "--listen", self.address], stdout=subprocess.PIPE, text=True)
        assert json.loads(self.process.stdout.readline())["url"] == self.url

    def state(self):
        return self.control("GET", "state")

    def send(self, target, body, headers):
        """The status and the answer of a call as it is; `target` need not be an operation."""
        connection = http.client.HTTPConnection(self.address, timeout=30)
        connection.request("POST", "/", body, {"X-Amz-Target": SERVICE + target, **headers})
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        return answer.status, text

    def call(self, operation, body):
        """The same, signed by the default access key."""
        request = AWSRequest("POST", self.url + "/", data=json.dumps(body), headers={
            "Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": SERVICE + operation})
        SigV4Auth(KEY, "aws-marketplace", "us-east-1").add_auth(request)
        return self.send(operation, request.body, dict(request.headers))

    def register(self):
        return self.call("RegisterUsage", {"ProductCode": self.product_code, "PublicKeyVersion": 1})
