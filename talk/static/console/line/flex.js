// @ts-check
/** Flex messages as far as no page is needed: what is to be filled in, and a sketch of them. */

const PLACE = /\{\{\s*([^{}]{1,40}?)\s*\}\}/g;
const MOST_LINES = 40;

/**
 * @typedef {{kind: "text"|"strong"|"button"|"image"|"line", text: string}} Piece
 */

/** The names of what is to be filled in, in their order. @param {unknown} value @returns {string[]} */
export function placesOf(value) {
  const found = [...JSON.stringify(value ?? null).matchAll(PLACE)].map(([, name]) =>
    unquoted(name),
  );
  return [...new Set(found)];
}

/** @param {string} name within the text of JSON */
function unquoted(name) {
  try {
    return JSON.parse(`"${name}"`);
  } catch {
    return name;
  }
}

/**
 * The same with what is filled in; what is not stays as it is.
 * @template T
 * @param {T} value
 * @param {Record<string, string>} given
 * @returns {T}
 */
export function filled(value, given) {
  if (typeof value === "string") {
    const put = (/** @type {string} */ whole, /** @type {string} */ name) => given[name] || whole;
    return /** @type {any} */ (value.replace(PLACE, put));
  }
  if (Array.isArray(value)) return /** @type {any} */ (value.map((each) => filled(each, given)));
  if (value === null || typeof value !== "object") return value;
  const parts = Object.entries(value).map(([name, each]) => [name, filled(each, given)]);
  return Object.fromEntries(parts);
}

/**
 * What stands in the bubbles of a Flex message from top to bottom, one list for each.
 * @param {any} contents
 * @returns {Piece[][]}
 */
export function sketch(contents) {
  const bubbles = contents?.type === "carousel" ? contents.contents : [contents];
  return bubbles.map((/** @type {any} */ bubble) =>
    ["header", "hero", "body", "footer"]
      .flatMap((name) => pieces(bubble?.[name]))
      .slice(0, MOST_LINES),
  );
}

/** @param {any} component @returns {Piece[]} */
function pieces(component) {
  if (!component) return [];
  switch (component.type) {
    case "box":
      return (component.contents ?? []).flatMap(pieces);
    case "text":
      return textPieces(component);
    case "button":
      return [{ kind: "button", text: String(component.action?.label ?? "") }];
    case "image":
    case "video":
      return [{ kind: "image", text: "" }];
    case "separator":
      return [{ kind: "line", text: "" }];
    default:
      return [];
  }
}

/** @param {any} component @returns {Piece[]} */
function textPieces({ text, contents, weight }) {
  const spans = (contents ?? []).map((/** @type {any} */ span) => span.text ?? "").join("");
  const words = spans || text || "";
  return words ? [{ kind: weight === "bold" ? "strong" : "text", text: words }] : [];
}
