# SPDX-License-Identifier: Apache-2.0
"""Each way in which a token may differ from one that is in order."""

import json

import token_drafts
from token_drafts import AT_S, NONCE, PRODUCT_CODE

ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


class Alteration:
    """A name, the values that it takes, and what each does to a draft."""

    def __init__(self, name, values, apply):
        self.name = name
        self.values = values
        self.apply = apply


def setting(part, name, values):
    """A member takes other values, or is not there."""
    def apply(draft, value):
        if value is None:
            draft.drop(part, name)
        else:
            draft.set(part, name, value)
    return Alteration(f"{('header', 'payload')[part]}.{name}", values, apply)


def adding(part, name, members):
    """Members are added at the front or at the back: [where, name, value]."""
    def apply(draft, member):
        draft.members(part).insert(0 if member[0] == "front" else 99, list(member[1:]))
    return Alteration(f"{('header', 'payload')[part]} {name}", members, apply)


# --- JSON -----------------------------------------------------------------------------

VALUES = ['"x"', "1", "1.5", "-1", "true", "null", "[]", "{}", '""']
FEW_VALUES = ['"x"', "1", "null", "[]"]

# Values of a member that nobody reads.
ODD_VALUES = [
    '"\\u0000"', '"a\\u0000b"', '"\\ud800"', '"\\udc00\\ud800"', '"\\ud83d\\ude00"', '"\\uD800x"',
    '"\\x41"', '"\\u12"', '"\t"', '"\x7f"', '"\u00e9"', "01", "1.", ".5", "+1", "1e5", "1E+400",
    "-0", "1" * 63, "1" * 64, "0." + "1" * 61, "0." + "1" * 62, "NaN", "Infinity", "-Infinity",
    "0x10", "'x'", "tru", "TRUE", "nul", "[1,]", '{"a":1,}', '{"a":1,"a":2}', '{"a":1,"\\u0061":2}',
    '{"a":{"b":1,"b":1}}', "[" * 15 + "]" * 15, "[" * 16 + "]" * 16, '{"a":' * 15 + "1" + "}" * 15,
    '{"a":' * 16 + "1" + "}" * 16, "[" * 3000 + "]" * 3000, "1 2", "/**/1", "", "[1 2]", '{"a" 1}',
    "18446744073709551616", "9223372036854775808", "123456789012345678901234567890",
]

ODD_BYTES = [b"\xff", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xc3", b"\0", b"\x1f",
             b"\xe2\x80\xa8", b"\xf0\x9f\x98\x80"]


def odd_bytes(part):
    def apply(draft, data):
        draft.rewrite[part] = lambda text: text[:-1] + b',"x":"' + data + b'"}'
    return Alteration(f"{('header', 'payload')[part]} bytes", ODD_BYTES, apply)


REWRITINGS = [
    b"%s ", b" \t\r\n%s", b"%s\n", b"%s}", b"%s{}", b"%sx", b"%s\0", b"\xef\xbb\xbf%s", b"[%s]",
    b"\"%s\"", b"", b"null", b"1", b"[]", b"{}", b"%s,", b"\x0b%s", b"\x0c%s", b"%s\xc2\xa0", b"//\n%s",
    b"%s%%", b"{%s}",
]


def rewriting(part):
    def apply(draft, pattern):
        draft.rewrite[part] = lambda text: pattern % text if b"%s" in pattern else pattern
    return Alteration(f"{('header', 'payload')[part]} text", REWRITINGS, apply)


def other_encoding(part):
    def apply(draft, encoding):
        draft.rewrite[part] = lambda text: text.decode("latin-1").encode(encoding)
    return Alteration(f"{('header', 'payload')[part]} encoding",
                      ["utf-16-le", "utf-16-be", "utf-16", "utf-32-le", "utf-8-sig"], apply)


def cutting(part):
    def apply(draft, count):
        draft.rewrite[part] = lambda text: text[:-count]
    return Alteration(f"{('header', 'payload')[part]} cut", [1, 2, 9, 20], apply)


