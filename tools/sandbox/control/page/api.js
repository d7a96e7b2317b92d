// SPDX-License-Identifier: Apache-2.0
// The control interface.

const TIMEOUT_MS = 10000;

// The sandbox answered, but not as was hoped.
export class Refusal extends Error {}

async function exchange(path, options) {
  const response = await fetch(path, {
    cache: "no-store",
    credentials: "omit",
    redirect: "error",
    signal: AbortSignal.timeout(TIMEOUT_MS),
    ...options,
  });
  const answer = await response.json();
  if (!response.ok) {
    throw new Refusal(answer.error ?? `status ${response.status}`);
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
