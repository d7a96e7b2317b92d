#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Usage: market_schema.py SCHEMA [DOCUMENT…] -- [EMULATOR…] MARKET_VERDICT

Holds docs/market.schema.json against the sandbox's own reader (market_verdict.c): each of
these market files has to be taken by both or refused by both, but for what a schema cannot
say. So have the market files that stand in the documents. Exit status 77: there is no
jsonschema here.
"""

import json
import re
import subprocess
import sys
import tempfile

try:
    import jsonschema
except ImportError:
    print("SKIPPED: there is no jsonschema (Debian: python3-jsonschema) to compare with")
    sys.exit(77)

ARN = "arn:aws:license-manager::294406891311:license:l-0123456789abcdef"
KEY = "AKIAI44QH8DHBEXAMPLE"
TEMPORARY_KEY = "ASIAI44QH8DHBEXAMPLE"

DASHES = sys.argv.index("--")
SCHEMA, *DOCUMENTS = sys.argv[1:DASHES]
READER = sys.argv[DASHES + 1:]


def products(*more):
    return {"products": [{"code": "first"}, *more]}


def product(**members):
    return {"products": [{"code": "first", **members}]}


def customers(*more):
    return {"customers": [{"account": "123456789012", "identifier": "one"}, *more]}


def subscription(**members):
    return {"subscriptions": [members]}


def token(**members):
    return {"registration_tokens": [{"token": "t-1", **members}]}


def identity(**members):
    return {"identities": [{"access_key_id": KEY, **members}]}


# Refused by both beside what both take.
BAD = {
    "not an object": ([], {}),
    "unknown member": ({"regions": "us-east-1"}, {"region": "us-east-1"}),
    "schema of the wrong type": ({"$schema": 1}, {"$schema": "market.schema.json"}),
    "region of no partition": ({"region": "us-iso-east-1"}, {"region": "us-gov-east-1"}),
    "region in capitals": ({"region": "US-EAST-1"}, {"region": "cn-northwest-1"}),
    "region with a zone": ({"region": "us-east-1a"}, {"region": "ap-southeast-2"}),
    "region without a number": ({"region": "eu-west-"}, {"region": "eu-west-3"}),
    "region of the wrong type": ({"region": None}, {"region": "mx-central-1"}),
    "settings of the wrong type": ({"settings": []}, {"settings": {}}),
    "unknown setting": (
        {"settings": {"batch_window_s": 1}}, {"settings": {"batch_window_hours": 6}}),
    "window too short": (
        {"settings": {"batch_window_hours": 0}}, {"settings": {"batch_window_hours": 1}}),
    "window too long": (
        {"settings": {"batch_window_hours": 25}}, {"settings": {"batch_window_hours": 24}}),
    "window not whole": (
        {"settings": {"batch_window_hours": 6.5}}, {"settings": {"batch_window_hours": 6.0}}),
    "window a text": (
        {"settings": {"batch_window_hours": "6"}}, {"settings": {"batch_window_hours": 6e0}}),
    "switch not a boolean": (
        {"settings": {"documented_regions_only": 1}},
        {"settings": {"documented_regions_only": True}}),
    "other switch not a boolean": (
        {"settings": {"usage_not_before_start": "no"}},
        {"settings": {"usage_not_before_start": False}}),
    "no product": ({"products": []}, product()),
    "products of the wrong type": ({"products": {}}, products()),
    "product not an object": (products("x"), products({"code": "x"})),
    "unknown member of a product": (product(name="x"), product(kind="any")),
    "product without a code": (products({}), products({"code": "x"})),
    "empty code": (products({"code": ""}), products({"code": "a" * 255})),
    "code too long": (products({"code": "a" * 256}), products({"code": "-/=:_.@"[2:]})),
    "code with a blank": (products({"code": "a b"}), products({"code": "a_b"})),
    "code with a slash": (
        products({"code": "a/b"}), {"products": [{"code": "a/b"}, {"code": "ab"}]}),
    "code like a hidden file": (
        products({"code": ".a"}), {"products": [{"code": ".a"}, {"code": "a.b"}]}),
    "code like a key": (
        products({"code": "2.pem"}), {"products": [{"code": "2.pem"}, {"code": "2.pem2"}]}),
    "code of the wrong type": (products({"code": 7}), products({"code": "7"})),
    "unknown kind": (product(kind="server"), product(kind="saas")),
    "kind in capitals": (product(kind="AMI"), product(kind="ami")),
    "kind of the wrong type": (product(kind=None), product(kind="container")),
    "seller too short": (product(seller="12345678901"), product(seller="123456789012")),
    "seller with a hyphen": (product(seller="1234-5678-90"), product(seller="000000000000")),
    "seller a number": (product(seller=123456789012), product(seller="999999999999")),
    "no dimension": (product(dimensions=[]), product(dimensions=["users"])),
    "empty dimension": (product(dimensions=[""]), product(dimensions=[" "])),
    "dimension too long": (
        product(dimensions=["\u00e9" * 256]), product(dimensions=["\u00e9" * 255])),
    "dimension twice": (product(dimensions=["a", "b", "a"]), product(dimensions=["a", "A"])),
    "dimension of the wrong type": (product(dimensions=[1]), product(dimensions=["1"])),
    "too many dimensions": (
        product(dimensions=[str(i) for i in range(1001)]),
        product(dimensions=[str(i) for i in range(1000)])),
    "no region of a product": (product(regions=[]), product(regions=["us-east-1"])),
    "wrong region of a product": (product(regions=["mars-1"]), product(regions=["eu-west-1"])),
    "region of a product twice": (
        product(regions=["eu-west-1", "eu-west-1"]), product(regions=["eu-west-1", "eu-west-2"])),
    "no key version": (product(key_versions=0), product(key_versions=1)),
    "too many key versions": (product(key_versions=17), product(key_versions=16)),
    "too many products": (
        products(*[{"code": str(i)} for i in range(256)]),
        products(*[{"code": str(i)} for i in range(255)])),
    "no customer": ({"customers": []}, customers()),
    "customer without an account": (
        customers({"identifier": "two"}), customers({"account": "210987654321"})),
    "unknown member of a customer": (
        customers({"account": "210987654321", "name": "x"}),
        customers({"account": "210987654321", "identifier": "x"})),
    "account with letters": (
        customers({"account": "21098765432a"}), customers({"account": "210987654320"})),
    "account too long": (
        customers({"account": "2109876543210"}), customers({"account": "210987654321"})),
    "identifier like an account": (
        customers({"account": "210987654321", "identifier": "210987654321"}),
        customers({"account": "210987654321", "identifier": "2109876543210"})),
    "identifier with a blank": (
        customers({"account": "210987654321", "identifier": "a b"}),
        customers({"account": "210987654321", "identifier": "a-b"})),
    "empty identifier": (
        customers({"account": "210987654321", "identifier": ""}),
        customers({"account": "210987654321", "identifier": "~"})),
    "identifier too long": (
        customers({"account": "210987654321", "identifier": "a" * 256}),
        customers({"account": "210987654321", "identifier": "a" * 255})),
    "subscriptions of the wrong type": ({"subscriptions": {}}, {"subscriptions": []}),
    "unknown member of a subscription": (subscription(begins=0), subscription(starts=0)),
    "licence without a license id": (
        subscription(license_arn=ARN.rsplit("l-", 1)[0]), subscription(license_arn=ARN)),
    "licence of another service": (
        subscription(license_arn=ARN.replace("license-manager", "iam")),
        subscription(license_arn=ARN.removeprefix("arn:"))),
    "licence of no account": (
        subscription(license_arn=ARN.replace("294406891311", "")),
        subscription(license_arn=ARN.replace("aws", "aws-cn").replace("::", ":cn-north-1:"))),
    "licence with a blank": (
        subscription(license_arn=ARN + " "), subscription(license_arn=ARN + "A")),
    "licence of the wrong type": (subscription(license_arn=None), subscription()),
    "time without a zone": (
        subscription(starts="2026-11-21T20:00:00"), subscription(starts="2026-11-21T20:00:00Z")),
    "a day alone": (
        subscription(starts="2026-11-21"), subscription(starts="2026-11-21T00:00:00.5Z")),
    "a blank in a time": (
        subscription(starts="2026-11-21 20:00:00Z"),
        subscription(starts="2026-11-21T20:00:00+01:00")),
    "digits as a text": (subscription(starts="1795291200"), subscription(starts=1795291200)),
    "a time before 1970": (subscription(starts=-1), subscription(starts=0)),
    "a time that is not whole": (subscription(starts=1.5), subscription(starts=1.0)),
    "a time too late": (token(expires=253402300800), token(expires=253402300799)),
    "a time of the wrong type": (subscription(ends=True), subscription(ends=None)),
    "token missing": ({"registration_tokens": [{}]}, {"registration_tokens": []}),
    "empty token": (
        {"registration_tokens": [{"token": ""}]}, {"registration_tokens": [{"token": "~"}]}),
    "token with a blank": (
        {"registration_tokens": [{"token": "a b"}]},
        {"registration_tokens": [{"token": "a%20b"}]}),
    "token too long": (
        {"registration_tokens": [{"token": "a" * 2049}]},
        {"registration_tokens": [{"token": "a" * 2048}]}),
    "unknown member of a token": (token(used=1), token(uses=1)),
    "uses below zero": (token(uses=-1), token(uses=0)),
    "uses over a million": (token(uses=1000001), token(uses=1000000)),
    "no identity": ({"identities": []}, identity()),
    "identity without a key": ({"identities": [{}]}, identity()),
    "unknown member of an identity": (identity(secret="x"), identity(secret_access_key="x")),
    "key of another kind": (
        identity(access_key_id="AROAI44QH8DHBEXAMPLE"), identity(access_key_id=KEY)),
    "key in small letters": (
        identity(access_key_id=KEY.lower()), identity(access_key_id="AKIA0123456789ABCDEF")),
    "key too short": (identity(access_key_id=KEY[:-1]), identity(access_key_id=KEY)),
    "key too long": (identity(access_key_id=KEY + "A"), identity(access_key_id=KEY)),
    "temporary key without a token": (
        identity(access_key_id=TEMPORARY_KEY),
        identity(access_key_id=TEMPORARY_KEY, session_token="x")),
    "long-term key with a token": (identity(session_token="x"), identity()),
    "empty secret": (identity(secret_access_key=""), identity(secret_access_key="x")),
    "secret too long": (
        identity(secret_access_key="x" * 129), identity(secret_access_key="x" * 128)),
    "kind that no key has": (identity(kind="eks-pod-identity"), identity(kind="eks-pod")),
    "wrong account of an identity": (identity(account="1"), identity(account="000000000001")),
    "wrong seller of an identity": (identity(seller=""), identity(seller=None)),
    "wrong region of an identity": (identity(region="us-east"), identity(region="us-east-2")),
    "wrong expiry": (identity(expires="soon"), identity(expires="2027-01-01T00:00:00Z")),
}

# What a schema cannot say: references, orders, and sameness of a part of an element. The
# reader refuses these, and takes their neighbours.
BEYOND_A_SCHEMA = {
    "product twice": (products({"code": "first"}), products({"code": "second"})),
    "account twice": (
        customers({"account": "123456789012"}), customers({"account": "123456789013"})),
    "identifier twice": (
        customers({"account": "210987654321", "identifier": "one"}),
        customers({"account": "210987654321", "identifier": "two"})),
    "identifier that another's account makes": (
        {"customers": [{"account": "210987654321"},
                       {"account": "123456789012", "identifier": "cust-210987654321"}]},
        {"customers": [{"account": "210987654321"},
                       {"account": "123456789012", "identifier": "cust-210987654322"}]}),
    "licence twice": (
        {"subscriptions": [{"license_arn": ARN}, {"license_arn": ARN.removeprefix("arn:")}]},
        {"subscriptions": [{"license_arn": ARN}, {"license_arn": ARN + "0"}]}),
    "two subscriptions without a licence": (
        {"subscriptions": [{}, {}]}, {"subscriptions": [{}, {"license_arn": ARN}]}),
    "token twice": (
        {"registration_tokens": [{"token": "a"}, {"token": "a"}]},
        {"registration_tokens": [{"token": "a"}, {"token": "A"}]}),
    "access key twice": (
        {"identities": [{"access_key_id": KEY}, {"access_key_id": KEY}]},
        {"identities": [{"access_key_id": KEY}, {"access_key_id": KEY[:-1] + "0"}]}),
    "unknown product": (subscription(product="none"), {
        **products(), **subscription(product="first")}),
    "unknown customer": (subscription(customer="two"), {
        **customers(), **subscription(customer="one")}),
    "unknown licence of a token": (
        {**subscription(license_arn=ARN), **token(license_arn=ARN + "0")},
        {**subscription(license_arn=ARN), **token(license_arn=ARN.removeprefix("arn:"))}),
    "token of another's licence": (
        {**customers({"account": "210987654321"}), **subscription(license_arn=ARN),
         **token(license_arn=ARN, customer="210987654321")},
        {**customers({"account": "210987654321"}), **subscription(license_arn=ARN),
         **token(license_arn=ARN, customer="123456789012")}),
    "token of no subscription": (
        {"subscriptions": [], **token()}, {"subscriptions": [{}], **token()}),
    "token of one of two subscriptions": (
        {"subscriptions": [{}, {"license_arn": ARN}], **token()},
        {"subscriptions": [{}, {"license_arn": ARN}], **token(license_arn=ARN)}),
    "end before the start": (subscription(starts=2, ends=2), subscription(starts=2, ends=3)),
    "day that does not exist": (
        subscription(starts="2026-02-29T00:00:00Z"), subscription(starts="2028-02-29T00:00:00Z")),
    "time before 1970": (
        subscription(starts="1969-12-31T23:59:59Z"), subscription(starts="1970-01-01T00:00:00Z")),
    "more subscriptions than there may be": (
        {"products": [{"code": str(i)} for i in range(256)],
         "customers": [{"account": "%012d" % i} for i in range(782)]},
        {"products": [{"code": str(i)} for i in range(256)],
         "customers": [{"account": "%012d" % i} for i in range(781)]}),
}

# What JSON itself, or its strict reading, does not take.
BAD_TEXTS = {
    "empty": "",
    "comment": "{} // x",
    "trailing comma": '{"region":"us-east-1",}',
    "member twice": '{"region":"us-east-1","region":"us-east-1"}',
    "nested too deeply": '{"products":' + "[" * 20 + "]" * 20 + "}",
}

failures = 0


def complain(text):
    global failures
    failures += 1
    print(text)


def reader_takes(text):
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        done = subprocess.run(
            [*READER, file.name], capture_output=True, text=True, check=False)
    if done.returncode not in (0, 78):
        complain(f"exit status {done.returncode}: {done.stdout}{done.stderr}")
    lines = done.stdout.splitlines()
    if done.returncode == 78 and (
            len(lines) != 2 or not re.match(re.escape(file.name) + ":[1-9][0-9]*: ", lines[0])
            or not lines[1]):
        complain(f"an error has a file, a line and a hint, not: {lines}")
    return done.returncode == 0


def blocks_of(document):
    """The market files in a document: its blocks of JSON that say so in their first line."""
    with open(document, encoding="utf-8") as file:
        blocks = re.findall(r"^```json\n(.*?)^```", file.read(), re.MULTILINE | re.DOTALL)
    return [block for block in blocks if "market.schema.json" in block]


def main():
    with open(SCHEMA, encoding="utf-8") as file:
        schema = json.load(file)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)

    def judge(name, text, want_reader, want_schema):
        if reader_takes(text) != want_reader:
            complain(f"{name}: the reader {'refuses' if want_reader else 'takes'} {text:.200}")
        if validator.is_valid(json.loads(text)) != want_schema:
            complain(f"{name}: the schema {'refuses' if want_schema else 'takes'} {text:.200}")

    for name, (bad, good) in BAD.items():
        judge(name, json.dumps(bad, ensure_ascii=False), False, False)
        judge(name, json.dumps(good, ensure_ascii=False), True, True)
    for name, (bad, good) in BEYOND_A_SCHEMA.items():
        judge(name, json.dumps(bad), False, True)
        judge(name, json.dumps(good), True, True)
    for name, text in BAD_TEXTS.items():
        if reader_takes(text):
            complain(f"{name}: the reader takes it")
    default = subprocess.run(
        [*READER, "--default"], capture_output=True, text=True, check=True).stdout
    judge("the default market", default, True, True)
    for document in DOCUMENTS:
        blocks = blocks_of(document)
        if not blocks:
            complain(f"{document} holds no market file")
        for block in blocks:
            judge(document, block, True, True)
    print(f"{2 * len(BAD) + 2 * len(BEYOND_A_SCHEMA) + len(BAD_TEXTS)} market files judged")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