HEADER = [
    setting(0, "alg", [
        None, '"none"', '"None"', '"RS256"', '"PS384"', '"PS512"', '"HS256"', '"ES256"', '"EdDSA"',
        '"ps256"', '"PS256 "', '"PS256\\u0000"', '"PS\\u0032\\u0035\\u0036"', '["PS256"]',
        '{"PS256":1}', *VALUES]),
    setting(0, "typ", [
        None, '"jwt"', '"Jwt"', '"J\\u0057T"', '"JWS"', '"JOSE"', '"at+jwt"', '"application/jwt"',
        '"JWT "', '["JWT"]', *VALUES]),
    setting(0, "kid", ['"1"', *VALUES]),
    setting(0, "cty", ['"JWT"', '"jwt"', '"json"', *VALUES]),
    setting(0, "crit", ['["exp"]', '["b64"]', '["alg"]', '["x"]', *FEW_VALUES]),
    setting(0, "b64", FEW_VALUES),
    setting(0, "zip", ['"DEF"', *FEW_VALUES]),
    setting(0, "jwk", ['{"kty":"RSA","n":"AQAB","e":"AQAB"}', '{"kty":"oct","k":"AQAB"}', *FEW_VALUES]),
    setting(0, "jku", ['"https://127.0.0.1:1/"', *FEW_VALUES]),
    setting(0, "x5u", ['"https://127.0.0.1:1/"', *FEW_VALUES]),
    setting(0, "x5c", ['["AQAB"]', *FEW_VALUES]),
    setting(0, "x5t", FEW_VALUES),
    setting(0, "x", ODD_VALUES),
    adding(0, "twice", [
        ("front", '"alg"', '"none"'), ("back", '"alg"', '"none"'), ("front", '"alg"', '"PS256"'),
        ("back", '"\\u0061lg"', '"none"'), ("front", '"\\u0061lg"', '"HS256"'),
        ("back", '"ALG"', '"none"'), ("back", '"typ"', '"x"'), ("front", '"typ"', '"JWT"'),
        ("back", '"alg\\u0000"', '"none"'), ("front", '"a\\u006cg\\u0000x"', '"PS256"')]),
    odd_bytes(0), rewriting(0), other_encoding(0), cutting(0),
]

VERSIONS = [None, '"1"', "1.0", "1e0", "10e-1", "2", "0", "-1", "1.5", '"01"', '"1 "', '"0x1"', "true",
            "null", "2147483648", "4294967297", "1e400", '""', "[1]"]
TIMES = [None, "0", "-1", "null", '"0"', "true", "1e400", "-1e400", "1e300", "99999999999999999999999",
         "[]"]
DISTANCES = [-86400, -301, -300, -299.5, -299, -1, 0.5, 299, 299.5, 300, 300.5, 301, 86400]


def times(name):
    return setting(1, name, TIMES + [repr(AT_S + distance) for distance in DISTANCES])


PAYLOAD = [
    setting(1, "ProductCode", [None, f'"{PRODUCT_CODE.upper()}"', f'"{PRODUCT_CODE}\\u0000"',
                               f'"\\u0063{PRODUCT_CODE[1:]}"', *VALUES]),
    setting(1, "productCode", [f'"{PRODUCT_CODE}"', '"another"', *VALUES]),
    setting(1, "PublicKeyVersion", VERSIONS),
    setting(1, "publicKeyVersion", VERSIONS),
    setting(1, "Nonce", [None, f'"{NONCE[:-1]}"', f'"{NONCE}="', f'"{NONCE.lower()}"', *VALUES]),
    setting(1, "nonce", [f'"{NONCE}"', *VALUES]),
    setting(1, "PublicKeyRotationTimestamp",
            ["0", '"2026-11-21T20:00:00Z"', '"2026-11-21T20:00:00.000Z"', *VALUES]),
    setting(1, "publicKeyRotationTimestamp", ["0", *VALUES]),
    times("iat"), times("nbf"), times("exp"),
    setting(1, "iss", FEW_VALUES), setting(1, "sub", FEW_VALUES), setting(1, "aud", ['["x"]', *VALUES]),
    setting(1, "jti", FEW_VALUES),
    setting(1, "x", ODD_VALUES),
    adding(1, "twice", [
        ("front", '"ProductCode"', '"another"'), ("back", '"ProductCode"', '"another"'),
        ("back", '"Product\\u0043ode"', f'"{PRODUCT_CODE}"'), ("front", '"Nonce"', '"x"'),
        ("back", '"exp"', "0"), ("back", '"iat"', "0"), ("back", '"PRODUCTCODE"', '"x"'),
        ("back", '"Nonce\\u0000"', '"x"'), ("back", '""', '""'), ("back", '"iat"', "99999999999")]),
    odd_bytes(1), rewriting(1), other_encoding(1), cutting(1),
]


