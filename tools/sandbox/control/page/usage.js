// SPDX-License-Identifier: Apache-2.0
// What was honoured, by hour, customer and dimension: as plots and as a table.
import { at, element, rebuild, say, shape } from "./dom.js";
import { draw } from "./plot.js";
import { DAY_MS, HOUR_MS, toMinute } from "./time.js";

const ROWS = 200;
const NARROWEST = 340; // of a plot beside another, and the gap between them
const GAP = 20;
const SERIES = 5; // customers with a colour of their own; the others share one

const number = new Intl.NumberFormat("en");

let totals = [];
let now = Date.now();
let isWhole = false;

export const hours = () => Number(at("usage-hours").value);

const ofProduct = () => {
  const product = at("usage-product").value;
  return totals.filter((total) => product === "" || total.product_code === product);
};

function addTo(map, key, quantity) {
  map.set(key, (map.get(key) ?? 0) + quantity);
}

// Customers by what they used, and the colour of each.
function colours(shown) {
  const used = new Map();
  shown.forEach((total) => addTo(used, total.customer, total.quantity));
  const customers = [...used.keys()].sort((one, other) => used.get(other) - used.get(one));
  return new Map(customers.map((customer, index) => [customer, Math.min(index, SERIES)]));
}

function legend(series) {
  const names = [...series].filter(([, index]) => index < SERIES);
  const others = series.size - names.length;
  if (others > 0) {
    names.push([others === 1 ? "1 other" : `${number.format(others)} others`, SERIES]);
  }
  rebuild(at("usage-legend"), names, () => names.map(([name, index]) => element(
    "li", {},
    shape("svg", { width: 11, height: 11, "aria-hidden": "true" },
      shape("rect", { class: `series-${index}`, width: 11, height: 11, rx: 2 })),
    element("code", {}, name))));
}

function slots(slotMs) {
  const last = Math.floor(now / slotMs) * slotMs;
  const count = Math.ceil((hours() * HOUR_MS) / slotMs);
  return Array.from({ length: count }, (_, index) => last - (count - 1 - index) * slotMs);
}

function stacksOf(records, series, slotMs) {
  const cells = new Map();
  for (const record of records) {
    const slot = Math.floor(record.time / slotMs) * slotMs;
    if (!cells.has(slot)) {
      cells.set(slot, new Map());
    }
    addTo(cells.get(slot), series.get(record.customer), record.quantity);
  }
  return new Map([...cells].map(([slot, parts]) => [slot,
    [...parts].sort().map(([index, quantity]) => ({ series: index, quantity }))]));
}

// As the style sheet lays them out: as many beside each other as fit.
function plotWidth(count) {
  const style = getComputedStyle(at("usage"));
  const whole = at("usage").clientWidth - 2 * parseFloat(style.paddingLeft);
  const columns = Math.max(1, Math.min(count, Math.floor((whole + GAP) / (NARROWEST + GAP))));
  return Math.max(240, (whole - (columns - 1) * GAP) / columns);
}

function drawPlots(shown, series) {
  const slotMs = hours() > 72 ? DAY_MS : HOUR_MS;
  const columns = slots(slotMs);
  const dimensions = [...new Set(shown.map((total) => total.dimension))].sort();
  const width = plotWidth(dimensions.length);
  at("usage-plots").replaceChildren(...dimensions.map((dimension, index) => {
    const records = shown.filter((total) => total.dimension === dimension);
    const stacks = stacksOf(records, series, slotMs);
    return draw({ dimension, slots: columns, slotMs, stacks }, width, `plot-${index}`);
  }));
}

function rowOf(total) {
  return element(
    "tr", {},
    element("th", { scope: "row" }, element("time", { datetime: total.hour }, toMinute(total.time))),
    element("td", {}, element("code", {}, total.customer)),
    element("td", { class: "product" }, element("code", {}, total.product_code)),
    element("td", {}, element("code", {}, total.dimension)),
    element("td", { class: "number" }, number.format(total.quantity)),
    element("td", { class: "number" }, number.format(total.records)));
}

function fillTable(shown) {
  const rows = isWhole ? shown : shown.slice(0, ROWS);
  at("usage-rows").replaceChildren(...rows.map(rowOf));
  at("usage-more").hidden = rows.length === shown.length;
  say(at("usage-more"), `Show all ${number.format(shown.length)} rows`);
  at("usage-scroll").hidden = shown.length === 0;
}

function fillProducts() {
  const products = ["", ...new Set(totals.map((total) => total.product_code))];
  const select = at("usage-product");
  const chosen = select.value;
  rebuild(select, products, () => products.map((product) =>
    element("option", { value: product }, product === "" ? "all" : product)));
  select.value = products.includes(chosen) ? chosen : "";
  at("usage").classList.toggle("single", products.length <= 2);
}

function show() {
  fillProducts();
  const shown = ofProduct();
  const series = colours(shown);
  const count = shown.reduce((all, total) => all + total.records, 0);
  say(at("usage-note"), shown.length === 0 ? "None in this time."
    : `${number.format(count)} ${count === 1 ? "record" : "records"}, ` +
      `${number.format(series.size)} ${series.size === 1 ? "customer" : "customers"}.`);
  legend(series);
  drawPlots(shown, series);
  fillTable(shown);
}

// Takes an answer of "records"; `time` is the service's.
export function take(answer, time) {
  now = time;
  totals = answer.totals
    .map((total) => ({ ...total, time: Date.parse(total.hour) }))
    .sort((one, other) => other.time - one.time || one.customer.localeCompare(other.customer));
  show();
}

// `askAgain` is called where another span of time is wanted.
export function begin(askAgain) {
  at("usage-hours").addEventListener("change", askAgain);
  at("usage-product").addEventListener("change", show);
  at("usage-more").addEventListener("click", () => {
    isWhole = true;
    at("usage-scroll").focus();
    show();
  });
  let width = 0;
  new ResizeObserver(([entry]) => {
    if (Math.abs(entry.contentRect.width - width) > 8) {
      width = entry.contentRect.width;
      show();
    }
  }).observe(at("usage"));
}
