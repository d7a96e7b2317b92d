// SPDX-License-Identifier: Apache-2.0
// The service's time beside the machine's, and what moves it.
import { at, say } from "./dom.js";
import { day, duration, forService, nextMonthEnd, read, toSecond } from "./time.js";

let base = null; // the service's time, and when by this browser it was that
let offset = 0;

export const now = () => (base === null ? Date.now() : base.time + performance.now() - base.read);

function tick() {
  if (base === null) {
    return;
  }
  const time = now();
  say(at("clock-service"), toSecond(time));
  say(at("clock-machine"), toSecond(time - offset * 1000));
  say(at("clock-month"), `To ${day(nextMonthEnd(time))}, 23:59`);
}

function difference() {
  if (offset === 0) {
    return "They are the same.";
  }
  return `The service is ${duration(offset)} ${offset > 0 ? "ahead" : "behind"}.`;
}

// Takes the clock of "state".
export function take(clock) {
  base = { time: clock.now, read: performance.now() };
  offset = clock.offset;
  say(at("clock-difference"), difference());
  tick();
}

function set(orders, time) {
  return orders("POST", "clock", { set: forService(time) },
    `The service’s time is ${toSecond(time)} now.`);
}

function submit(orders) {
  const field = at("clock-set");
  const time = read(field.value);
  field.setAttribute("aria-invalid", `${Number.isNaN(time)}`);
  if (Number.isNaN(time)) {
    say(at("clock-fault"), "A time looks like 2026-12-01T05:59:00Z.");
    field.focus();
    return;
  }
  say(at("clock-fault"), "");
  set(orders, time);
}

export function begin(orders) {
  for (const button of document.querySelectorAll("[data-advance]")) {
    const seconds = Number(button.dataset.advance);
    button.addEventListener("click", () =>
      orders("POST", "clock", { advance_s: seconds }, `The service is ${duration(seconds)} further.`));
  }
  at("clock-month").addEventListener("click", () => set(orders, nextMonthEnd(now())));
  at("clock-back").addEventListener("click", () => orders(
    "POST", "clock", { advance_s: -offset }, "The service’s time is the machine’s."));
  at("clock-form").addEventListener("submit", (event) => {
    event.preventDefault();
    submit(orders);
  });
  setInterval(tick, 1000);
}
