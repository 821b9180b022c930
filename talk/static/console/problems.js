// @ts-check
/**
 * Why something was refused, in the operator's language: by the problem's `code`, `field` and named
 * values. Its `detail` is for programs' makers, in English, and is never shown.
 */
import { Refused, Unconfirmed } from "./commands.js";
import { size, span } from "./format.js";
import { has, locale, t } from "./i18n/index.js";

/**
 * @typedef {object} Problem
 * @property {string} [code]
 * @property {string|null} [field]
 * @property {number} [most] how many there may be
 * @property {number} [most_bytes]
 * @property {number} [retry_after] seconds
 */

/** @param {unknown} error */
export function reasonOf(error) {
  return error instanceof Refused ? reason(error.problem) : t(keyOf(error));
}

/** The text for what no server has refused. @param {unknown} error */
export function keyOf(error) {
  return error instanceof Unconfirmed ? "error.unconfirmed" : "error.network";
}

/** @param {Problem} problem */
export function reason(problem) {
  const key = keysOf(problem).find(has) ?? "problem.unexpected";
  return t(key, {
    ...placeOf(problem.field ?? ""),
    count: problem.most ?? 0,
    size: size(problem.most_bytes ?? 0, locale()),
    span: span(problem.retry_after ?? 0, locale()),
  });
}

/**
 * Why a channel did not take a message: a code that we have words for, and a detail of its own.
 * @param {string} told
 */
export function deliveryReason(told) {
  const [code, ...rest] = told.split(": ");
  const key = `delivery.${code}`;
  if (!has(key)) return told;
  const detail = rest.join(": ");
  return detail && code === "rejected" ? t("delivery.detail", { reason: t(key), detail }) : t(key);
}

/** What travels with a draft or waits in the outbox. @param {Problem} problem @returns {Problem} */
export function kept({ code, field, most, most_bytes, retry_after }) {
  return { code, field, most, most_bytes, retry_after };
}

/**
 * Which one of a list it is, counted as people do, and where in it.
 * @param {string} field such as `data.quick_replies[2].label`
 */
function placeOf(field) {
  return { number: Number(/\[(\d+)\]/.exec(field)?.[1] ?? 0) + 1, place: field };
}

/** The most telling first. @param {Problem} problem */
function keysOf({ code, field: told, most, most_bytes }) {
  const text = `problem.${code}`;
  const field = told?.replace(/\[\d+\]/g, "[]");
  const outer = ["data.contents", "data"].filter((name) => field?.startsWith(`${name}.`));
  const value = most === undefined ? (most_bytes === undefined ? "" : "most_bytes") : "most";
  const wider = outer.map((name) => `${text}.${name}.any`);
  return [`${text}.${field}.${value}`, `${text}.${field}`, ...wider, text];
}
