// SPDX-License-Identifier: Apache-2.0

//! What is used here of the C headers, as they have it. A struct of options may be shorter than
//! the library's: what is left out is its default.

use std::os::raw::{c_char, c_int, c_void};

#[repr(C)]
pub struct Decision {
    private: [u8; 0],
}

#[repr(C)]
pub struct Meter {
    private: [u8; 0],
}

#[repr(C)]
pub struct Metering {
    private: [u8; 0],
}

#[repr(C)]
pub struct Error {
    pub status: c_int,
    pub http_status: i32,
    pub message: [c_char; 512],
    pub hint: [c_char; 512],
    pub service_code: [c_char; 64],
    pub request_id: [c_char; 64],
    pub is_certainly_undone: u8,
    pub reserved: [c_char; 127],
}

#[repr(C)]
pub struct GateOptions {
    pub struct_size: usize,
    pub product_code: *const c_char,
    pub keyring: *const c_void,
    pub keys: *const c_char,
}

#[repr(C)]
pub struct MeterOptions {
    pub struct_size: usize,
    pub runtime: *const c_void,
    pub ledger: *const c_char,
    pub product_code: *const c_char,
}

#[repr(C)]
pub struct Use {
    pub struct_size: usize,
    pub product_code: *const c_char,
    pub dimension: *const c_char,
    pub quantity: i64,
}

#[repr(C)]
pub struct FlushOptions {
    pub struct_size: usize,
    pub is_final: u8,
    pub padding: [u8; 3],
    pub past_window: c_int,
}

/// Of a flush, in records.
#[repr(C)]
#[derive(Default)]
pub struct Report {
    pub sent: u64,
    pub accepted: u64,
    pub rejected: u64,
    pub lost: u64,
    pub carried: u64,
    pub unsent: u64,
    pub requests: u64,
}

#[link(name = "entitle")]
extern "C" {
    pub fn entitle_status_name(status: c_int) -> *const c_char;
    pub fn entitle_gate_check(
        options: *const GateOptions,
        out: *mut *mut Decision,
        error: *mut Error,
    ) -> c_int;
    pub fn entitle_decision_free(decision: *mut Decision);
    pub fn entitle_decision_may_start(decision: *const Decision) -> bool;
    pub fn entitle_decision_verdict(decision: *const Decision) -> c_int;
    pub fn entitle_decision_reason(decision: *const Decision) -> c_int;
    pub fn entitle_decision_message(decision: *const Decision) -> *const c_char;
    pub fn entitle_decision_hint(decision: *const Decision) -> *const c_char;
    pub fn entitle_decision_request_id(decision: *const Decision) -> *const c_char;
    pub fn entitle_metering_new(
        options: *const c_void,
        out: *mut *mut Metering,
        error: *mut Error,
    ) -> c_int;
    pub fn entitle_metering_free(metering: *mut Metering);
}

#[link(name = "entitle-meter")]
extern "C" {
    pub fn entitle_meter_new(
        options: *const MeterOptions,
        out: *mut *mut Meter,
        error: *mut Error,
    ) -> c_int;
    pub fn entitle_meter_free(meter: *mut Meter) -> c_int;
    pub fn entitle_meter_add(
        meter: *mut Meter,
        usage: *const Use,
        counted: *mut bool,
        error: *mut Error,
    ) -> c_int;
    pub fn entitle_meter_flush(
        meter: *mut Meter,
        metering: *mut Metering,
        options: *const FlushOptions,
        report: *mut Report,
        error: *mut Error,
    ) -> c_int;
}
