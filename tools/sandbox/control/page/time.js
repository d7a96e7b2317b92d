// SPDX-License-Identifier: Apache-2.0
// Times are milliseconds since the epoch here, and always shown in UTC.

export const HOUR_MS = 3600000;
export const DAY_MS = 24 * HOUR_MS;

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

const iso = (time) => new Date(time).toISOString();

export const toSecond = (time) => `${iso(time).slice(0, 10)} ${iso(time).slice(11, 19)}`;
export const toMinute = (time) => toSecond(time).slice(0, 16);
export const clockTime = (time) => iso(time).slice(11, 19);
export const hourOf = (time) => iso(time).slice(11, 16);
export const forService = (time) => `${iso(time).slice(0, 19)}Z`;

export function day(time) {
  const date = new Date(time);
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]}`;
}

// "2026-12-01T05:59:00Z", also with a space, without seconds, Z or time; NaN otherwise.
export function read(text) {
  const parts = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(:\d\d)?)?Z?$/.exec(text.trim());
  if (parts === null) {
    return NaN;
  }
  return Date.parse(`${parts[1]}T${parts[2] ?? "00:00"}${parts[3] ?? ":00"}Z`);
}

// One minute before a month ends: what happens as it ends can still be seen coming.
export function nextMonthEnd(now) {
  const date = new Date(now);
  const end = (months) => Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1) - 60000;
  return end(1) > now ? end(1) : end(2);
}

// "6 h 5 min" of some seconds.
export function duration(seconds) {
  const units = [["d", 86400], ["h", 3600], ["min", 60], ["s", 1]];
  const parts = [];
  let left = Math.abs(seconds);
  for (const [unit, size] of units) {
    if (left >= size && parts.length < 2) {
      parts.push(`${Math.floor(left / size)} ${unit}`);
      left %= size;
    }
  }
  return parts.join(" ") || "0 s";
}
