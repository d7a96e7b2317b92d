# SPDX-License-Identifier: Apache-2.0
"""Why a request is signed otherwise than by botocore, or by one of the two only."""

from comparison import OTHERWISE, Rule
from sigv4_requests import ODD_VALUES, UNSIGNED

URL, SECRET, FIRST_HEADER = 1, 4, 9


def has_empty_parameter(fields):
    _, _, query = fields[URL].partition(b"?")
    return query != b"" and b"" in query.split(b"&")


def has_unsigned_header(fields):
    return any(name.decode() in UNSIGNED for name in fields[FIRST_HEADER::2])


def has_odd_value(fields):
    return any(value.decode() in ODD_VALUES for value in fields[FIRST_HEADER + 1::2])


RULES = [
    Rule("empty parameters", OTHERWISE, "AWS's CRT leaves out what is empty between two `&`, and so do "
         "we; botocore writes `=`", holds=has_empty_parameter),
    Rule("headers left out", OTHERWISE, "botocore never signs User-Agent and Expect; here a caller says "
         "which headers are signed, and the library names none that a proxy may change",
         holds=has_unsigned_header),
    Rule("Unicode white space", OTHERWISE, "RFC 9110 §5.5: white space of a header is space and tab; "
         "botocore also folds what is white space in Unicode", holds=has_odd_value),
    Rule("URL characters", "the URL holds a character that must be percent-encoded",
         "RFC 3986 §2: what would be signed must be what is sent"),
    Rule("URL parts", "(a URL with a|the URL's port|the URL has no valid host|the URL begins with)",
         "RFC 3986 §3, RFC 9110 §4.2: an endpoint is http or https, a host and a path"),
    Rule("long secret", "cannot be signed", "ours: at most 256 characters, where AWS's have 40",
         holds=lambda fields: len(fields[SECRET]) > 256),
]
