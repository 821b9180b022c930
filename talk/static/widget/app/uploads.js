// @ts-check
import { el } from "./dom.js";
import { Refusal } from "./socket.js";
import { makeUploadLine } from "./uploadline.js";

/** @typedef {import("../store.js").AttachmentRow} AttachmentRow */
/**
 * @typedef {object} Upload
 * @property {string} name
 * @property {number} size
 * @property {number} part 0…1
 * @property {import("./uploadline.js").Fault} fault
 * @property {AttachmentRow | null} row what the server has of it
 * @property {File | null} file
 * @property {AbortController} stop
 * @property {ReturnType<typeof makeUploadLine>} line
 */
/**
 * @typedef {object} Ways
 * @property {ReturnType<typeof import("./api.js").makeApi>["upload"]} upload
 * @property {(id: string) => unknown} discard
 * @property {() => import("./words.js").Words} words
 * @property {() => string} locale
 * @property {() => {attachment_max_bytes: number, attachments_per_message: number}} look
 * @property {() => void} changed
 * @property {() => void} removed a file, and with it the button that may have had the focus
 */

/**
 * The files of the message that is being written: uploaded as soon as they are chosen, so that
 * sending does not wait.
 * @param {Ways} ways
 */
export function makeUploads(ways) {
  const list = el("ul", { class: "uploads", hidden: true });
  const alert = el("p", { class: "notice", role: "alert" });
  const element = el("div", {}, list, alert);
  /** @type {Upload[]} */
  let uploads = [];
  /** @type {() => string} */
  let notice = () => "";

  /** @param {Iterable<File>} files */
  function add(files) {
    const most = ways.look().attachments_per_message;
    notice = () => "";
    for (const file of files) {
      if (uploads.length < most) send(made(file.name, file.size, file));
      else notice = () => ways.words().tooMany(most);
    }
    render();
  }

  /**
   * @param {string} name
   * @param {number} size
   * @param {File | null} file
   * @param {AttachmentRow | null} row
   * @returns {Upload}
   */
  function made(name, size, file, row = null) {
    const line = makeUploadLine({ remove: () => remove(upload), again: () => send(upload) }, file);
    const stop = new AbortController();
    /** @type {Upload} */
    const upload = { name, size, part: 0, fault: "", row, file, stop, line };
    uploads.push(upload);
    return upload;
  }

  /** @param {Upload} upload */
  function send(upload) {
    const { file, stop } = upload;
    if (!file) return;
    const isLarge = file.size > ways.look().attachment_max_bytes;
    Object.assign(upload, { part: 0, fault: isLarge ? "large" : "" });
    notice = () => "";
    render();
    if (isLarge) return;
    const progressed = (/** @type {number} */ part) => {
      upload.part = part;
      show(upload);
    };
    ways.upload(file, progressed, stop.signal).then(
      (row) => finish(upload, row),
      (error) => fail(upload, error),
    );
  }

  /**
   * @param {Upload} upload
   * @param {AttachmentRow} row
   */
  function finish(upload, row) {
    // Taken out in the moment in which it arrived.
    if (!uploads.includes(upload)) return ways.discard(row.id);
    Object.assign(upload, { row, name: row.name });
    render();
  }

  /**
   * @param {Upload} upload
   * @param {unknown} error
   */
  function fail(upload, error) {
    const status = error instanceof Refusal ? error.problem.status : 0;
    const faults = /** @type {const} */ ({
      413: "large",
      415: "unsupported",
      422: "broken",
      429: "busy",
    });
    upload.fault = faults[/** @type {keyof typeof faults} */ (status)] ?? "lost";
    render();
  }

  /** @param {Upload} upload */
  function remove(upload) {
    upload.stop.abort();
    if (upload.row) ways.discard(upload.row.id);
    upload.line.end();
    uploads = uploads.filter((other) => other !== upload);
    notice = () => "";
    render();
    ways.removed();
  }

  function render() {
    list.hidden = !uploads.length;
    uploads.forEach((upload, index) => {
      const { element } = upload.line;
      show(upload);
      if (list.children[index] !== element)
        list.insertBefore(element, list.children[index] ?? null);
    });
    while (list.children.length > uploads.length) list.lastElementChild?.remove();
    if (alert.textContent !== notice()) alert.textContent = notice();
    ways.changed();
  }

  /** @param {Upload} upload */
  function show(upload) {
    const look = { ...upload, isUp: upload.row !== null };
    upload.line.show(look, ways.words(), ways.locale(), ways.look().attachment_max_bytes);
  }

  const hasFault = () => uploads.some(({ fault }) => fault !== "");

  return {
    element,
    add,
    render,
    isBusy: () => uploads.some(({ row, fault }) => !row && !fault),
    hasFault,
    /** Say why the message does not leave: without the file it would not be what they wrote. */
    explain() {
      if (hasFault()) notice = () => ways.words().faultyFiles;
      render();
    },
    /** @returns {AttachmentRow[]} */
    rows: () => uploads.flatMap(({ row }) => row ?? []),
    /** @param {AttachmentRow[]} rows of a draft */
    restore(rows) {
      uploads = [];
      for (const row of rows) made(row.name, row.size, null, row);
      render();
    },
    clear() {
      for (const { line } of uploads) line.end();
      uploads = [];
      notice = () => "";
      render();
    },
    stop() {
      for (const { stop, line } of uploads) {
        stop.abort();
        line.end();
      }
    },
  };
}
