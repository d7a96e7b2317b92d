#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Usage: second_opinion.py CHOSEN

Asks botocore, AWS's SDK for Python, and CHOSEN (chosen.c) which credentials, Region and
endpoint they settle on, with the same files and the same environment, and compares. Only
what they should agree on is asked. Exit status 77: there is no botocore here.
"""

import http.server
import json
import os
import subprocess
import sys
import tempfile
import threading

try:
    import botocore
    import botocore.session
except ImportError:
    print("SKIPPED: there is no botocore (Debian: python3-boto3) to compare with")
    sys.exit(77)

VERSION = tuple(int(part) for part in botocore.__version__.split(".")[:2])
# From here on botocore knows AWS_ENDPOINT_URL and services sections, and the token files
# of EKS Pod Identity.
KNOWS_ENDPOINT_URLS = (1, 31)
KNOWS_TOKEN_FILES = (1, 33)

KINDS = {
    "env": "environment",
    "shared-credentials-file": "profile",
    "config-file": "profile",
    "custom-process": "process",
    "assume-role": "assumed-role",
    "assume-role-with-web-identity": "web-identity",
    "container-role": "ecs-task-role",
    "iam-role": "instance-role",
}

KEYS = "aws_access_key_id = %s\naws_secret_access_key = secret\n"
EXPIRATION = "2999-01-01T00:00:00Z"


def document(key_id):
    return json.dumps({
        "Code": "Success", "AccessKeyId": key_id, "SecretAccessKey": "secret",
        "Token": "token", "Expiration": EXPIRATION})


def sts_answer(action):
    return (
        f'<{action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><{action}Result>'
        f"<Credentials><AccessKeyId>ASIA{action.upper()}</AccessKeyId>"
        "<SecretAccessKey>secret</SecretAccessKey><SessionToken>token</SessionToken>"
        f"<Expiration>{EXPIRATION}</Expiration></Credentials><AssumedRoleUser>"
        "<Arn>arn:aws:sts::123456789012:assumed-role/r/s</Arn><AssumedRoleId>A:s"
        f"</AssumedRoleId></AssumedRoleUser></{action}Result><ResponseMetadata>"
        f"<RequestId>1</RequestId></ResponseMetadata></{action}Response>")


class Platform(http.server.BaseHTTPRequestHandler):
    """The endpoints that hand out credentials."""

    ROLES = "/latest/meta-data/iam/security-credentials/"

    def answer(self, text):
        body = text.encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_PUT(self):
        self.answer("a-session")

    def do_GET(self):
        if self.path == "/container":
            self.answer(document("ASIACONTAINER"))
        elif self.path == self.ROLES:
            self.answer("a-role")
        elif self.path == self.ROLES + "a-role":
            self.answer(document("ASIAINSTANCE"))
        else:
            self.send_error(404)

    def do_POST(self):
        form = self.rfile.read(int(self.headers["Content-Length"])).decode()
        web_identity = "Action=AssumeRoleWithWebIdentity" in form
        self.answer(sts_answer("AssumeRoleWithWebIdentity" if web_identity else "AssumeRole"))

    def log_message(self, *_):
        pass


class Case:
    def __init__(self, name, config="", credentials="", env=None, since=(0,)):
        self.name = name
        self.config = config
        self.credentials = credentials
        self.env = env or {}
        self.since = since


def profile(name, text):
    return f"[profile {name}]\n{text}\n"


CONTAINER = {"AWS_CONTAINER_CREDENTIALS_FULL_URI": "@/container"}
ENV_KEYS = {"AWS_ACCESS_KEY_ID": "AKIAENV", "AWS_SECRET_ACCESS_KEY": "secret"}
IRSA = {"AWS_WEB_IDENTITY_TOKEN_FILE": "TOKEN", "AWS_ROLE_ARN": "arn:aws:iam::1:role/r",
        "AWS_ENDPOINT_URL_STS": "@/"}
ROLE = "role_arn = arn:aws:iam::1:role/r\n"
STS = {"AWS_ENDPOINT_URL_STS": "@/"}
HAS_IMDS = {"AWS_EC2_METADATA_DISABLED": ""}
PROCESS = ("credential_process = sh -c 'echo \"{\\\"Version\\\":1,\\\"AccessKeyId\\\":"
           "\\\"AKIAPROCESS\\\",\\\"SecretAccessKey\\\":\\\"s\\\"}\"'\n")
SERVICES = "[services s]\nmarketplace_metering =\n  endpoint_url = https://service/\n"

CASES = [
    Case("nothing"),
    # Which source answers.
    Case("environment", env=ENV_KEYS),
    Case("environment before profile", credentials="[default]\n" + KEYS % "AKIAFILE", env=ENV_KEYS),
    Case("credentials file", credentials="[default]\n" + KEYS % "AKIAFILE"),
    Case("config file", config="[default]\n" + KEYS % "AKIAFILE"),
    Case("credentials file before config file", config="[default]\n" + KEYS % "AKIACONFIG",
         credentials="[default]\n" + KEYS % "AKIACREDENTIALS"),
    Case("process", config="[default]\n" + PROCESS),
    Case("credentials file before process", config="[default]\n" + PROCESS,
         credentials="[default]\n" + KEYS % "AKIAFILE"),
    Case("container", env=CONTAINER),
    Case("profile before container", credentials="[default]\n" + KEYS % "AKIAFILE", env=CONTAINER),
    Case("profile without keys", config="[default]\noutput = json\n", env=CONTAINER),
    Case("instance", env=HAS_IMDS),
    Case("container before instance", env={**CONTAINER, **HAS_IMDS}),
    Case("web identity", env=IRSA, since=KNOWS_ENDPOINT_URLS),
    Case("web identity before container", env={**IRSA, **CONTAINER}, since=KNOWS_ENDPOINT_URLS),
    Case("web identity of a profile", config="[default]\n" + ROLE +
         "web_identity_token_file = TOKEN\n", env=STS, since=KNOWS_ENDPOINT_URLS),
    Case("assumed role", config="[default]\n" + ROLE + "source_profile = x\n" +
         profile("x", KEYS % "AKIAX"), env=STS, since=KNOWS_ENDPOINT_URLS),
    Case("assumed role with own keys", config="[default]\n" + ROLE +
         "source_profile = default\n" + KEYS % "AKIAX", env=STS, since=KNOWS_ENDPOINT_URLS),
    Case("assumed role of a container", config="[default]\n" + ROLE +
         "credential_source = EcsContainer\n", env={**STS, **CONTAINER},
         since=KNOWS_ENDPOINT_URLS),
    # What is broken ends the search.
    Case("half of the environment", env={"AWS_ACCESS_KEY_ID": "AKIAENV", **CONTAINER}),
    Case("half of a profile", credentials="[default]\naws_access_key_id = A\n", env=CONTAINER),
    Case("failing process", config="[default]\ncredential_process = false\n", env=CONTAINER),
    Case("process of another version", config="[default]\ncredential_process = echo '{\"Version\""
         ":2}'\n", env=CONTAINER),
    Case("web identity without role", env={"AWS_WEB_IDENTITY_TOKEN_FILE": "TOKEN", **CONTAINER}),
    Case("role without source", config="[default]\n" + ROLE, env=CONTAINER),
    Case("role with two sources", config="[default]\n" + ROLE + "source_profile = x\n"
         "credential_source = Environment\n" + profile("x", KEYS % "AKIAX"), env=CONTAINER),
    Case("role of an unknown source", config="[default]\n" + ROLE +
         "credential_source = Elsewhere\n", env=CONTAINER),
    Case("role in a circle", config="[default]\n" + ROLE + "source_profile = x\n" +
         profile("x", ROLE + "source_profile = default"), env=CONTAINER),
    Case("role of itself", config="[default]\n" + ROLE + "source_profile = default\n",
         env=CONTAINER),
    Case("role of an absent profile", config="[default]\n" + ROLE + "source_profile = x\n",
         env=CONTAINER),
    Case("login", config="[default]\nsso_account_id = 123456789012\nsso_role_name = r\n"
         "sso_region = us-east-1\nsso_start_url = https://x/\n", env=CONTAINER),
    Case("unreadable container token", env={
        **CONTAINER, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "/nonexistent"},
        since=KNOWS_TOKEN_FILES),
    # Which profile.
    Case("named profile", config="[default]\n" + KEYS % "AKIAA" + profile("x", KEYS % "AKIAX"),
         env={"AWS_PROFILE": "x"}),
    Case("named by the older variable", config=profile("x", KEYS % "AKIAX"),
         env={"AWS_DEFAULT_PROFILE": "x"}),
    Case("absent profile", config="[default]\n" + KEYS % "AKIAA", env={"AWS_PROFILE": "x"}),
    Case("no inheritance", config="[default]\n" + KEYS % "AKIAA" + profile("x", "output = json"),
         env={"AWS_PROFILE": "x", **CONTAINER}),
    # The dialect.
    Case("quoted name", config=profile('"x y"', KEYS % "AKIAX"), env={"AWS_PROFILE": "x y"}),
    Case("section without the word", config="[x]\n" + KEYS % "AKIAX", env={"AWS_PROFILE": "x"}),
    Case("word in the credentials file", credentials=profile("x", KEYS % "AKIAX"),
         env={"AWS_PROFILE": "x"}),
    Case("two defaults", config="[default]\n" + KEYS % "AKIAA" +
         profile("default", KEYS % "AKIAB")),
    Case("comments", config="# a\n[default] # b\n; c\n  # d\n" + KEYS % "AKIAA"),
    Case("hash in a value", config="[default]\n" + KEYS % "AKIA#A;B"),
    Case("colons", config="[default]\n" + (KEYS % "AKIAA").replace("=", ":")),
    Case("upper case", config="[default]\n" + (KEYS % "AKIAA").replace("aws_", "AWS_")),
    Case("lines of another system", config=("[default]\n" + KEYS % "AKIAA").replace("\n", "\r\n")),
    Case("indented section", config="[default]\n  " + (KEYS % "AKIAA").replace("\na", "\n  a")),
    Case("indented comment in a block", config="[default]\ns3 =\n  # c\n  a = b\n" +
         KEYS % "AKIAA"),
    Case("a key inside a block", config="[default]\ns3 =\n  aws_access_key_id = A\n",
         env=CONTAINER),
    # Region and endpoint.
    Case("Region of the profile", config="[default]\nregion = eu-west-1\n" + KEYS % "AKIAA",
         env={"AWS_DEFAULT_REGION": ""}),
    Case("Region of the credentials file", config="[default]\nregion = eu-west-1\n",
         credentials="[default]\nregion = eu-west-2\n" + KEYS % "AKIAA",
         env={"AWS_DEFAULT_REGION": ""}),
    Case("Region of the variable first", config="[default]\nregion = eu-west-1\n", env=ENV_KEYS),
    Case("China", env={**ENV_KEYS, "AWS_DEFAULT_REGION": "cn-northwest-1"}),
    Case("GovCloud", env={**ENV_KEYS, "AWS_DEFAULT_REGION": "us-gov-west-1"}),
    Case("FIPS", env={**ENV_KEYS, "AWS_USE_FIPS_ENDPOINT": "true"}),
    Case("FIPS of the profile", config="[default]\nuse_fips_endpoint = true\n", env=ENV_KEYS),
    Case("FIPS of another spelling", env={**ENV_KEYS, "AWS_USE_FIPS_ENDPOINT": "yes"}),
    Case("dual-stack", env={**ENV_KEYS, "AWS_USE_DUALSTACK_ENDPOINT": "true"},
         since=KNOWS_ENDPOINT_URLS),
    Case("endpoint for all", env={**ENV_KEYS, "AWS_ENDPOINT_URL": "https://all/"},
         since=KNOWS_ENDPOINT_URLS),
    Case("endpoint for one", env={
        **ENV_KEYS, "AWS_ENDPOINT_URL": "https://all/",
        "AWS_ENDPOINT_URL_MARKETPLACE_METERING": "https://one/"}, since=KNOWS_ENDPOINT_URLS),
    Case("endpoint of services", config=SERVICES + "[default]\nservices = s\n"
         "endpoint_url = https://profile/\n", env=ENV_KEYS, since=KNOWS_ENDPOINT_URLS),
    Case("endpoint of the profile", config="[default]\nendpoint_url = https://profile/\n",
         env=ENV_KEYS, since=KNOWS_ENDPOINT_URLS),
    Case("endpoint of absent services", config="[default]\nservices = s\n", env=ENV_KEYS,
         since=KNOWS_ENDPOINT_URLS),
    Case("endpoints ignored", config="[default]\nignore_configured_endpoint_urls = true\n"
         "endpoint_url = https://profile/\n", env=ENV_KEYS, since=KNOWS_ENDPOINT_URLS),
    Case("endpoint with FIPS", env={
        **ENV_KEYS, "AWS_USE_FIPS_ENDPOINT": "true", "AWS_ENDPOINT_URL": "https://all/"},
        since=KNOWS_ENDPOINT_URLS),
]


def ask_botocore():
    """What botocore settles on in this process's environment."""
    try:
        session = botocore.session.Session()
        credentials = session.get_credentials()
        if credentials is None:
            return ["error"]
        frozen = credentials.get_frozen_credentials()
        client = session.create_client("meteringmarketplace")
    except Exception as error:  # whatever it is: it did not settle on anything
        return ["error", repr(error)]
    return [KINDS[credentials.method], frozen.access_key, client.meta.region_name,
            client.meta.endpoint_url]


