// SPDX-License-Identifier: Apache-2.0
// Trouble to order: what is in force, and a form for the usual ones.
import { at, button, element, rebuild, say } from "./dom.js";

const SERVICE = ["*", "RegisterUsage", "MeterUsage", "BatchMeterUsage", "ResolveCustomer"];
const PLATFORM = ["sts", "ecs-credentials", "eks-credentials", "ecs-metadata", "imds-token",
  "imds-credentials", "imds"];

const ERRORS = ["ThrottlingException", "InternalServiceErrorException", "ServiceUnavailable",
  "CustomerNotEntitledException", "AccessDeniedException", "ExpiredTokenException",
  "InvalidProductCodeException", "DisabledApiException", "DuplicateRequestException",
  "TimestampOutOfBoundsException", "InvalidClientTokenId", "RequestExpired"];

const TOKENS = ["other_nonce", "other_product", "other_version", "other_key", "bad_signature", "salt0",
  "rs256", "none", "replay", "both_spellings", "camel", "pascal"];

// Which member each kind has, and what is asked for it: one of a list, or a whole number.
const KINDS = [
  { text: "an error", member: "error", choices: ERRORS },
  { text: "an HTTP status", member: "status", number: "Status", usual: "503" },
  { text: "a late answer", member: "delay_ms", number: "Milliseconds", usual: "2000" },
  { text: "work done, answer lost", member: "drop_reply" },
  { text: "connection reset before work", member: "reset" },
  { text: "a wrong machine clock", member: "skew_s", number: "Seconds", usual: "1200" },
  { text: "records left unprocessed", member: "unprocessed", number: "Records", usual: "3" },
  { text: "a token that lies", member: "token", choices: TOKENS },
];

const OCCASIONS = {
  times: { label: "How many times", usual: "1" },
  rate: { label: "Share from 0 to 1", usual: "0.3" },
  always: { label: "", usual: "" },
};

let inForce = [];

const kind = () => KINDS.find((one) => one.member === at("fault-kind").value);

function options(values) {
  return values.map((value) => element("option", { value }, value === "*" ? "all four (*)" : value));
}

function group(label, values) {
  return element("optgroup", { label }, ...options(values));
}

function showKind() {
  const { choices, number, usual } = kind();
  at("fault-choice-label").hidden = at("fault-choice").hidden = choices === undefined;
  at("fault-number-label").hidden = at("fault-number").hidden = number === undefined;
  at("fault-choice").replaceChildren(...options(choices ?? []));
  say(at("fault-number-label"), number ?? "");
  at("fault-number").value = usual ?? "";
}

function showOccasion() {
  const { label, usual } = OCCASIONS[at("fault-occasion").value];
  at("fault-amount").hidden = label === "";
  at("fault-amount").setAttribute("aria-label", label);
  at("fault-amount").value = usual;
}

// What the form says, as the control interface takes it; a mistake in it is its to find.
function composed() {
  const { member, choices, number } = kind();
  const fault = { operation: at("fault-operation").value };
  if (at("fault-occasion").value !== "always") {
    fault[at("fault-occasion").value] = Number(at("fault-amount").value);
  }
  if (choices !== undefined) {
    fault[member] = at("fault-choice").value;
  } else {
    fault[member] = number === undefined ? true : Number(at("fault-number").value);
  }
  return fault;
}

function what(fault) {
  const { operation, times, rate, ...rest } = fault;
  const trouble = Object.entries(rest)
    .map(([member, value]) => (value === true ? member : `${member}: ${value}`)).join(", ");
  const often = times !== undefined ? (times === 1 ? "once" : `${times} times`)
    : rate !== undefined ? `${Math.round(rate * 1000) / 10} % of calls` : "always";
  return { operation, trouble, often };
}

function item(orders, fault, index) {
  const { operation, trouble, often } = what(fault);
  const remove = button("Remove", () => orders(
    "PUT", "faults", { faults: inForce.filter((_, place) => place !== index) }, "The fault is gone."));
  remove.setAttribute("aria-label", `Remove ${operation}, ${trouble}`);
  return element(
    "li", {},
    element("div", { class: "between" },
      element("span", {}, element("code", {}, operation), " ", trouble, " ",
        element("span", { class: "muted" }, often)),
      remove));
}

// Takes the faults of "state".
export function take(orders, faults) {
  inForce = faults;
  at("faults-none").hidden = faults.length > 0;
  rebuild(at("faults"), faults, () => faults.map((fault, index) => item(orders, fault, index)));
}

async function add(orders) {
  const refusal = await orders(
    "PUT", "faults", { faults: [...inForce, composed()] }, "The fault is in force.");
  say(at("fault-fault"), refusal ?? "");
}

export function begin(orders) {
  at("fault-operation").append(group("Service", SERVICE), group("Platform", PLATFORM));
  at("fault-kind").append(...KINDS.map(({ text, member }) => element("option", { value: member }, text)));
  at("fault-kind").addEventListener("change", showKind);
  at("fault-occasion").addEventListener("change", showOccasion);
  at("fault-form").addEventListener("submit", (event) => {
    event.preventDefault();
    add(orders);
  });
  at("faults-clear").addEventListener("click", () =>
    orders("PUT", "faults", { faults: [] }, "Nothing goes wrong any more."));
  showKind();
  showOccasion();
}