# --- base64url ------------------------------------------------------------------------

def unused_bits(text):
    """The last character's bits that hold nothing, set."""
    if len(text) % 4 in (0, 1):
        return text
    return text[:-1] + ALPHABET[ALPHABET.index(text[-1:]) | 1:][:1]


def padded(text):
    return text + b"=" * (-len(text) % 4)


TEXTS = {
    "padded": padded, "=": lambda text: text + b"=", "==": lambda text: text + b"==",
    "====": lambda text: text + b"====", "unused bits": unused_bits,
    "space": lambda text: text + b" ", "newline": lambda text: text + b"\n",
    "return": lambda text: text + b"\r\n", "inner newline": lambda text: text[:8] + b"\n" + text[8:],
    "inner space": lambda text: text[:8] + b" " + text[8:],
    "inner =": lambda text: text[:8] + b"=" + text[8:], "leading space": lambda text: b" " + text,
    "NUL": lambda text: text + b"\0", "inner NUL": lambda text: text[:8] + b"\0" + text[8:],
    "one more": lambda text: text + b"A", "two more": lambda text: text + b"AA",
    "three more": lambda text: text + b"AAA", "one less": lambda text: text[:-1],
    "two less": lambda text: text[:-2], "odd": lambda text: text[:8] + b"*" + text[8:],
    "UTF-8": lambda text: text + "\u00e9".encode(), "high": lambda text: text[:8] + b"\xff" + text[8:],
    "other alphabet": lambda text: text.replace(b"-", b"+").replace(b"_", b"/"),
    "percent": lambda text: text.replace(b"-", b"%2D"), "empty": lambda text: b"",
    "changed": lambda text: text[:9] + (b"A" if text[9:10] != b"A" else b"B") + text[10:],
    "upper case": bytes.upper,
}


def base64url(when, part):
    def apply(draft, name):
        getattr(draft, when)[part] = TEXTS[name]
    return Alteration(f"base64url of {('header', 'payload', 'signature')[part]} {when}", list(TEXTS),
                      apply)


ENCODING = [base64url("before", 0), base64url("before", 1), base64url("before", 2),
            base64url("after", 0), base64url("after", 1)]


# --- The signature --------------------------------------------------------------------

def scheme(draft, values):
    for name, value in values.items():
        setattr(draft, name, value)


def algorithm(draft, value):
    """Signed as another algorithm than the header says, or as it says."""
    name, is_named, values = value
    if is_named:
        draft.set(0, "alg", f'"{name}"')
    scheme(draft, values)


ALGORITHMS = {
    "PS384": {"pss": {"digest": "sha384", "mask": "sha384"}, "salt_length": 48},
    "PS512": {"pss": {"digest": "sha512", "mask": "sha512"}, "salt_length": 64},
    "RS256": {"scheme": "pkcs1"}, "HS256": {"scheme": "hmac"}, "none": {"scheme": "none"},
}


def flip(signature, _, at, bit):
    altered = bytearray(signature or b"\0")
    altered[at % len(altered)] ^= 1 << bit
    return bytes(altered)


def number(value, key):
    return value.to_bytes(key.size + 8, "big").lstrip(b"\0").rjust(key.size, b"\0")


