# SPDX-License-Identifier: Apache-2.0
"""JSON texts, and texts that nearly are."""

NUMBERS = ["0", "-0", "1", "-1", "12345678901234567890", "9223372036854775807", "9223372036854775808",
           "-9223372036854775809", "0.1", "1e5", "1E-7", "1.5e+300", "1e400", "-1e400", "1e-400", "2.50",
           "123456789.123456789", "4.9e-324", "1" * 63, "1" * 64, "9007199254740993", "0e0", "-0.0"]
NO_NUMBERS = ["01", "-", "1.", ".5", "+1", "1e", "1e+", "0x1", "1_0", "--1", "-01", "1.2.3", "1e5.5", "NaN",
              "Infinity", "-Infinity", "nan", "1f", "00", "-a"]
PIECES = ["a", "b", "\u00e9", "\u20ac", "\U0001f600", "\\\"", "\\\\", "\\/", "\\b", "\\f", "\\n", "\\r", "\\t",
          "\\u0041", "\\u00e9", "\\u20AC", "\\ud83d\\ude00", "\\uD83D\\uDE00", "\x7f", "\u2028", "'", " ",
          "\\uffff", "\\ufffe", "\ufeff", "\U0010ffff", "__proto__", "1"]
NO_PIECES = ["\\u0000", "\\ud800", "\\udc00", "\\ud800\\u0041", "\\ude00\\ud83d", "\\x41", "\\u12", "\\u12g4",
             "\\", "\t", "\n", "\x00", "\x1f", "\\a", "\\'", "\\0", "\\U0041", "\\u 123", "\\ud83d\\n"]
SPACES = ["", "", "", "", " ", "\n", "\t", "\r\n", "  "]
ODD_BYTES = [b"\x00", b"\xff", b"\xc0\x80", b"\xc1\xbf", b"\xe0\x80\x80", b"\xed\xa0\x80", b"\xed\xbf\xbf",
             b"\xf0\x80\x80\x80", b"\xf4\x90\x80\x80", b"\xf5", b"\xc3", b"\xe2\x82", b"\xf0\x9f\x98", b"\x80",
             b"\xef\xbb\xbf", b"\x0b", b"\x0c", b"\xc2\xa0", b"\xc2\x85", b"/**/", b"//\n", b"#", b",", b":",
             b"[", b"]", b"{", b"}", b'"', b"'", b"\\", b"-", b"+", b".", b"e", b"0", b"null", b"true",
             b"undefined", b";", b" ", b"\x01", b"\x1b"]
WRAPPINGS = [b"%s", b" %s", b"%s\n", b"\t%s\r\n", b"%s%s", b"%s,", b"%s x", b"\xef\xbb\xbf%s", b"%s\x00",
             b"\x0b%s", b"\x00%s", b"[%s", b"%s]", b"(%s)", b""]
ENCODINGS = ["utf-16-le", "utf-16-be", "utf-16", "utf-32-le", "utf-32-be", "utf-32", "latin-1"]


def string(draw, oddness):
    pieces = [draw.choice(NO_PIECES if draw.random() < oddness else PIECES)
              for _ in range(draw.choice([0, 1, 1, 2, 3, 8]))]
    return '"' + "".join(pieces) + '"'


def space(draw):
    return draw.choice(SPACES)


def scalar(draw, oddness):
    kind = draw.randrange(3)
    if kind == 0:
        return string(draw, oddness)
    if kind == 1:
        return draw.choice(NO_NUMBERS if draw.random() < oddness else NUMBERS)
    return draw.choice(["true", "false", "null"])


def member(draw, depth, oddness):
    return (space(draw) + string(draw, oddness) + space(draw) + ":" + space(draw)
            + value(draw, depth, oddness) + space(draw))


def value(draw, depth, oddness):
    kind = draw.randrange(5)
    count = draw.choice([0, 1, 2, 3, 5])
    if depth == 0 or kind > 2:
        return scalar(draw, oddness)
    if kind == 0:
        return "[" + ",".join(space(draw) + value(draw, depth - 1, oddness) + space(draw)
                              for _ in range(count)) + "]"
    return "{" + ",".join(member(draw, depth - 1, oddness) for _ in range(count)) + "}"


def nested(draw):
    """As deep as we go, or a bit deeper."""
    text = scalar(draw, 0) if draw.random() < 0.7 else ""
    for _ in range(draw.choice([14, 15, 16, 17, 18, 40, 300])):
        text = f"[{text}]" if draw.random() < 0.5 or not text else f'{{"a":{text}}}'
    return text


def damage(draw, text):
    """One place of it altered."""
    at = draw.randrange(len(text) + 1)
    end = min(len(text), at + draw.choice([0, 0, 1, 1, 2, 5]))
    return text[:at] + draw.choice(ODD_BYTES + [b""] * 9 + [text[at:end] * 2]) + text[end:]


def make(draw):
    """A label and a text."""
    kind = draw.choice(["plain", "odd", "damaged", "damaged", "wrapped", "nested", "encoded"])
    text = value(draw, 3, 0.15 if kind == "odd" else 0).encode("utf-8", "surrogatepass")
    if kind == "damaged":
        for _ in range(draw.choice([1, 1, 1, 2, 3])):
            text = damage(draw, text)
    elif kind == "wrapped":
        text = draw.choice(WRAPPINGS).replace(b"%s", text)
    elif kind == "nested":
        text = nested(draw).encode()
    elif kind == "encoded":
        text = text.decode().encode(draw.choice(ENCODINGS), "replace")
    return kind, text
