// @ts-check
import { sizeOf } from "./dates.js";
import { el, icon } from "./dom.js";
import { makeUploads } from "./uploads.js";

const MOST_CHARACTERS = 10_000;
const WARN_AT = 500;
const DRAFT_MS = 250;

/**
 * @typedef {object} Ways
 * @property {ReturnType<typeof import("./keep.js").makeKeep>} keep
 * @property {ReturnType<typeof import("./api.js").makeApi>["upload"]} upload
 * @property {(id: string) => unknown} discard an upload
 * @property {() => import("./words.js").Words} words
 * @property {() => string} locale
 * @property {() => import("./parent.js").Look} look
 * @property {(message: import("./keep.js").Draft) => void} send
 * @property {(isWriting: boolean) => void} writing
 */

/**
 * Whether a key sends. Not while an input method composes: Safari ends the composition before the
 * Enter that accepted a word, and only its key code 229 tells. On phones Enter is a new line.
 * @param {Pick<KeyboardEvent, "key" | "shiftKey" | "isComposing" | "keyCode">} event
 * @param {boolean} isTouch
 */
export function sends({ key, shiftKey, isComposing, keyCode }, isTouch) {
  return key === "Enter" && !shiftKey && !isComposing && keyCode !== 229 && !isTouch;
}

/** @param {Ways} ways */
export function makeComposer(ways) {
  const { keep } = ways;
  const text = el("textarea", { rows: 1, id: "text", enterkeyhint: "enter" });
  const label = el("label", { class: "hidden", for: "text" });
  const picker = el("input", { type: "file", multiple: true, hidden: true });
  const clip = el(
    "button",
    { type: "button", class: "clip", onclick: () => picker.click(), "aria-describedby": "limits" },
    icon("clip"),
  );
  const limits = el("span", { class: "limits", id: "limits" });
  const button = el("button", { type: "submit", class: "send" }, icon("send"));
  const uploads = makeUploads({ ...ways, changed, removed: () => clip.focus() });
  const element = el(
    "form",
    { class: "composer" },
    uploads.element,
    label,
    text,
    el("div", { class: "tools" }, picker, clip, limits, button),
  );
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  text.addEventListener("input", () => {
    changed();
    ways.writing(text.value.trim() !== "");
  });
  text.addEventListener("keydown", (event) => {
    if (!sends(event, matchMedia("(pointer: coarse)").matches)) return;
    event.preventDefault();
    submit();
  });
  text.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!files.length) return;
    event.preventDefault();
    uploads.add(files);
  });
  picker.addEventListener("change", () => {
    uploads.add(picker.files ?? []);
    picker.value = "";
    text.focus();
  });
  element.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  addEventListener("pagehide", keepNow);

  const length = () => [...text.value].length;
  const canSend = () =>
    !uploads.isBusy() &&
    !uploads.hasFault() &&
    length() <= MOST_CHARACTERS &&
    (text.value.trim() !== "" || uploads.rows().length > 0);

  function submit() {
    if (!canSend()) return uploads.explain();
    const message = { body: text.value.trim(), attachments: uploads.rows() };
    ways.send(message);
    text.value = "";
    uploads.clear();
    keepNow();
    ways.writing(false);
  }

  function keepNow() {
    clearTimeout(timer);
    timer = undefined;
    keep.keepDraft({ body: text.value, attachments: uploads.rows() });
    hint();
  }

  function changed() {
    button.setAttribute("aria-disabled", `${!canSend()}`);
    fit();
    hint();
    timer ??= setTimeout(keepNow, DRAFT_MS);
  }

  function fit() {
    text.style.height = "auto";
    text.style.height = `${text.scrollHeight}px`;
  }

  /** Say the limit before it is met. */
  function hint() {
    const left = MOST_CHARACTERS - length();
    limits.textContent = hintOf(ways.words(), left);
    limits.classList.toggle("bad", left < 0);
  }

  /**
   * @param {import("./words.js").Words} words
   * @param {number} left
   */
  function hintOf(words, left) {
    if (left < 0) return words.tooLong(-left);
    if (left < WARN_AT) return words.left(left);
    if (keep.isRefused() && text.value) return words.notKept;
    const { attachment_max_bytes: bytes, attachments_per_message: count } = ways.look();
    return words.limits(sizeOf(bytes, ways.locale()), count);
  }

  return {
    element,
    add: uploads.add,
    /** Say everything in the language of now. */
    speak() {
      const words = ways.words();
      text.placeholder = label.textContent = words.write;
      element.ariaLabel = words.write;
      clip.ariaLabel = clip.title = words.attach;
      button.ariaLabel = button.title = words.send;
      uploads.render();
    },
    restore() {
      const draft = keep.draft();
      text.value = draft.body;
      uploads.restore(draft.attachments);
    },
    focus: () => text.focus(),
    fit,
    stop() {
      if (timer) keepNow();
      uploads.stop();
      removeEventListener("pagehide", keepNow);
    },
  };
}