def ask_program(program):
    line = subprocess.run([program], capture_output=True, text=True, check=True).stdout
    answer = line.rstrip("\n").split("\t")
    if answer[0] == "eks-pod-identity":  # botocore does not tell them apart
        answer[0] = "ecs-task-role"
    return answer


def comparable(answer):
    if answer[0] == "error":
        return answer[:1]
    return answer[:3] + [answer[3].rstrip("/")]


def set_environment(case, url, home):
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ["HOME"] = home
    os.environ["AWS_EC2_METADATA_DISABLED"] = "true"
    os.environ["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = url
    os.environ["AWS_DEFAULT_REGION"] = "us-east-1"
    for name, value in case.env.items():
        value = value.replace("@", url).replace("TOKEN", f"{home}/token")
        if value:
            os.environ[name] = value
        else:
            os.environ.pop(name, None)


def write_files(case, home):
    os.makedirs(f"{home}/.aws")
    for name, text in ("config", case.config), ("credentials", case.credentials):
        with open(f"{home}/.aws/{name}", "w", newline="", encoding="ascii") as file:
            file.write(text.replace("TOKEN", f"{home}/token"))
    with open(f"{home}/token", "w", encoding="ascii") as file:
        file.write("a.web-identity.token")


def compare(case, program, url):
    with tempfile.TemporaryDirectory() as home:
        write_files(case, home)
        set_environment(case, url, home)
        theirs = ask_botocore()
        ours = ask_program(program)
    agree = comparable(ours) == comparable(theirs)
    print(f"{'ok ' if agree else 'NOT'} {case.name}: {comparable(theirs)}")
    if not agree:
        print(f"    botocore: {theirs}\n    entitle:  {ours}")
    return agree


def main():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Platform)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}"
    asked = [case for case in CASES if VERSION >= case.since]
    if len(asked) < len(CASES):
        print(f"SKIPPED: {len(CASES) - len(asked)} cases that botocore "
              f"{botocore.__version__} is too old for")
    failed = [case for case in asked if not compare(case, sys.argv[1], url)]
    server.shutdown()
    print(f"{len(asked) - len(failed)} of {len(asked)} agree with botocore {botocore.__version__}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
