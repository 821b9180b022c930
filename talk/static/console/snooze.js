// @ts-check
/** The presets of snoozing, in the operator's own time zone. */

/** @typedef {{key: "snooze.hour"|"snooze.hours"|"snooze.evening"|"snooze.tomorrow"|"snooze.monday", until: Date}} Preset */

const MORNING = 9;
const EVENING = 17;

/**
 * @param {Date} now
 * @returns {Preset[]} in order of time; those that have passed today are left out
 */
export function presets(now) {
  const evening = at(now, 0, EVENING);
  /** @type {Preset[]} */
  const all = [
    { key: "snooze.hour", until: later(now, 1) },
    { key: "snooze.hours", until: later(now, 3) },
    { key: "snooze.tomorrow", until: at(now, 1, MORNING) },
  ];
  const days = daysToMonday(now);
  if (days > 1) all.push({ key: "snooze.monday", until: at(now, days, MORNING) });
  if (evening > later(now, 3)) all.splice(2, 0, { key: "snooze.evening", until: evening });
  return all;
}

/**
 * @param {Date} now
 * @param {number} hours
 */
function later(now, hours) {
  return new Date(now.getTime() + hours * 3_600_000);
}

/**
 * @param {Date} now
 * @param {number} days
 * @param {number} hour
 */
function at(now, days, hour) {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, hour);
}

/** The coming Monday, never today. @param {Date} now */
function daysToMonday(now) {
  return (8 - now.getDay()) % 7 || 7;
}

/**
 * The value of a `datetime-local` field.
 * @param {Date} date
 */
export function fieldValue(date) {
  const local = new Date(date.getTime() - date.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16);
}
