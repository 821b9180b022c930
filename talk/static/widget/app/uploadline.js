// @ts-check
import { sizeOf } from "./dates.js";
import { el, icon } from "./dom.js";

/**
 * @typedef {"" | "large" | "unsupported" | "broken" | "busy" | "lost"} Fault why a file is not up
 * @typedef {{name: string, size: number, part: number, fault: Fault, isUp: boolean}} Look
 */

/** What every browser can show. */
const SHOWN = ["image/jpeg", "image/png", "image/gif", "image/webp"];

/** What may go well if it is tried again. @type {Fault[]} */
const PASSING = ["busy", "lost"];

/**
 * One file of the message that is being written. Its elements stay, so that a click on its buttons
 * and the focus there outlive the progress that is drawn meanwhile.
 * @param {{remove: () => void, again: () => void}} told
 * @param {File | null} file the picture that it may be is shown
 */
export function makeUploadLine({ remove, again }, file) {
  const thumb = file && SHOWN.includes(file.type) ? el("img", { alt: "" }) : null;
  if (thumb && file) thumb.src = URL.createObjectURL(file);
  const mark = el("span", { class: "mark" });
  const name = el("bdi", { class: "name" });
  const state = el("span", { class: "size" });
  const bar = el("progress", { max: 1 });
  const retry = el("button", { type: "button", class: "again", onclick: again });
  const drop = el("button", { type: "button", class: "remove", onclick: remove }, icon("close"));
  const what = el("div", { class: "what" }, name, state);
  const element = el("li", {}, mark, what, retry, drop, bar);
  let drawn = "";

  return {
    element,
    end: () => thumb && URL.revokeObjectURL(thumb.src),
    /**
     * @param {Look} look
     * @param {import("./words.js").Words} words
     * @param {string} locale
     * @param {number} largest
     */
    show(look, words, locale, largest) {
      const { fault } = look;
      bar.value = look.part;
      const now = [locale, look.name, fault, look.isUp].join();
      if (now === drawn) return;
      drawn = now;
      element.className = fault ? "bad" : "";
      mark.replaceChildren(fault ? icon("alert") : (thumb ?? icon("file")));
      name.textContent = look.name;
      state.textContent = fault
        ? words.faults[fault](sizeOf(largest, locale))
        : sizeOf(look.size, locale);
      bar.hidden = look.isUp || fault !== "";
      bar.ariaLabel = words.uploading(look.name);
      const isOver = !PASSING.includes(fault);
      if (isOver && document.activeElement === retry) drop.focus();
      retry.hidden = isOver;
      retry.textContent = words.retryFile;
      drop.ariaLabel = words.removeFile(look.name);
    },
  };
}
