// SPDX-License-Identifier: Apache-2.0
// The control interface.

const TIMEOUT_MS = 10000;

// The sandbox answered, but not as was hoped.
export class Refusal extends Error {}

// It did not answer, or not in JSON.
export class Silence extends Error {}

async function send(path, options) {
  const response = await fetch(path, {
    cache: "no-store",
    credentials: "omit",
    redirect: "error",
    signal: AbortSignal.timeout(TIMEOUT_MS),
    ...options,
  });
  return { status: response.status, isGood: response.ok, answer: await response.json() };
}

async function exchange(path, options) {
  const { status, isGood, answer } = await send(path, options).catch((cause) => {
    throw new Silence("no answer", { cause });
  });
  if (!isGood) {
    throw new Refusal(answer.error ?? `status ${status}`);
  }
  return answer;
}

export function ask(path) {
  return exchange(path, {});
}

export function order(method, path, body = {}) {
  return exchange(path, {
    method,
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
}
