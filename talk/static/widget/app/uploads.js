// @ts-check
import { sizeOf } from "./dates.js";
import { el, icon } from "./dom.js";
import { Refusal } from "./socket.js";

/** @typedef {import("../store.js").AttachmentRow} AttachmentRow */
/** @typedef {{name: string, size: number, part: number, problem: string, row: AttachmentRow | null, stop: AbortController}} Upload */
/**
 * @typedef {object} Ways
 * @property {ReturnType<typeof import("./api.js").makeApi>["upload"]} upload
 * @property {() => import("./words.js").Words} words
 * @property {() => string} locale
 * @property {{attachment_max_bytes: number, attachments_per_message: number}} limits
 * @property {() => void} changed
 */

/**
 * The files of the message that is being written: uploaded as soon as they are chosen, so that
 * sending does not wait.
 * @param {Ways} ways
 */
export function makeUploads(ways) {
  const { attachment_max_bytes: largest, attachments_per_message: most } = ways.limits;
  const element = el("ul", { class: "uploads", hidden: true });
  /** @type {Upload[]} */
  let uploads = [];
  let notice = "";

  /** @param {Iterable<File>} files */
  function add(files) {
    notice = "";
    for (const file of files) {
      if (uploads.length >= most) notice = ways.words().tooMany(most);
      else take(file);
    }
    render();
  }

  /** @param {File} file */
  function take(file) {
    const stop = new AbortController();
    const { name, size } = file;
    /** @type {Upload} */
    const upload = { name, size, part: 0, problem: "", row: null, stop };
    uploads.push(upload);
    if (size > largest) {
      upload.problem = ways.words().tooLarge(sizeOf(largest, ways.locale()));
      return;
    }
    const progressed = (/** @type {number} */ part) => {
      upload.part = part;
      render();
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
    upload.row = row;
    upload.name = row.name;
    render();
  }

  /**
   * @param {Upload} upload
   * @param {unknown} error
   */
  function fail(upload, error) {
    const status = error instanceof Refusal ? error.problem.status : 0;
    const words = ways.words();
    upload.problem =
      status === 413
        ? words.tooLarge(sizeOf(largest, ways.locale()))
        : status === 415
          ? words.unsupported
          : words.uploadFailed;
    render();
  }

  /** @param {Upload} upload */
  function remove(upload) {
    upload.stop.abort();
    uploads = uploads.filter((other) => other !== upload);
    notice = "";
    render();
  }

  function render() {
    element.hidden = !uploads.length;
    element.replaceChildren(...uploads.map(draw));
    if (notice) element.append(el("li", { class: "notice", role: "alert" }, notice));
    ways.changed();
  }

  /** @param {Upload} upload */
  function draw(upload) {
    const words = ways.words();
    const isGoing = !upload.row && !upload.problem;
    const bar = el("progress", { max: 1, "aria-label": words.uploading(upload.name) });
    bar.value = upload.part;
    return el(
      "li",
      { class: upload.problem ? "bad" : "" },
      icon(upload.problem ? "alert" : "file"),
      el("bdi", { class: "name" }, upload.name),
      el("span", { class: "size" }, upload.problem || sizeOf(upload.size, ways.locale())),
      isGoing && bar,
      el(
        "button",
        {
          type: "button",
          "aria-label": words.removeFile(upload.name),
          onclick: () => remove(upload),
        },
        icon("close"),
      ),
    );
  }

  return {
    element,
    add,
    render,
    isBusy: () => uploads.some(({ row, problem }) => !row && !problem),
    /** @returns {AttachmentRow[]} */
    rows: () => uploads.flatMap(({ row }) => row ?? []),
    /** @param {AttachmentRow[]} rows of a draft */
    restore(rows) {
      const stop = new AbortController();
      uploads = rows.map((row) => ({ ...row, part: 1, problem: "", row, stop }));
      render();
    },
    clear() {
      uploads = [];
      notice = "";
      render();
    },
  };
}
