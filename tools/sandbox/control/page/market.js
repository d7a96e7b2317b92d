// SPDX-License-Identifier: Apache-2.0
// Who the access key is, who has subscribed to what, and the keys that sign.
import { at, button, element, rebuild, say } from "./dom.js";
import { toMinute } from "./time.js";

const SHOWN = 20;
const FEW = 6; // can be looked through

let subscriptions = [];
let listed = ""; // where the state does not list all of them
let minute = 0; // of the service, in milliseconds

function switchOf(text, isOn, label, action) {
  const node = button(text, action);
  node.setAttribute("role", "switch");
  node.setAttribute("aria-checked", `${isOn}`);
  node.setAttribute("aria-label", label);
  return node;
}

function pending(subscription) {
  if (!subscription.isActive) {
    return subscription.startsAt > minute ? `begins ${toMinute(subscription.startsAt)}` : "ended";
  }
  return subscription.endsAt === null ? "" : `ends ${toMinute(subscription.endsAt)}`;
}

function subscriptionItem(orders, subscription) {
  const { account, identifier, product, license, isActive } = subscription;
  const about = { customer: account, product };
  const label = `Subscription of ${identifier} to ${product}`;
  const toggle = switchOf(isActive ? "Subscribed" : "Not subscribed", isActive, label, () => orders(
    "PUT", "subscription", { ...about, subscribed: !isActive },
    `${identifier} is ${isActive ? "no longer subscribed" : "subscribed"} to ${product}.`));
  const later = button("End in 1 h", () => orders(
    "PUT", "subscription", { ...about, subscribed: false, ends_in_s: 3600 },
    `${identifier}’s subscription to ${product} ends in an hour.`));
  later.setAttribute("aria-label", `${label}: end in 1 hour`);
  return element(
    "li", {},
    element("div", {}, element("code", {}, account), " · ", element("span", {}, identifier)),
    element("div", { class: "product muted" }, element("code", {}, product)),
    license === null ? null : element(
      "div", { class: "note" }, "Licence ", element("code", {}, license.split(":").pop())),
    element("div", { class: "row" },
      toggle, isActive ? later : null,
      element("span", { class: "note" }, pending(subscription))));
}

function keyItem(orders, product) {
  const current = product.versions[product.versions.length - 1];
  const older = product.versions.filter((version) => version.rotatedAt !== null);
  const rotate = button("Rotate", () => orders(
    "POST", "keys/rotate", { product: product.code }, `${product.code} has a new key.`));
  rotate.setAttribute("aria-label", `Rotate the key of ${product.code}`);
  return element(
    "li", {},
    element("div", { class: "between" },
      element("span", {}, element("code", {}, product.code), ` · version ${current.version}`),
      rotate),
    older.length === 0 ? null : element("div", { class: "note" }, older
      .map((version) => `version ${version.version} rotated ${toMinute(version.rotatedAt)}`)
      .join(", ")));
}

function showOthers(list) {
  at("others").hidden = list.length === 0;
  say(at("others-title"), list.length === 1 ? "1 other identity" : `${list.length} other identities`);
  rebuild(at("others-list"), list, () => list.map(({ name, of }) => element(
    "li", {}, element("span", {}, element("code", {}, name), " ", element("span", { class: "note" }, of)))));
}

const names = ({ account, identifier, product }) => `${account} ${identifier} ${product}`.toLowerCase();

function showSubscriptions(orders) {
  const sought = at("subscriptions-find").value.trim().toLowerCase();
  const found = subscriptions.filter((one) => names(one).includes(sought));
  const left = found.length - SHOWN;
  at("subscriptions-finder").hidden = subscriptions.length <= FEW;
  say(at("subscriptions-note"), (left > 0 ? `${left} more: find them by name.` : "") + listed);
  rebuild(at("subscriptions"), found.slice(0, SHOWN), (shown) =>
    shown.map((subscription) => subscriptionItem(orders, subscription)));
}

// Takes the "state".
export function take(orders, state) {
  minute = Math.floor(state.clock.now / 60000) * 60000;
  subscriptions = state.subscriptions;
  listed = state.subscriptionCount === subscriptions.length ? ""
    : ` The first ${subscriptions.length} of ${state.subscriptionCount} are listed.`;
  say(at("place"), [state.region, ...state.products.map((product) => product.code).slice(0, 1)].join(" · "));
  say(at("identity-name"), state.identity);
  showOthers(state.others);
  at("controls").classList.toggle("single", state.products.length === 1);
  showSubscriptions(orders);
  rebuild(at("keys"), state.products.filter(({ versions }) => versions.length > 0), (products) =>
    products.map((product) => keyItem(orders, product)));
}

export function begin(orders) {
  at("subscriptions-find").addEventListener("input", () => showSubscriptions(orders));
  at("identity-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const kind = at("identity-kind").value;
    orders("POST", "identity", { kind }, "The access key has a new identity.");
  });
}