SIGNATURES = {
    "first bit": lambda s, key: flip(s, key, 0, 7), "last bit": lambda s, key: flip(s, key, -1, 0),
    "second bit": lambda s, key: flip(s, key, 0, 0), "inner bit": lambda s, key: flip(s, key, 77, 3),
    "one less": lambda s, key: s[:-1], "one more": lambda s, key: s + b"\0",
    "zero before": lambda s, key: b"\0" + s, "zeros before": lambda s, key: bytes(16) + s,
    "no zeros": lambda s, key: s.lstrip(b"\0"), "first cut": lambda s, key: s[1:],
    "short": lambda s, key: s[:3], "half": lambda s, key: s[:len(s) // 2], "twice": lambda s, key: s + s,
    "zeros": lambda s, key: bytes(key.size), "ones": lambda s, key: b"\xff" * key.size,
    "nothing": lambda s, key: b"", "0": lambda s, key: number(0, key), "1": lambda s, key: number(1, key),
    "n - 1": lambda s, key: number(key.modulus - 1, key), "n": lambda s, key: number(key.modulus, key),
    "s + n": lambda s, key: number(int.from_bytes(s, "big") + key.modulus, key),
    "n - s": lambda s, key: number(key.modulus - int.from_bytes(s, "big") % key.modulus, key),
    "turned": lambda s, key: s[::-1], "hex": lambda s, key: s.hex().encode(),
}


def alter_signature(draft, name):
    draft.wants_leading_zero = name == "no zeros"
    draft.alter_signature = SIGNATURES[name]


SIGNATURE = [
    Alteration("salt", [0, 1, 20, 31, 33, 48, 64, 9999],
               lambda draft, length: scheme(draft, {"salt_length": length})),
    Alteration("key", ["other", "odd", "large"], lambda draft, name: scheme(draft, {"key": name})),
    Alteration("algorithm", [(name, is_named, values) for name, values in ALGORITHMS.items()
                             for is_named in (True, False)], algorithm),
    Alteration("padding", [{"mask": "sha1"}, {"mask": "sha512"}, {"digest": "sha1"}, {"trailer": 0xcc},
                           {"trailer": 0}, {"separator": 0}, {"separator": 2}, {"padding": 1},
                           {"top": 0x80}], lambda draft, values: scheme(draft, {"pss": values})),
    Alteration("signature", list(SIGNATURES), alter_signature),
    base64url("after", 2),
]


# --- Serialisation --------------------------------------------------------------------

def flattened(parts, **more):
    names = "protected", "payload", "signature"
    return json.dumps(dict(zip(names, (part.decode("latin-1") for part in parts)), **more)).encode()


def general(parts):
    header, payload, signature = (part.decode("latin-1") for part in parts)
    return json.dumps({"payload": payload,
                       "signatures": [{"protected": header, "signature": signature}]}).encode()


SERIALISATIONS = {
    "two parts": lambda parts: b".".join(parts[:2]), "one part": lambda parts: parts[0],
    "four parts": lambda parts: b".".join(parts + [parts[2]]),
    "five parts": lambda parts: b".".join(parts + parts[:2]),
    "dot before": lambda parts: b"." + b".".join(parts),
    "dot behind": lambda parts: b".".join(parts) + b".", "two dots": b"..".join,
    "no dots": b"".join, "dots": lambda parts: b"..", "nothing": lambda parts: b"",
    "newline": lambda parts: b".".join(parts) + b"\n",
    "newline before": lambda parts: b"\n" + b".".join(parts),
    "space": lambda parts: b".".join(parts) + b" ", "space before": lambda parts: b" " + b".".join(parts),
    "spaces": b" . ".join, "NUL": lambda parts: b".".join(parts) + b"\0x",
    "quotes": lambda parts: b'"' + b".".join(parts) + b'"',
    "Bearer": lambda parts: b"Bearer " + b".".join(parts), "BOM": lambda parts: b"\xef\xbb\xbf" + b".".join(parts),
    "flattened": flattened, "flattened with dots": lambda parts: flattened(parts, x=".."),
    "flattened with header": lambda parts: flattened(parts, header={"alg": "PS256", "x": ".."}),
    "general": general, "general with dots": lambda parts: general(parts)[:-1] + b',"x":".."}',
    "exchanged": lambda parts: b".".join([parts[1], parts[0], parts[2]]),
    "header twice": lambda parts: b".".join([parts[0], parts[0], parts[2]]),
    "other payload": lambda parts: b".".join([parts[0], b"e30", parts[2]]),
    "unsigned": lambda parts: b".".join([b"eyJhbGciOiJub25lIn0", parts[1], b""]),
    "detached": lambda parts: b".".join([parts[0], b"", parts[2]]),
    "URL": lambda parts: b".".join(parts).replace(b".", b"%2E"),
}


def finish(draft, name):
    draft.finish = SERIALISATIONS[name]


def fill(draft, length):
    """A token of so many characters, by a claim that nobody reads; or one shorter."""
    draft.set(1, "x", '""')
    empty = len(draft.json(1))
    header = len(token_drafts.forge.base64url(draft.json(0)))
    room = (length - header - 2 - (2048 // 8 * 4 + 2) // 3) * 3 // 4
    draft.set(1, "x", '"' + "x" * (room - empty) + '"')


SERIALISATION = [
    Alteration("serialisation", list(SERIALISATIONS), finish),
    Alteration("length", [16384, 65536, 65540, 100000], fill),
]

ALL = HEADER + PAYLOAD + ENCODING + SIGNATURE + SERIALISATION
