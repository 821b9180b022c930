// @ts-check
import { clock } from "./dates.js";
import { el, face, icon } from "./dom.js";
import { attachmentView } from "./files.js";
import { pieces } from "./links.js";

/** @typedef {Extract<import("./lines.js").Line, {kind: "message"}>} Sent */
/** @typedef {Extract<import("./lines.js").Line, {kind: "unsent"}>} Waiting */
/** @typedef {import("./lineview.js").Shown} Shown */
/** @typedef {(Node | false | "" | null)[]} Nodes */

/**
 * What somebody has said. The element stays from the first try to send it until it has been read:
 * only the part that has changed is drawn anew, so nothing is read out twice, and the focus stays.
 */
export function makeBubble() {
  const foot = el("footer", { "aria-live": "off" });
  const element = el("article", {}, foot);
  const head = makePart((...nodes) => element.prepend(...nodes));
  const content = makePart((...nodes) => foot.before(...nodes));
  const end = makePart((...nodes) => foot.append(...nodes));

  return {
    element,
    /**
     * @param {Sent | Waiting} line
     * @param {Shown} shown
     */
    show(line, shown) {
      const said = line.kind === "message" ? line.row : line.entry;
      const isHeld = foot.contains(document.activeElement);
      element.className = classOf(line);
      head(headOf(line), () => drawHead(line, shown), shown.locale);
      content(contentOf(said), () => drawContent(said, shown), shown.locale);
      end(endOf(line), () => drawEnd(line, shown), shown.locale);
      foot.hidden = !foot.hasChildNodes();
      // The button that was pressed is gone.
      if (isHeld && !foot.contains(document.activeElement)) takeFocus(element);
    },
  };
}

/** @param {HTMLElement} element */
function takeFocus(element) {
  element.tabIndex = -1;
  element.focus();
}

/**
 * Nodes that are made anew only when what they show has changed.
 * @param {(...nodes: Node[]) => void} put
 */
function makePart(put) {
  let drawn = "";
  /** @type {ChildNode[]} */
  let nodes = [];
  /**
   * @param {unknown} facts
   * @param {() => Nodes} draw
   * @param {string} locale
   */
  return (facts, draw, locale) => {
    const now = JSON.stringify([facts, locale]);
    if (now === drawn) return;
    drawn = now;
    for (const node of nodes) node.remove();
    nodes = /** @type {ChildNode[]} */ (draw().filter(Boolean));
    put(...nodes);
  };
}

/** @param {Sent | Waiting} line */
const isOwn = (line) => line.kind === "unsent" || line.row.sender === "customer";

/** @param {Sent | Waiting} line */
function classOf(line) {
  const side = isOwn(line) ? "own" : "theirs";
  const first = line.isFirst ? " first" : "";
  return `line ${side}${first}${line.kind === "unsent" ? ` unsent ${line.entry.progress}` : ""}`;
}

/** @param {Sent | Waiting} line */
function headOf(line) {
  if (isOwn(line) || line.kind === "unsent") return [];
  return [line.isFirst, line.row.author_name, line.row.author_avatar];
}

/**
 * @param {Sent | Waiting} line
 * @param {Shown} shown
 * @returns {Nodes}
 */
function drawHead(line, { words }) {
  if (isOwn(line) || line.kind === "unsent")
    return [el("span", { class: "hidden" }, `${words.you}: `)];
  const { author_name, author_avatar } = line.row;
  if (!line.isFirst) return [el("span", { class: "hidden" }, `${author_name}: `)];
  return [face(author_name, author_avatar), el("bdi", { class: "author" }, author_name)];
}

/** @typedef {{body: string, attachments: import("../store.js").AttachmentRow[], data?: {expired_files?: number}}} Said */

/** @param {Said} said */
function contentOf({ body, attachments, data }) {
  return [body, attachments.map(({ id }) => id), data?.expired_files ?? 0];
}

/**
 * @param {Said} said
 * @param {Shown} shown
 * @returns {Nodes}
 */
function drawContent({ body, attachments, data }, shown) {
  const { words } = shown;
  const files = attachments.map((attachment) => attachmentView(attachment, shown));
  const text = body && el("div", { class: "body", dir: "auto" }, ...written(body));
  const count = data?.expired_files ?? 0;
  if (count) return [text, ...files, el("p", { class: "gone" }, words.expiredFiles(count))];
  return text || files.length ? [text, ...files] : [el("p", { class: "gone" }, words.removed)];
}

/** @param {string} body */
function written(body) {
  return pieces(body).map(({ text, href }) =>
    href ? el("a", { href, target: "_blank", rel: "noopener noreferrer nofollow" }, text) : text,
  );
}

/** @param {Sent | Waiting} line */
function endOf(line) {
  if (line.kind === "unsent") return [line.entry.progress, line.entry.reason];
  return [line.isLast, line.tick, line.row.created_at];
}

/**
 * @param {Sent | Waiting} line
 * @param {Shown} shown
 * @returns {Nodes}
 */
function drawEnd(line, shown) {
  if (line.kind === "unsent") return drawWaiting(line.entry, shown);
  const { words, locale } = shown;
  const { row, isLast, tick } = line;
  if (!isLast && !tick) return [];
  const time = el("time", { datetime: row.created_at }, clock(locale, row.created_at));
  return [tick && el("span", { class: "tick" }, words[tick]), time];
}

/**
 * @param {import("../store.js").Unsent} entry
 * @param {Shown} shown
 * @returns {Nodes}
 */
function drawWaiting({ progress, reason, client_id }, { words, retry, discard }) {
  const isStuck = progress === "failed" || progress === "asking";
  const again = progress === "asking" ? words.sendNow : words.retry;
  const why = el("p", { class: "why" }, isStuck && icon("alert"), whyOf(progress, reason, words));
  if (!isStuck) return [why];
  return [
    why,
    el("button", { type: "button", onclick: () => retry(client_id) }, again),
    el("button", { type: "button", onclick: () => discard(client_id) }, words.discard),
  ];
}

/**
 * @param {import("../store.js").Progress} progress
 * @param {string} code of the problem
 * @param {import("./words.js").Words} words
 */
function whyOf(progress, code, words) {
  const reason = /** @type {Record<string, string>} */ (words.reasons)[code] ?? "";
  if ((progress === "queued" || progress === "unconfirmed") && reason) return reason;
  return progress === "failed" && reason ? `${words.failed} — ${reason}` : words[progress];
}
