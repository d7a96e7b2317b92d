// SPDX-License-Identifier: Apache-2.0

// Package entitle is libentitle by cgo: the gate's decision, and a ledger of usage.
package entitle

/*
#cgo pkg-config: entitle-meter
#include <stdlib.h>
#include <entitle.h>
#include <entitle/meter.h>
*/
import "C"

import (
	"strings"
	"unsafe"
)

// Verdict has three values: CannotTell is no yes, and no no either.
type Verdict int

const (
	CannotTell  Verdict = C.ENTITLE_VERDICT_UNKNOWN
	NotEntitled Verdict = C.ENTITLE_VERDICT_NOT_ENTITLED
	Entitled    Verdict = C.ENTITLE_VERDICT_ENTITLED
)

// Decision is what the gate found out. The zero value refuses.
type Decision struct {
	Verdict   Verdict
	MayStart  bool // go by this, and by nothing else
	Reason    string
	Message   string
	Remedy    string // may be empty
	RequestID string // may be empty
}

// Error is what failed: the reason is for programs, the rest for people.
type Error struct {
	Reason, Message, Remedy, RequestID string
}

func (e *Error) Error() string { return e.Message }

func check(status C.entitle_status, e *C.entitle_error) error {
	if status == C.ENTITLE_OK {
		return nil
	}
	return &Error{
		Reason:    C.GoString(C.entitle_status_name(status)),
		Message:   C.GoString(&e.message[0]),
		Remedy:    C.GoString(&e.hint[0]),
		RequestID: C.GoString(&e.request_id[0]),
	}
}

// texts are copies for C, which end at the first NUL: one that has any becomes empty,
// which the library refuses.
type texts []*C.char

func (t *texts) copy(text string) *C.char {
	if strings.IndexByte(text, 0) >= 0 {
		text = ""
	}
	*t = append(*t, C.CString(text))
	return (*t)[len(*t)-1]
}

func (t *texts) free() {
	for _, text := range *t {
		C.free(unsafe.Pointer(text))
	}
}

// Ask asks AWS, once a start, and proves the answer. keys is a folder of <version>.pem.
func Ask(productCode, keys string) (Decision, error) {
	var given texts
	defer given.free()
	options := C.entitle_gate_options{product_code: given.copy(productCode), keys: given.copy(keys)}
	options.struct_size = C.sizeof_entitle_gate_options

	var made *C.entitle_decision
	var e C.entitle_error
	if err := check(C.entitle_gate_check(&options, &made, &e), &e); err != nil {
		return Decision{}, err
	}
	defer C.entitle_decision_free(made)
	return Decision{
		Verdict:   Verdict(C.entitle_decision_verdict(made)),
		MayStart:  bool(C.entitle_decision_may_start(made)),
		Reason:    C.GoString(C.entitle_status_name(C.entitle_decision_reason(made))),
		Message:   C.GoString(C.entitle_decision_message(made)),
		Remedy:    C.GoString(C.entitle_decision_hint(made)), // of NULL it is ""
		RequestID: C.GoString(C.entitle_decision_request_id(made)),
	}, nil
}

// Meter keeps uses of one product in a ledger that survives crashes. It may be used by
// many goroutines, until it is closed.
type Meter struct{ handle *C.entitle_meter }

// Report is of a flush, in records.
type Report struct{ Accepted, Rejected, Lost, Unsent uint64 }

// Open makes the ledger where it is missing.
func Open(ledger, productCode string) (*Meter, error) {
	var given texts
	defer given.free()
	options := C.entitle_meter_options{ledger: given.copy(ledger), product_code: given.copy(productCode)}
	options.struct_size = C.sizeof_entitle_meter_options

	var m Meter
	var e C.entitle_error
	if err := check(C.entitle_meter_new(&options, &m.handle, &e), &e); err != nil {
		return nil, err
	}
	return &m, nil
}

var errClosed = &Error{Reason: "invalid_argument", Message: "the meter is closed"}

// Close frees the meter. Nothing is buffered.
func (m *Meter) Close() {
	C.entitle_meter_free(m.handle)
	m.handle = nil
}

// Add is durable when it returns.
func (m *Meter) Add(dimension string, quantity int64) error {
	if m.handle == nil {
		return errClosed
	}
	var given texts
	defer given.free()
	use := C.entitle_use{dimension: given.copy(dimension), quantity: C.int64_t(quantity)}
	use.struct_size = C.sizeof_entitle_use

	var e C.entitle_error
	return check(C.entitle_meter_add(m.handle, &use, nil, &e), &e)
}

// Flush sends the hours that are over; final the running one, too: this is the end.
func (m *Meter) Flush(final bool) (Report, error) {
	if m.handle == nil {
		return Report{}, errClosed
	}
	options := C.entitle_flush_options{final: C.bool(final)}
	options.struct_size = C.sizeof_entitle_flush_options

	var metering *C.entitle_metering
	var report C.entitle_flush_report
	var e C.entitle_error
	if err := check(C.entitle_metering_new(nil, &metering, &e), &e); err != nil {
		return Report{}, err
	}
	defer C.entitle_metering_free(metering)
	err := check(C.entitle_meter_flush(m.handle, metering, &options, &report, &e), &e)
	return Report{
		Accepted: uint64(report.accepted), Rejected: uint64(report.rejected),
		Lost: uint64(report.lost), Unsent: uint64(report.unsent),
	}, err
}
