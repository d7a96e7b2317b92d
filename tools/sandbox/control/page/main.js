// SPDX-License-Identifier: Apache-2.0
// Asks the control interface again and again, and hands what it says to the parts.
import { Refusal, Silence, ask, order } from "./api.js";
import * as calls from "./calls.js";
import * as clock from "./clock.js";
import { at, say } from "./dom.js";
import * as faults from "./faults.js";
import * as market from "./market.js";
import { understand } from "./model.js";
import { clockTime, HOUR_MS } from "./time.js";
import * as usage from "./usage.js";

const SHORTEST_MS = 1000;
const QUIET_MS = 4000; // the longest wait while nothing happens
const GONE_MS = 15000; // the same while nobody answers
const NEWS_MS = 10000; // who listens to the page is told no more often

let delay = SHORTEST_MS;
let timer = 0;
let isAsking = false;
let isWanted = false; // again, once the running question is answered
let isStale = true; // all of it, not just what is new
let isPaused = false;
let lastUsage = { hour: 0, offset: 0 };
let seed = null;
let goneSince = null;
let toldAt = 0;

// --- Whether anybody answers --------------------------------------------------

function tell(text, is = "done") {
  at("message").dataset.is = is;
  say(at("message"), text);
}

function connected() {
  at("connection").dataset.is = isPaused ? "paused" : "connected";
  say(at("connection-text"), isPaused ? "Paused" : "Connected");
  if (goneSince !== null) {
    goneSince = null;
    at("gone").hidden = true;
    tell("The sandbox answers again.");
  }
}

function reasonOf(error) {
  if (error instanceof Refusal) {
    return `The sandbox refuses this page: ${error.message}.`;
  }
  if (error instanceof Silence) {
    return `The sandbox has not answered since ${clockTime(goneSince)} UTC. ` +
      "What you see is from before. The page goes on trying.";
  }
  console.error(error);
  return "The sandbox answers what this page does not understand. Is it of another version? Load it anew.";
}

function gone(error) {
  goneSince ??= Date.now();
  at("connection").dataset.is = "gone";
  say(at("connection-text"), "Not connected");
  say(at("gone-text"), reasonOf(error));
  at("gone").hidden = false;
}

// --- Asking ---------------------------------------------------------------------

function announce(news) {
  if (news.length > 0 && Date.now() - toldAt > NEWS_MS) {
    toldAt = Date.now();
    say(at("news"), calls.summary(news));
  }
}

async function askState() {
  const state = understand(await ask("state"));
  if (seed !== null && seed !== state.seed) {
    // Another sandbox at the same address.
    calls.forget();
    isWanted = true;
  }
  seed = state.seed;
  clock.take(state.clock);
  market.take(orders, state);
  faults.take(orders, state.faults);
  return state;
}

async function askUsage(state, isForced) {
  const hour = Math.floor(state.clock.now / HOUR_MS);
  if (isForced || hour !== lastUsage.hour || state.clock.offset !== lastUsage.offset) {
    usage.take(await ask(`records?hours=${usage.hours()}&limit=1`), state.clock.now);
    lastUsage = { hour, offset: state.clock.offset };
  }
}

async function look() {
  const isForced = isStale;
  isStale = false;
  const answer = await ask(`calls?after=${calls.position()}`);
  const news = calls.take(answer);
  announce(answer.calls);
  const state = await askState();
  await askUsage(state, isForced || answer.calls.some((call) => call.records > 0));
  return news > 0;
}

async function run() {
  isAsking = true;
  isWanted = false;
  try {
    const hasNews = await look();
    connected();
    delay = hasNews ? SHORTEST_MS : Math.min(delay * 1.5, QUIET_MS);
  } catch (error) {
    gone(error);
    isStale = true;
    delay = Math.min(delay * 2, GONE_MS);
  }
  isAsking = false;
  schedule(isWanted ? 0 : delay);
}

function schedule(wait) {
  clearTimeout(timer);
  if (!document.hidden && (!isPaused || wait === 0)) {
    timer = setTimeout(run, wait);
  }
}

// At once, whatever the pace has become.
function lookNow() {
  delay = SHORTEST_MS;
  if (isAsking) {
    isWanted = true;
  } else {
    schedule(0);
  }
}

function lookAtAll() {
  isStale = true;
  lookNow();
}

// --- Ordering ---------------------------------------------------------------------

// Null when it was done, else why not.
async function orders(method, path, body, text) {
  let refusal = null;
  try {
    await order(method, path, body);
    tell(text);
  } catch (error) {
    refusal = error instanceof Refusal ? `Refused: ${error.message}.` : "The sandbox does not answer.";
    tell(refusal, "refused");
  }
  lookAtAll();
  return refusal;
}

function beginReset() {
  const dialog = at("reset-dialog");
  at("reset").addEventListener("click", () => dialog.showModal());
  at("reset-no").addEventListener("click", () => dialog.close());
  at("reset-yes").addEventListener("click", () => {
    dialog.close();
    orders("POST", "reset", {}, "The sandbox is back at the start.");
  });
}

at("pause").addEventListener("click", () => {
  isPaused = !isPaused;
  at("pause").setAttribute("aria-pressed", `${isPaused}`);
  lookNow();
});
at("retry").addEventListener("click", lookNow);
document.addEventListener("visibilitychange", () => {
  if (document.hidden) {
    clearTimeout(timer);
  } else {
    lookNow();
  }
});

usage.begin(lookAtAll);
clock.begin(orders);
market.begin(orders);
faults.begin(orders);
beginReset();
lookNow();
