// SPDX-License-Identifier: Apache-2.0
// The calls that came in, newest first, and why each was answered as it was.
import { at, documentation, element, say } from "./dom.js";
import { clockTime, day } from "./time.js";

const SHOWN = 100;

let next = 0;
let total = 0;

// Where the next question goes on.
export const position = () => next;

function decisionOf(call) {
  if (call.http_status === null) {
    return { kind: "unanswered", text: "no answer", detail: "connection closed" };
  }
  if (call.error === "DryRunOperation") {
    return { kind: "accepted", text: "DryRunOperation", detail: "would be accepted" };
  }
  if (call.http_status < 300) {
    const records = call.records === 1 ? "1 record" : `${call.records} records`;
    const detail = call.records > 0 ? `${call.http_status} · ${records}` : `${call.http_status}`;
    return { kind: "accepted", text: "accepted", detail };
  }
  return { kind: "refused", text: call.error ?? "refused", detail: `${call.http_status}` };
}

function cell(...children) {
  return element("td", { role: "cell" }, ...children);
}

function second(text) {
  return element("span", { class: "second" }, text);
}

function rowOf(call) {
  const time = Date.parse(call.at);
  const decision = decisionOf(call);
  const link = documentation(call.page);
  return element(
    "tr",
    { role: "row", "data-decision": decision.kind },
    cell(element("time", { datetime: call.at }, clockTime(time)), second(day(time))),
    cell(element("strong", {}, call.operation ?? "no operation"), second(call.identity ?? "nobody known")),
    cell(element("span", { class: "decision" }, decision.text), second(decision.detail)),
    cell(call.rule ?? "", link === null ? null : " ", link));
}

function tell(rows) {
  const left = total - rows.childElementCount;
  const count = total === 1 ? "1 call" : `${total.toLocaleString("en")} calls`;
  say(at("calls-note"), total === 0 ? "None yet."
    : left > 0 ? `${count}, the last ${SHOWN} shown.` : `${count}.`);
}

// Takes an answer of "calls". How many of its calls are news.
export function take(answer) {
  const rows = at("calls-rows");
  const first = answer.next - answer.calls.length;
  if (first !== next) {
    // After a reset, of another sandbox, or more than it remembers.
    rows.replaceChildren();
    total = answer.forgotten;
  }
  next = answer.next;
  total += answer.calls.length;
  rows.prepend(...answer.calls.slice(-SHOWN).reverse().map(rowOf));
  while (rows.childElementCount > SHOWN) {
    rows.lastElementChild.remove();
  }
  tell(rows);
  return answer.calls.length;
}

// The next answer replaces what is shown.
export function forget() {
  next = 0;
  total = 0;
  at("calls-rows").replaceChildren();
}

// One sentence about the newest of these calls.
export function summary(calls) {
  const last = calls[calls.length - 1];
  const count = calls.length === 1 ? "1 new call" : `${calls.length} new calls`;
  return `${count}. Last: ${last.operation ?? "no operation"}, ${decisionOf(last).text}.`;
}

at("calls-show").addEventListener("change", (event) => {
  at("calls-rows").dataset.show = event.target.value;
});
