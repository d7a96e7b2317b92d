// SPDX-License-Identifier: Apache-2.0
// Building the document. What comes from the service is only ever text.

export const at = (id) => document.getElementById(id);

const SVG = "http://www.w3.org/2000/svg";

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null) {
      node.setAttribute(name, value);
    }
  }
  node.append(...children.filter((child) => child !== null));
  return node;
}

export function element(name, attributes = {}, ...children) {
  return fill(document.createElement(name), attributes, children);
}

export function shape(name, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, name), attributes, children);
}

// Sets a text only where it changes, so that nobody is told twice.
export function say(node, text) {
  if (node.textContent !== text) {
    node.textContent = text;
  }
}

export function button(text, action) {
  const node = element("button", { type: "button" }, text);
  node.addEventListener("click", action);
  return node;
}

// Rebuilds a list only when what it shows has changed, and keeps the focus in its place.
export function rebuild(list, shown, build) {
  const key = JSON.stringify(shown);
  if (list.dataset.shown === key) {
    return;
  }
  list.dataset.shown = key;
  const focused = [...list.querySelectorAll("button")].indexOf(document.activeElement);
  list.replaceChildren(...build(shown));
  if (focused >= 0) {
    const buttons = list.querySelectorAll("button");
    buttons[Math.min(focused, buttons.length - 1)]?.focus();
  }
}

// A link for pages of AWS's documentation, and for nothing else that an answer may name.
export function documentation(address) {
  if (typeof address !== "string" || !address.startsWith("https://docs.aws.amazon.com/")) {
    return null;
  }
  return element(
    "a", { href: address, target: "_blank", rel: "noopener noreferrer" }, "AWS’s page\u00a0↗");
}
