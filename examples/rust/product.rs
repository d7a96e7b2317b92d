// SPDX-License-Identifier: Apache-2.0

//! A product in Rust that starts only where the customer is entitled, and counts what was
//! used:
//!     rustc --edition 2021 -L PREFIX/lib product.rs

mod c;
mod entitle;

use entitle::{Failure, Meter, Verdict};
use std::process::ExitCode;

// As <sysexits.h> and `entitle run` have them.
const DONE: u8 = 0;
const FAILED: u8 = 1;
const USAGE: u8 = 64;
const CANNOT_TELL: u8 = 69;
const NOT_ENTITLED: u8 = 77;

fn explain(reason: &str, message: &str, remedy: &str, request_id: &str) {
    eprintln!("product: {reason}: {message}");
    if !remedy.is_empty() {
        eprintln!("product: {remedy}");
    }
    if !request_id.is_empty() {
        eprintln!("product: AWS's request id is {request_id}");
    }
}

fn gate(product_code: &str, keys: &str) -> Result<u8, Failure> {
    let decision = entitle::ask(product_code, keys)?;
    if decision.may_start() {
        println!("entitled: the work begins here");
        return Ok(DONE);
    }
    explain(
        decision.reason(),
        decision.message(),
        decision.remedy(),
        decision.request_id(),
    );
    Ok(match decision.verdict() {
        Verdict::NotEntitled => NOT_ENTITLED,
        Verdict::CannotTell | Verdict::Entitled => CANNOT_TELL,
    })
}

fn count(ledger: &str, product_code: &str, dimension: &str, quantity: i64) -> Result<u8, Failure> {
    let meter = Meter::open(ledger, product_code)?;
    meter.add(dimension, quantity)?;
    let report = meter.flush(true)?;
    println!(
        "accepted {}, rejected {}, lost {}, unsent {}",
        report.accepted, report.rejected, report.lost, report.unsent
    );
    Ok(DONE)
}

fn usage() -> Result<u8, Failure> {
    eprintln!("Usage: product gate PRODUCT_CODE KEYS");
    eprintln!("       product use LEDGER PRODUCT_CODE DIMENSION QUANTITY");
    Ok(USAGE)
}

fn run(words: &[&str]) -> Result<u8, Failure> {
    match words {
        ["gate", product_code, keys] => gate(product_code, keys),
        ["use", ledger, product_code, dimension, quantity] => match quantity.parse() {
            Ok(quantity) => count(ledger, product_code, dimension, quantity),
            Err(_) => usage(),
        },
        _ => usage(),
    }
}

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let status = run(&words).unwrap_or_else(|failure| {
        explain(
            &failure.reason,
            &failure.message,
            &failure.remedy,
            &failure.request_id,
        );
        FAILED
    });
    status.into()
}
