// @ts-check

const isText = (/** @type {unknown} */ value) => typeof value === "string" && value.length <= 500;
/** @param {unknown} value @param {RegExp} shape */
const isLike = (value, shape) => typeof value === "string" && shape.test(value);
const isCount = (/** @type {unknown} */ value) => Number.isInteger(value);

/** @typedef {{name: string, color: string, ink: string, greeting: string, attachment_max_bytes: number, attachments_per_message: number}} Look */
/** @typedef {{type: "init", token: string, profile: string, inbox: string, locale: string, look: Look, forgetful?: boolean}} Init */
/** @typedef {Init | {type: "show", focus?: boolean} | {type: "hide"} | {type: "reset"} | {type: "locale", locale: string}} Heard */

/** What the host page may say, and its shape. Anything else is ignored. */
const SHAPES = {
  init: (/** @type {any} */ { token, profile, inbox, locale, look, forgetful }) =>
    (forgetful === undefined || typeof forgetful === "boolean") &&
    isLike(token, /^[\w-]{20,128}$/) &&
    isLike(profile, /^[0-9a-f-]{36}$/) &&
    [inbox, locale, look?.name, look?.greeting].every(isText) &&
    [look.color, look.ink].every((color) => isLike(color, /^#[0-9a-f]{6}$/i)) &&
    [look.attachment_max_bytes, look.attachments_per_message].every(isCount),
  show: (/** @type {any} */ { focus }) => focus === undefined || typeof focus === "boolean",
  hide: () => true,
  reset: () => true,
  locale: (/** @type {any} */ { locale }) => locale === "ja" || locale === "en",
};

/**
 * What the page around the frame says, or null: not from it, not from an allowed site, malformed.
 * @param {{origin: string, source: unknown, data: unknown}} event
 * @param {unknown} parent the one window that may speak
 * @param {string[]} origins of the inbox's sites
 * @returns {Heard | null}
 */
export function heard(event, parent, origins) {
  const data = /** @type {any} */ (event.data);
  if (event.source !== parent || !origins.includes(event.origin)) return null;
  if (!data || typeof data !== "object" || data.sobani !== 1) return null;
  if (typeof data.type !== "string" || !Object.hasOwn(SHAPES, data.type)) return null;
  return SHAPES[/** @type {keyof typeof SHAPES} */ (data.type)](data) ? data : null;
}
