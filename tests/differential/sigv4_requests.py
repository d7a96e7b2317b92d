# SPDX-License-Identifier: Apache-2.0
"""Requests to sign: what may be sent, and what nearly may."""

import base64

HOSTS = ["metering.marketplace.us-east-1.amazonaws.com", "Metering.Marketplace.EU-WEST-1.amazonaws.com",
         "127.0.0.1", "localhost", "[::1]", "[fd00:ec2::254]", "host", "a-b.c_d.example"]
PORTS = ["", "", "", ":443", ":80", ":8443", ":1", ":65535"]
SEGMENTS = ["", "a", "b", "..", ".", "...", "a%20b", "%2F", "%2f", "%7E", "~", "*'()", "a+b",
            "@:!$&", ";=,", "%C3%A9", "a.b", "-_", "%25"]
ODD_SEGMENTS = ["%", "%zz", "[]", "\\", "^`{|}", "<>\""]
NAMES = ["a", "b", "A", "a-b", "a.b", "a%20b", "aa", "%61", "X-Amz-Date", "", "~", "a+b", "_", "z%3D", "0", "!"]
VALUES = ["", "1", "2", "%2F", "/", "a+b", "a=b", "=", "%C3%A9", "~", "?", "*", "a%20b", ":@", "1,2"]
HEADER_NAMES = ["Content-Type", "X-Amz-Target", "x-amz-target-more", "X-AMZ-META-A", "x-amz-meta-a", "X-Amz-Meta-B",
                "Accept", "x", "X-1", "X_1", "X-A", "X-", "x.y", "If-Match", "Cookie", "zz", "!odd#$%&'*+^`|~"]
UNSIGNED = ["User-Agent", "Expect"]
HEADER_VALUES = ["", "application/x-amz-json-1.1", "AWSMPMeteringService.RegisterUsage", "a", " a", "a ", "  a  b  ",
                 "a\tb", "\ta\t", "a \t b", " ", "\u00e9", "\u20ac \u20ac", "a,b", "a, b", '"a  b"', "a:b", "a;b",
                 "\U0001f600", "x" * 300, "a\x0bb", "a\x0cb"]
ODD_VALUES = ["a\x1cb", "a\u00a0b", "\u2003a", "a\u0085b", "a\x1f"]
ODD_URLS = ["https://user@host/", "https://host/#x", "https://host:0/", "https://host:65536/", "https://h\u00e9/",
            "https://host/a b", "https://host/\u00e9", "https://host/\x7f", "ftp://host/", "https:///", "https://",
            "host", "https://host:x/"]
SECRETS = ["wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "a", "s" * 128, "+/=+/=", "a b", "\u00e9", "s" * 256]
SERVICES = ["aws-marketplace", "sts", "execute-api"]
REGIONS = ["us-east-1", "eu-central-1", "cn-northwest-1", "us-gov-west-1", "x"]
TIMES = [0, 1, 951782400, 1795291200, 1709251199, 2147483648, 4102444800, 253402300799]


def url(draw):
    if draw.random() < 0.02:
        return draw.choice(ODD_URLS)
    segments = draw.choices(SEGMENTS, k=draw.choice([0, 1, 1, 2, 3, 6]))
    if draw.random() < 0.02:
        segments.append(draw.choice(ODD_SEGMENTS))
    path = "".join("/" + segment for segment in segments)
    pairs = []
    for _ in range(draw.choice([0, 0, 1, 2, 3, 6])):
        name = draw.choice(NAMES)
        pairs.append(name if draw.random() < 0.2 else f"{name}={draw.choice(VALUES)}")
    query = "?" + "&".join(pairs) if pairs or draw.random() < 0.1 else ""
    return draw.choice(["https://", "http://"]) + draw.choice(HOSTS) + draw.choice(PORTS) + path + query


def header(draw):
    if draw.random() < 0.01:
        return draw.choice(UNSIGNED), "a"
    odd = draw.random() < 0.01
    return draw.choice(HEADER_NAMES), draw.choice(ODD_VALUES if odd else HEADER_VALUES)


def make(draw):
    """The fields of entitle_sigv4.c, as bytes."""
    token = base64.b64encode(draw.randbytes(draw.choice([16, 300, 1500]))).decode()
    fields = [
        draw.choice(["POST", "GET", "PUT", "DELETE"]), url(draw),
        str(draw.choice(TIMES + [draw.randrange(4102444800)])),
        "AKIA" + "".join(draw.choices("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", k=16)),
        "s" * 257 if draw.random() < 0.01 else draw.choice(SECRETS),
        draw.choice(["", token]), draw.choice(REGIONS), draw.choice(SERVICES)]
    fields = [field.encode() for field in fields]
    fields.append(draw.choice([b"", b"{}", draw.randbytes(draw.randrange(2000)), "\u00e9".encode()]))
    for _ in range(draw.choice([0, 1, 2, 2, 3, 5, 12])):
        fields += [part.encode() for part in header(draw)]
    return fields
