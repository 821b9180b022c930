// @ts-check
/** Files on their way to the server, by the conversation they are for; they go on when it is left. */
import { Refused } from "./commands.js";

/**
 * @import { AttachmentRow } from "../protocol/types.js"
 * @import { Problem } from "./problems.js"
 *
 * @typedef {object} Upload
 * @property {string} key
 * @property {string} name
 * @property {number} share 0 to 1
 * @property {unknown} error why it failed; null while it has not
 *
 * @typedef {Upload & {abort: AbortController}} Running
 */

export class Uploads {
  /** @type {Map<string, Running[]>} by conversation */
  #running = new Map();
  #number = 0;

  /**
   * @param {object} ports
   * @param {import("./api.js").Api["upload"]} ports.upload
   * @param {(path: string) => Promise<unknown>} ports.discard
   * @param {(conversationId: string) => void} ports.onChange
   * @param {(conversationId: string, file: AttachmentRow) => void} ports.onDone
   */
  constructor(ports) {
    this.ports = ports;
  }

  /** @param {string} conversationId @returns {Upload[]} */
  of(conversationId) {
    return this.#running.get(conversationId) ?? [];
  }

  /** @param {string} conversationId */
  isBusy(conversationId) {
    return this.of(conversationId).some((upload) => upload.error === null);
  }

  /**
   * @param {string} conversationId
   * @param {File} file
   */
  async add(conversationId, file) {
    const upload = this.#begin(conversationId, file.name);
    try {
      const row = await this.ports.upload(conversationId, file, {
        signal: upload.abort.signal,
        onProgress: (share) => this.#change(conversationId, upload, { share }),
      });
      if (!this.of(conversationId).includes(upload)) return this.discard(row);
      this.#end(conversationId, upload);
      this.ports.onDone(conversationId, row);
    } catch (error) {
      this.#change(conversationId, upload, { error });
    }
  }

  /** A file that will not be sent after all; one that is gone already is as well. @param {AttachmentRow} file */
  discard(file) {
    this.ports.discard(`attachments/${file.id}`).catch(() => undefined);
  }

  /**
   * It is not even sent; it stands there with the reason until it is taken away.
   * @param {string} conversationId
   * @param {string} name
   * @param {Problem} problem
   */
  refuse(conversationId, name, problem) {
    const upload = this.#begin(conversationId, name);
    this.#change(conversationId, upload, { error: new Refused(problem) });
  }

  /**
   * @param {string} conversationId
   * @param {string} name
   */
  #begin(conversationId, name) {
    this.#number += 1;
    const key = `upload ${this.#number}`;
    const abort = new AbortController();
    const upload = { key, name, share: 0, error: null, abort };
    this.#put(conversationId, [...(this.#running.get(conversationId) ?? []), upload]);
    return upload;
  }

  /**
   * @param {string} conversationId
   * @param {Running} upload
   * @param {Partial<Upload>} change
   */
  #change(conversationId, upload, change) {
    Object.assign(upload, change);
    this.ports.onChange(conversationId);
  }

  /**
   * @param {string} conversationId
   * @param {string} key
   */
  remove(conversationId, key) {
    const upload = this.#running.get(conversationId)?.find((running) => running.key === key);
    if (!upload) return;
    upload.abort.abort();
    this.#end(conversationId, upload);
  }

  /** The operator has gone. */
  forget() {
    for (const [conversationId, uploads] of [...this.#running])
      for (const { key } of uploads) this.remove(conversationId, key);
  }

  /**
   * @param {string} conversationId
   * @param {Running} upload
   */
  #end(conversationId, upload) {
    const running = this.#running.get(conversationId) ?? [];
    this.#put(
      conversationId,
      running.filter((other) => other !== upload),
    );
  }

  /**
   * @param {string} conversationId
   * @param {Running[]} uploads
   */
  #put(conversationId, uploads) {
    if (uploads.length > 0) this.#running.set(conversationId, uploads);
    else this.#running.delete(conversationId);
    this.ports.onChange(conversationId);
  }
}
