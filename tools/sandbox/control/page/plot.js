// SPDX-License-Identifier: Apache-2.0
// A stacked bar for each hour or day: one plot for each dimension, whose units differ.
import { element, shape } from "./dom.js";
import { day, hourOf, toMinute } from "./time.js";

const HEIGHT = 150;
const LEFT = 52;
const RIGHT = 16;
const TOP = 8;
const BOTTOM = 22;

// The smallest of 1, 1.5, 2, 3 … 8, 10, 15 … that is not below `value`.
function roundUp(value) {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 1)));
  return [1, 1.5, 2, 3, 4, 5, 6, 8, 10].find((step) => step * power >= value) * power;
}

const compact = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });
const number = new Intl.NumberFormat("en");

function grid(frame, highest) {
  const nodes = [];
  for (const part of highest > 1 ? [0, 0.5, 1] : [0, 1]) {
    const y = TOP + (1 - part) * frame.height;
    nodes.push(shape("line", {
      class: part === 0 ? "axis" : "grid", x1: LEFT, x2: frame.width - RIGHT, y1: y, y2: y,
    }));
    nodes.push(shape("text", { x: LEFT - 6, y: y + 4, "text-anchor": "end" },
      compact.format(highest * part)));
  }
  return nodes;
}

// Some labels below the bars, as many as there is room for.
function labels(frame, slots, slotMs, step) {
  const isDaily = slotMs > 3600000;
  const every = Math.ceil(slots.length / Math.max(2, Math.floor((frame.width - LEFT) / 64)));
  return slots
    .map((slot, index) => ({ slot, index }))
    .filter(({ index }) => (slots.length - 1 - index) % every === 0)
    .map(({ slot, index }) => shape(
      "text",
      { x: LEFT + (index + 0.5) * step, y: HEIGHT - 6, "text-anchor": "middle" },
      isDaily || hourOf(slot) === "00:00" ? day(slot) : hourOf(slot)));
}

function bars(frame, slots, stacks, highest, step) {
  const nodes = [];
  const gap = step > 6 ? 2 : step > 3 ? 1 : 0;
  slots.forEach((slot, index) => {
    let y = TOP + frame.height;
    for (const { series, quantity } of stacks.get(slot) ?? []) {
      const height = (quantity / highest) * frame.height;
      y -= height;
      nodes.push(shape("rect", {
        class: `series-${series}`,
        x: LEFT + index * step + gap / 2,
        y: y.toFixed(2),
        width: Math.max(step - gap, 0.5).toFixed(2),
        height: height.toFixed(2),
      }));
    }
  });
  return nodes;
}

const sum = (stack) => stack.reduce((total, part) => total + part.quantity, 0);

// What a reader who does not see the bars gets to know.
function describe(plot, total, peak) {
  const unit = plot.slotMs > 3600000 ? "day" : "hour";
  return `${number.format(total)} in all, from ${toMinute(plot.slots[0])} on. ` +
    `The highest ${unit} is ${toMinute(peak.slot)} with ${number.format(peak.quantity)}. ` +
    "The table below has every hour.";
}

// plot: {dimension, slots, slotMs, stacks: Map of slot → [{series, quantity}]}
export function draw(plot, width, id) {
  const frame = { width, height: HEIGHT - TOP - BOTTOM };
  const step = (width - LEFT - RIGHT) / plot.slots.length;
  const sums = plot.slots.map((slot) => ({ slot, quantity: sum(plot.stacks.get(slot) ?? []) }));
  const peak = sums.reduce((best, one) => (one.quantity > best.quantity ? one : best));
  const total = sums.reduce((all, one) => all + one.quantity, 0);
  const highest = roundUp(peak.quantity);
  const picture = shape(
    "svg",
    { viewBox: `0 0 ${width} ${HEIGHT}`, role: "img", "aria-labelledby": `${id}-title ${id}-text` },
    shape("title", { id: `${id}-title` }, `${plot.dimension} by ${plot.slotMs > 3600000 ? "day" : "hour"}`),
    shape("desc", { id: `${id}-text` }, describe(plot, total, peak)),
    ...grid(frame, highest),
    ...bars(frame, plot.slots, plot.stacks, highest, step),
    ...labels(frame, plot.slots, plot.slotMs, step));
  return element(
    "figure",
    {},
    element("figcaption", {},
      element("code", {}, plot.dimension),
      element("span", { class: "muted" }, number.format(total))),
    picture);
}
