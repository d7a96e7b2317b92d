// SPDX-License-Identifier: Apache-2.0

//! libentitle through `extern "C"`: the gate's decision, and a ledger of usage.

use crate::c;
pub use crate::c::Report;
use std::ffi::{CStr, CString};
use std::fmt;
use std::os::raw::c_char;
use std::ptr;

/// What failed: the reason is for programs, the rest for people.
#[derive(Debug)]
pub struct Failure {
    pub reason: String,
    pub message: String,
    pub remedy: String,     // may be empty
    pub request_id: String, // may be empty
}

impl fmt::Display for Failure {
    fn fmt(&self, to: &mut fmt::Formatter) -> fmt::Result {
        to.write_str(&self.message)
    }
}

impl std::error::Error for Failure {}

/// `text` has to outlive what is borrowed, and may be NULL.
unsafe fn borrow<'a>(text: *const c_char) -> &'a str {
    if text.is_null() {
        return "";
    }
    CStr::from_ptr(text).to_str().unwrap_or("")
}

/// `call` fills the error when it does not return 0.
fn check(call: impl FnOnce(&mut c::Error) -> i32) -> Result<(), Failure> {
    let mut error: c::Error = unsafe { std::mem::zeroed() };
    if call(&mut error) == 0 {
        return Ok(());
    }
    let own = |text: &[c_char]| unsafe { borrow(text.as_ptr()) }.to_owned();
    Err(Failure {
        reason: unsafe { borrow(c::entitle_status_name(error.status)) }.to_owned(),
        message: own(&error.message),
        remedy: own(&error.hint),
        request_id: own(&error.request_id),
    })
}

fn text(text: &str) -> Result<CString, Failure> {
    CString::new(text).map_err(|_| Failure {
        reason: "invalid_argument".to_owned(),
        message: "a text holds U+0000".to_owned(),
        remedy: String::new(),
        request_id: String::new(),
    })
}

/// Three answers: `CannotTell` is no yes, and no no either.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    CannotTell,
    NotEntitled,
    Entitled,
}

pub struct Decision(*mut c::Decision);

impl Decision {
    pub fn verdict(&self) -> Verdict {
        match unsafe { c::entitle_decision_verdict(self.0) } {
            2 => Verdict::Entitled,
            1 => Verdict::NotEntitled,
            _ => Verdict::CannotTell,
        }
    }

    /// Go by this, and by nothing else.
    pub fn may_start(&self) -> bool {
        unsafe { c::entitle_decision_may_start(self.0) }
    }

    pub fn reason(&self) -> &str {
        unsafe { borrow(c::entitle_status_name(c::entitle_decision_reason(self.0))) }
    }

    pub fn message(&self) -> &str {
        unsafe { borrow(c::entitle_decision_message(self.0)) }
    }

    pub fn remedy(&self) -> &str {
        unsafe { borrow(c::entitle_decision_hint(self.0)) }
    }

    pub fn request_id(&self) -> &str {
        unsafe { borrow(c::entitle_decision_request_id(self.0)) }
    }
}

impl Drop for Decision {
    fn drop(&mut self) {
        unsafe { c::entitle_decision_free(self.0) }
    }
}

/// Asks AWS, once a start, and proves the answer. `keys` is a folder of `<version>.pem`.
pub fn ask(product_code: &str, keys: &str) -> Result<Decision, Failure> {
    let (product_code, keys) = (text(product_code)?, text(keys)?);
    let options = c::GateOptions {
        struct_size: std::mem::size_of::<c::GateOptions>(),
        product_code: product_code.as_ptr(),
        keyring: ptr::null(),
        keys: keys.as_ptr(),
    };
    let mut decision = Decision(ptr::null_mut());
    check(|error| unsafe { c::entitle_gate_check(&options, &mut decision.0, error) })?;
    Ok(decision)
}

struct Metering(*mut c::Metering);

impl Drop for Metering {
    fn drop(&mut self) {
        unsafe { c::entitle_metering_free(self.0) }
    }
}

/// Uses of one product, in a ledger that survives crashes.
pub struct Meter(*mut c::Meter);

impl Meter {
    pub fn open(ledger: &str, product_code: &str) -> Result<Meter, Failure> {
        let (ledger, product_code) = (text(ledger)?, text(product_code)?);
        let options = c::MeterOptions {
            struct_size: std::mem::size_of::<c::MeterOptions>(),
            runtime: ptr::null(),
            ledger: ledger.as_ptr(),
            product_code: product_code.as_ptr(),
        };
        let mut meter = Meter(ptr::null_mut());
        check(|error| unsafe { c::entitle_meter_new(&options, &mut meter.0, error) })?;
        Ok(meter)
    }

    /// Durable when it returns.
    pub fn add(&self, dimension: &str, quantity: i64) -> Result<(), Failure> {
        let dimension = text(dimension)?;
        let usage = c::Use {
            struct_size: std::mem::size_of::<c::Use>(),
            product_code: ptr::null(),
            dimension: dimension.as_ptr(),
            quantity,
        };
        check(|error| unsafe { c::entitle_meter_add(self.0, &usage, ptr::null_mut(), error) })
    }

    /// Sends the hours that are over; `is_final` the running one, too: this is the end.
    pub fn flush(&self, is_final: bool) -> Result<Report, Failure> {
        let options = c::FlushOptions {
            struct_size: std::mem::size_of::<c::FlushOptions>(),
            is_final: is_final.into(),
            padding: [0; 3],
            past_window: 0,
        };
        let (mut metering, mut report) = (Metering(ptr::null_mut()), Report::default());
        check(|error| unsafe { c::entitle_metering_new(ptr::null(), &mut metering.0, error) })?;
        check(|error| unsafe {
            c::entitle_meter_flush(self.0, metering.0, &options, &mut report, error)
        })?;
        Ok(report)
    }
}

impl Drop for Meter {
    fn drop(&mut self) {
        unsafe { c::entitle_meter_free(self.0) }; // nothing is buffered
    }
}
