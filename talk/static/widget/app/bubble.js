// @ts-check
import { clock, dayName } from "./dates.js";
import { el, face, icon } from "./dom.js";
import { attachmentView } from "./files.js";
import { pieces } from "./links.js";

/** @typedef {import("./lines.js").Line} Line */
/**
 * @typedef {object} Shown what the lines of a thread are drawn with
 * @property {import("./words.js").Words} words
 * @property {string} locale
 * @property {(id: string) => Promise<Blob>} content
 * @property {(clientId: string) => void} retry
 * @property {(clientId: string) => void} discard
 */

/**
 * What decides how a line looks: equal signatures need no new element.
 * @param {Line} line
 * @param {string} locale
 */
export function signature(line, locale) {
  if (line.kind === "message")
    return `${locale} ${line.row.id} ${line.isFirst} ${line.isLast} ${line.tick}`;
  if (line.kind === "unsent") return `${locale} ${line.entry.progress} ${line.isFirst}`;
  return `${locale} ${line.key} ${new Date().getDate()}`;
}

/**
 * @param {Line} line
 * @param {Shown} shown
 * @returns {HTMLElement}
 */
export function drawLine(line, shown) {
  if (line.kind === "day") {
    const name = dayName(shown.locale, line.at, shown.words, new Date());
    return el("div", { class: "day", role: "separator" }, el("span", {}, name));
  }
  if (line.kind === "system") return drawSystem(line.code, shown);
  if (line.kind === "unsent") return drawUnsent(line, shown);
  return drawMessage(line, shown);
}

/**
 * @param {string} code
 * @param {Shown} shown
 */
function drawSystem(code, { words }) {
  const text = code === "resolved" ? words.resolved : code === "reopened" ? words.reopened : "";
  return el("p", { class: "system", hidden: !text }, text);
}

/**
 * @param {Extract<Line, {kind: "message"}>} line
 * @param {Shown} shown
 */
function drawMessage({ row, isFirst, isLast, tick }, shown) {
  const { words, locale } = shown;
  const own = row.sender === "customer";
  const time = el("time", { datetime: row.created_at }, clock(locale, row.created_at));
  const state = tick && el("span", { class: "tick" }, words[tick]);
  const name = own ? words.you : row.author_name;
  return el(
    "article",
    { class: `line ${own ? "own" : "theirs"}${isFirst ? " first" : ""}` },
    !own && isFirst && face(row.author_name, row.author_avatar),
    own || !isFirst
      ? el("span", { class: "hidden" }, `${name}: `)
      : el("bdi", { class: "author" }, name),
    ...parts(row, shown),
    (isLast || tick) && el("footer", {}, state, time),
  );
}

/**
 * @param {Extract<Line, {kind: "unsent"}>} line
 * @param {Shown} shown
 */
function drawUnsent({ entry, isFirst }, shown) {
  const { words, retry, discard } = shown;
  const { progress, client_id } = entry;
  const isStuck = progress === "failed" || progress === "asking";
  const reason = /** @type {Record<string, string>} */ (words.reasons)[entry.reason];
  const again = progress === "asking" ? words.sendNow : words.retry;
  return el(
    "article",
    { class: `line own unsent ${progress}${isFirst ? " first" : ""}` },
    el("span", { class: "hidden" }, `${words.you}: `),
    ...parts(entry, shown),
    el(
      "footer",
      {},
      el(
        "p",
        { class: "why" },
        isStuck && icon("alert"),
        words[progress] + (reason ? ` — ${reason}` : ""),
      ),
      isStuck && el("button", { type: "button", onclick: () => retry(client_id) }, again),
      isStuck && el("button", { type: "button", onclick: () => discard(client_id) }, words.discard),
    ),
  );
}

/**
 * @param {{body: string, attachments: import("../store.js").AttachmentRow[]}} message
 * @param {Shown} shown
 */
function parts({ body, attachments }, shown) {
  const files = attachments.map((attachment) => attachmentView(attachment, shown));
  return body ? [el("div", { class: "body", dir: "auto" }, ...written(body)), ...files] : files;
}

/** @param {string} body */
function written(body) {
  return pieces(body).map(({ text, href }) =>
    href ? el("a", { href, target: "_blank", rel: "noopener noreferrer nofollow" }, text) : text,
  );
}
