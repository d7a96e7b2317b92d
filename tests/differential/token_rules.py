# SPDX-License-Identifier: Apache-2.0
"""Why a token is refused by one reader and accepted by another."""

import base64
import json

from comparison import Rule


def parts(token):
    """Header and payload of a token that was accepted."""
    return [json.loads(base64.urlsafe_b64decode(part + b"=" * (-len(part) % 4)))
            for part in token.split(b".")[:2]]


def values_in(value):
    yield value
    if isinstance(value, (dict, list)):
        for child in value.values() if isinstance(value, dict) else value:
            yield from values_in(child)


def is_beyond_jansson(number):
    """Integers of more than 64 bits, and numbers of more than a double."""
    if isinstance(number, int):
        return not -2**63 <= number < 2**63
    return isinstance(number, float) and number in (float("inf"), float("-inf"))


def number_in_header(token):
    return any(is_beyond_jansson(value) for value in values_in(parts(token)[0]))


def number_in_either(token):
    return any(is_beyond_jansson(value) for part in parts(token) for value in values_in(part))


def is_nested(token):
    return str(parts(token)[0].get("cty")).upper() == "JWT"


def json_rule(name, fault, why):
    return Rule(name, f"bad_(header|payload): the (header|payload) is not acceptable JSON: {fault}", why)


RULES = [
    Rule("size", "malformed_token: the token is longer than 64 KiB",
         "a bound of ours: what AWS issues has some 700 characters"),
    Rule("empty part", "malformed_token: the token's (payload|signature|header) is empty",
         "RFC 7519 §7.2: the payload is a JSON object, and RFC 7515 appendix F has none that is elsewhere"),
    Rule("canonical base64url", "malformed_token: the token's .* is not canonical base64url",
         "RFC 7515 §2: no padding, white space or other character; RFC 4648 §3.5: unused bits are zero"),
    Rule("header members", "bad_header: the header has the member '(crit|b64|jwk|jku|x5u|x5c|zip)'",
         "RFC 7515 §4.1.11: what is critical and not understood is refused; RFC 8725 §3.10: nothing of "
         "the header chooses a key; AWS sends none of them"),
    Rule("type", "bad_header: the header's 'typ' is something else than JWT",
         "RFC 8725 §3.11: a token made for something else does not pass"),
    json_rule("members twice", "a member occurs twice",
              "RFC 7515 §4 and RFC 7519 §4: names are unique, and two readers would see two things"),
    json_rule("U+0000", "a string holds U\\+0000", "ours: a text would end there for a reader in C"),
    json_rule("lone surrogate", "a surrogate stands alone", "RFC 7493 §2.1: no character"),
    json_rule("UTF-8", "a string is not UTF-8", "RFC 7515 §3 and RFC 7519 §7.2: UTF-8"),
    json_rule("depth", "it is nested too deeply", "RFC 8259 §9: a reader may bound it; ours at 16"),
    json_rule("long number", "a number is too long", "RFC 8259 §9: a reader may bound it; ours at 63"),
    json_rule("object", "it is not an object", "RFC 7515 §4 and RFC 7519 §7.2: a JSON object"),
    json_rule("grammar", "(a (value|digit|string|colon|comma).* was expected|something follows|a control "
              "character|an escape|a string does not end)", "RFC 8259: it is no JSON; some readers of "
              "signatures do not read the payload, and Python's reads NaN, Infinity and other encodings"),
    Rule("claims", "bad_payload: the payload( has no usable|'s nonce is not a string)",
         "AWS's reference of RegisterUsage: what an entitlement has to say"),
    Rule("claim conflict", "claim_conflict", "ours: AWS documents two spellings; they must say the same"),
    Rule("expectations", "(product_code|nonce|key_version)_mismatch",
         "AWS's guide for containers: product code, nonce and version are those asked for; no JWT library knows"),
    Rule("date", "bad_payload: the payload's '(iat|nbf|exp)' is not a number",
         "RFC 7519 §2: NumericDate"),
    Rule("time", "(issued_in_future|not_yet_valid|expired)",
         "RFC 7519 §4.1.4 to §4.1.6, to the fraction of a second; readers of signatures do not read claims"),
    Rule("signature's length", "bad_signature: the signature has .* bytes, where",
         "RFC 8017 §8.1.2: as long as the modulus"),

    # Where others are stricter.
    Rule("PyJWT: kid", ".*Key ID header parameter must be a string",
         "RFC 7515 §4.1.4 says so; we do not read `kid`, nor does 2.6.0 before Debian's update",
         refuser="pyjwt", of_some_versions=True),
    Rule("PyJWT: fractions", ".*Signature has expired",
         "PyJWT cuts the fraction of `exp` off", refuser="pyjwt"),
    Rule("JWCrypto: StringOrURI", ".*is not a StringOrURI type",
         "RFC 7519 §4.1: types of `iss`, `sub`, `aud`, `jti`, which we do not read", refuser="jwcrypto"),
    Rule("cjose: numbers", "invalid argument", "Jansson has no room for a number of the header, which we "
         "do not read", refuser="cjose", holds=number_in_header),
    Rule("jose: numbers", "not PS256", "the same", refuser="jose", holds=number_in_header),
    Rule("rhonabwy: numbers", "not a JWT", "the same, in the payload, too", refuser="rhonabwy",
         holds=number_in_either),
    Rule("rhonabwy: nested", "not a JWT", "RFC 7519 §5.2: `cty` announces a token within the token; our "
         "payload is then no entitlement, or it is one", refuser="rhonabwy", holds=is_nested),
]
