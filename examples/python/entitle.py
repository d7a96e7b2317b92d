# SPDX-License-Identifier: Apache-2.0
"""libentitle through ctypes: the gate's decision, and a ledger of usage.

A struct of options may be shorter than the library's: what is left out is its default.
"""

import ctypes as c
import enum
from dataclasses import dataclass

# By their sonames: another one has other structs.
_gate = c.CDLL("libentitle.so.0")
_meter = c.CDLL("libentitle-meter.so.0")


class Verdict(enum.Enum):
    """Three answers: CANNOT_TELL is no yes, and no no either."""
    CANNOT_TELL = 0
    NOT_ENTITLED = 1
    ENTITLED = 2


@dataclass(frozen=True)
class Decision:
    verdict: Verdict
    may_start: bool  # go by this, and by nothing else
    reason: str
    message: str
    remedy: str = ""
    request_id: str = ""


class Failure(Exception):
    """The message is one sentence; the reason is for programs, the rest for people."""

    def __init__(self, error):
        super().__init__(_text(error.message))
        self.reason = _text(_gate.entitle_status_name(error.status))
        self.remedy = _text(error.hint)
        self.request_id = _text(error.request_id)


class Error(c.Structure):
    _fields_ = [("status", c.c_int), ("http_status", c.c_int32), ("message", c.c_char * 512),
                ("hint", c.c_char * 512), ("service_code", c.c_char * 64), ("request_id", c.c_char * 64),
                ("is_certainly_undone", c.c_bool), ("reserved", c.c_char * 127)]


class _Options(c.Structure):
    def __init__(self, **members):
        super().__init__(struct_size=c.sizeof(self), **members)


class GateOptions(_Options):
    _fields_ = [("struct_size", c.c_size_t), ("product_code", c.c_char_p), ("keyring", c.c_void_p),
                ("keys", c.c_char_p)]


class MeterOptions(_Options):
    _fields_ = [("struct_size", c.c_size_t), ("runtime", c.c_void_p), ("ledger", c.c_char_p),
                ("product_code", c.c_char_p)]


class Use(_Options):
    _fields_ = [("struct_size", c.c_size_t), ("product_code", c.c_char_p), ("dimension", c.c_char_p),
                ("quantity", c.c_int64), ("at_s", c.c_int64), ("tags", c.c_void_p), ("tag_count", c.c_size_t),
                ("customer_account", c.c_char_p), ("license_arn", c.c_char_p),
                ("customer_identifier", c.c_char_p), ("id", c.c_char_p)]


class FlushOptions(_Options):
    _fields_ = [("struct_size", c.c_size_t), ("final", c.c_bool), ("past_window", c.c_int)]


class Report(c.Structure):
    """Of a flush, in records."""
    _fields_ = [(name, c.c_uint64) for name in
                ("sent", "accepted", "rejected", "lost", "carried", "unsent", "requests")]


def _declare(library, result, name, *arguments):
    function = getattr(library, name)
    function.restype, function.argtypes = result, arguments


_OUT, _ERROR = c.POINTER(c.c_void_p), c.POINTER(Error)
_declare(_gate, c.c_char_p, "entitle_status_name", c.c_int)
_declare(_gate, c.c_int, "entitle_gate_check", c.POINTER(GateOptions), _OUT, _ERROR)
_declare(_gate, None, "entitle_decision_free", c.c_void_p)
_declare(_gate, c.c_bool, "entitle_decision_may_start", c.c_void_p)
_declare(_gate, c.c_int, "entitle_decision_verdict", c.c_void_p)
_declare(_gate, c.c_int, "entitle_decision_reason", c.c_void_p)
for _name in "message", "hint", "request_id":
    _declare(_gate, c.c_char_p, f"entitle_decision_{_name}", c.c_void_p)
_declare(_gate, c.c_int, "entitle_metering_new", c.c_void_p, _OUT, _ERROR)
_declare(_gate, None, "entitle_metering_free", c.c_void_p)
_declare(_meter, c.c_int, "entitle_meter_new", c.POINTER(MeterOptions), _OUT, _ERROR)
_declare(_meter, c.c_int, "entitle_meter_free", c.c_void_p)
_declare(_meter, c.c_int, "entitle_meter_add", c.c_void_p, c.POINTER(Use), c.POINTER(c.c_bool), _ERROR)
_declare(_meter, c.c_int, "entitle_meter_flush", c.c_void_p, c.c_void_p, c.POINTER(FlushOptions),
         c.POINTER(Report), _ERROR)


def _text(bytes_or_none):
    return (bytes_or_none or b"").decode()


def _bytes(text):
    """As C takes it: to the first NUL, which a text must not have."""
    encoded = text.encode()
    if b"\0" in encoded:
        raise ValueError("a text with U+0000")
    return encoded


def _call(function, *arguments):
    error = Error()
    if function(*arguments, c.byref(error)) != 0:
        raise Failure(error)


def check(product_code, keys):
    """Asks AWS, once a start, and proves the answer. `keys`: a folder of <version>.pem."""
    options = GateOptions(product_code=_bytes(product_code), keys=_bytes(keys))
    decision = c.c_void_p()
    _call(_gate.entitle_gate_check, c.byref(options), c.byref(decision))
    try:
        return Decision(
            Verdict(_gate.entitle_decision_verdict(decision)), _gate.entitle_decision_may_start(decision),
            _text(_gate.entitle_status_name(_gate.entitle_decision_reason(decision))),
            _text(_gate.entitle_decision_message(decision)), _text(_gate.entitle_decision_hint(decision)),
            _text(_gate.entitle_decision_request_id(decision)))
    finally:
        _gate.entitle_decision_free(decision)


class Meter:
    """Uses of one product, in a ledger that survives crashes: with Meter(…) as meter."""

    def __init__(self, ledger, product_code):
        options = MeterOptions(ledger=_bytes(ledger), product_code=_bytes(product_code))
        self._handle = c.c_void_p()
        _call(_meter.entitle_meter_new, c.byref(options), c.byref(self._handle))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        _meter.entitle_meter_free(self._handle)  # nothing is buffered
        self._handle = c.c_void_p()

    def _opened(self):
        if not self._handle:
            raise ValueError("the meter is closed")
        return self._handle

    def add(self, dimension, quantity, id=None):  # pylint: disable=redefined-builtin
        """Durable when it returns. False: a use of this id counts already."""
        if quantity != c.c_int64(quantity).value:
            raise ValueError("a quantity of more than 64 bits")  # ctypes would cut it off
        use = Use(dimension=_bytes(dimension), quantity=quantity, id=_bytes(id) if id else None)
        counted = c.c_bool()
        _call(_meter.entitle_meter_add, self._opened(), c.byref(use), c.byref(counted))
        return counted.value

    def flush(self, final=False):
        """Sends the hours that are over; `final` the running one, too: this is the end."""
        meter, metering, report = self._opened(), c.c_void_p(), Report()
        _call(_gate.entitle_metering_new, None, c.byref(metering))
        try:
            _call(_meter.entitle_meter_flush, meter, metering, c.byref(FlushOptions(final=final)),
                  c.byref(report))
        finally:
            _gate.entitle_metering_free(metering)
        return report
