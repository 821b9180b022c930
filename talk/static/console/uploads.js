// @ts-check
/** Files on their way to the server, for one conversation's composer. */

/**
 * @import { AttachmentRow } from "../protocol/types.js"
 * @import { Api } from "./api.js"
 *
 * @typedef {object} Upload
 * @property {string} key
 * @property {string} name
 * @property {number} share 0 to 1
 * @property {boolean} failed
 * @property {string} reason
 */

export class Uploads {
  /** @type {Map<string, Upload & {abort: AbortController}>} */
  #running = new Map();
  #number = 0;

  /**
   * @param {Api} api
   * @param {string} conversationId
   * @param {{onChange: () => void, onDone: (row: AttachmentRow) => void}} listener
   */
  constructor(api, conversationId, listener) {
    this.api = api;
    this.conversationId = conversationId;
    this.listener = listener;
  }

  /** @returns {Upload[]} */
  get all() {
    return [...this.#running.values()];
  }

  get isBusy() {
    return this.all.some((upload) => !upload.failed);
  }

  /** @param {File} file */
  async add(file) {
    this.#number += 1;
    const key = `upload ${this.#number}`;
    const abort = new AbortController();
    const upload = { key, name: file.name, share: 0, failed: false, reason: "", abort };
    this.#running.set(key, upload);
    this.listener.onChange();
    try {
      const onProgress = (/** @type {number} */ share) => {
        upload.share = share;
        this.listener.onChange();
      };
      const row = await this.api.upload(this.conversationId, file, {
        signal: abort.signal,
        onProgress,
      });
      this.#running.delete(key);
      this.listener.onDone(row);
    } catch (error) {
      upload.failed = true;
      upload.reason = error instanceof Error ? error.message : "";
      this.listener.onChange();
    }
  }

  /** @param {string} key */
  remove(key) {
    this.#running.get(key)?.abort.abort();
    this.#running.delete(key);
    this.listener.onChange();
  }
}
