// @ts-check
import { el, icon, set } from "./dom.js";

const LOOK_MS = 3_000;
const QUIET_ZONE = 4;

/** @typedef {import("./words.js").Words} Words */
/**
 * How to go on: `login` tells who they are in LINE, `address` only opens the chat with a code.
 * @typedef {{id: string, login: string, address: string, number: string, code: string, name: string,
 *   qr: {size: number, path: string}}} Way
 */
/** @typedef {"told" | "joined" | "conflict" | "done"} End */
/** @typedef {"waiting" | "expired" | End} State */
/**
 * @typedef {object} Ways
 * @property {() => Promise<Way>} begin
 * @property {(id: string) => Promise<{state: State}>} look
 * @property {() => Words} words
 */

/**
 * Going on in LINE: a line above the composer, and the sheet that it opens. A phone opens LINE, a
 * desk shows the phone where to go.
 * @param {Ways} ways
 */
export function makeLine({ begin, look, words }) {
  const button = el("button", { type: "button", class: "line-offer", onclick: open });
  const title = el("h2", { tabindex: -1, id: "line-title" });
  const close = el("button", { type: "button", class: "close", onclick: shut }, icon("close"));
  const body = el("div", { class: "line-body", "aria-live": "polite" });
  const sheet = el(
    "section",
    {
      class: "line-sheet",
      role: "dialog",
      "aria-labelledby": "line-title",
      "aria-modal": "true",
      hidden: true,
    },
    el("div", { class: "line-head" }, title, close),
    body,
  );
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let isOpen = false;
  /** @type {() => Node[]} */
  let draw = () => [];

  sheet.addEventListener("keydown", (event) => {
    // The page around would close the whole chat.
    if (event.key !== "Escape" || event.isComposing) return;
    event.stopPropagation();
    shut();
  });

  async function open() {
    isOpen = true;
    sheet.hidden = false;
    cover(true);
    title.focus();
    show(() => [el("p", {}, words().line.wait)]);
    try {
      const way = await begin();
      if (!isOpen) return;
      show(() => parts(way, words()));
      watch(way.id);
    } catch {
      if (isOpen) show(() => [el("p", {}, words().line.failed), again()]);
    }
  }

  function shut() {
    isOpen = false;
    clearTimeout(timer);
    sheet.hidden = true;
    cover(false);
    button.focus();
  }

  /**
   * Nothing below the sheet is reached while it is open.
   * @param {boolean} isCovered
   */
  function cover(isCovered) {
    for (const each of sheet.parentElement?.children ?? [])
      if (each instanceof HTMLElement && each !== sheet) each.inert = isCovered;
  }

  /**
   * Until it is over. Who is joined is looked at further: the thread follows with their first sign.
   * @param {string} id
   * @param {State} [shown] what is not shown again: readers would read it out each time
   */
  function watch(id, shown = "waiting") {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const { state } = await look(id).catch(() => ({ state: shown }));
      if (!isOpen) return;
      if (state === "expired") show(() => [el("p", {}, words().line.expired), again()]);
      else if (state !== "waiting" && state !== shown) show(() => [end(state, words())]);
      if (state === "waiting" || state === "joined") watch(id, state);
    }, LOOK_MS);
  }

  const again = () =>
    el("button", { type: "button", class: "line-go", onclick: open }, words().line.again);

  /** @param {() => Node[]} to */
  function show(to) {
    draw = to;
    body.replaceChildren(...draw());
  }

  function speak() {
    const { line } = words();
    button.replaceChildren(mark(), el("span", {}, line.offer));
    title.textContent = line.offer;
    close.ariaLabel = close.title = line.close;
    if (isOpen) body.replaceChildren(...draw());
  }

  speak();
  return { button, sheet, speak, stop: () => clearTimeout(timer) };
}

/** @param {End} state @param {Words} words */
function end(state, { line }) {
  if (state === "conflict") return el("p", {}, line.conflict);
  return el("p", { class: "line-done" }, icon("check"), line[state]);
}

/**
 * @param {Way} way
 * @param {Words} words
 * @returns {Node[]}
 */
function parts(way, { line }) {
  const isPhone = matchMedia("(pointer: coarse)").matches;
  const link = el(
    "a",
    { class: "line-go", href: way.login || way.address, target: "_blank", rel: "noopener" },
    line.open,
  );
  const steps = way.login ? line.login : line.send;
  const proof = way.login
    ? el("p", { class: "line-number" }, line.number, el("strong", {}, way.number))
    : el("p", { class: "line-number" }, line.code, el("strong", {}, way.code));
  const lead = el("p", {}, line.lead(way.name));
  if (isPhone) return [lead, link, el("p", { class: "line-how" }, steps), proof];
  const how = el("p", { class: "line-how" }, `${line.scan} ${steps}`);
  return [lead, code(way.qr, line.qr), how, proof, el("p", { class: "line-here" }, link)];
}

/**
 * The QR code, drawn by its path.
 * @param {{size: number, path: string}} qr
 * @param {string} name
 */
function code({ size, path }, name) {
  const [svg, lines] = ["svg", "path"].map((tag) =>
    document.createElementNS("http://www.w3.org/2000/svg", tag),
  );
  const whole = size + 2 * QUIET_ZONE;
  set(svg, "class", "line-qr");
  set(svg, "viewBox", `${-QUIET_ZONE} ${-QUIET_ZONE} ${whole} ${whole}`);
  set(svg, "role", "img");
  set(svg, "aria-label", name);
  set(svg, "shape-rendering", "crispEdges");
  set(lines, "d", path);
  svg.append(lines);
  return svg;
}

/** A bubble of our own in LINE's colour. */
function mark() {
  const bubble = icon("bubble");
  bubble.classList.add("line-mark");
  return bubble;
}
