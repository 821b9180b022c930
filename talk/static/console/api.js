// @ts-check
/** The REST side: same-origin, session cookie and CSRF token; errors are problem+json objects. */
import { ANSWER_MS } from "../protocol/contract.js";
import { Refused, Unconfirmed } from "./commands.js";
import { newId } from "./ids.js";

/** @import { AttachmentRow } from "../protocol/types.js" */

const ROOT = "/api/v1/";
/** A server that takes the request and says nothing must not hold the operator for ever. */
const READ_MS = 15_000;

export class Api {
  /** @param {string} csrf */
  constructor(csrf) {
    this.csrf = csrf;
  }

  /**
   * @param {string} path below /api/v1/
   * @param {Record<string, string|number|null|undefined>} [query]
   * @returns {Promise<any>}
   */
  get(path, query = {}) {
    const search = new URLSearchParams();
    for (const [key, value] of Object.entries(query)) {
      if (value !== null && value !== undefined && value !== "") search.set(key, String(value));
    }
    const text = search.toString();
    return this.#fetch("GET", text ? `${path}?${text}` : path);
  }

  /**
   * Every row of a keyset list.
   * @param {string} path
   * @returns {Promise<any[]>}
   */
  async all(path) {
    const rows = [];
    let cursor = null;
    do {
      const page = await this.get(path, { cursor });
      rows.push(...page.results);
      cursor = page.next;
    } while (cursor);
    return rows;
  }

  /**
   * @param {string} path
   * @param {unknown} [body]
   * @returns {Promise<any>}
   */
  post(path, body = {}) {
    return this.#fetch("POST", path, body);
  }

  /**
   * @param {string} path
   * @param {unknown} body
   * @returns {Promise<any>}
   */
  patch(path, body) {
    return this.#fetch("PATCH", path, body);
  }

  /**
   * @param {string} path
   * @param {Record<string, string|number>} [query]
   * @returns {Promise<any>}
   */
  delete(path, query = {}) {
    const search = new URLSearchParams(
      Object.entries(query).map(([key, value]) => [key, String(value)]),
    );
    return this.#fetch("DELETE", `${path}?${search}`);
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {unknown} [body]
   */
  async #fetch(method, path, body) {
    /** @type {Record<string, string>} */
    const headers = { Accept: "application/json", "X-Request-ID": requestId(body) };
    if (method !== "GET") headers["X-CSRFToken"] = this.csrf;
    if (body !== undefined) headers["Content-Type"] = "application/json";
    const response = await fetch(ROOT + path, {
      method,
      headers,
      body: body === undefined ? null : JSON.stringify(body),
      credentials: "same-origin",
      signal: AbortSignal.timeout(method === "GET" ? READ_MS : ANSWER_MS),
    }).catch((error) => {
      if (method !== "GET" && error.name === "TimeoutError") throw new Unconfirmed(path);
      throw error;
    });
    const answer = response.status === 204 ? null : await response.json().catch(() => null);
    if (!response.ok) throw new Refused({ ...answer, status: response.status });
    return answer;
  }

  /**
   * A file that is made for the asking.
   * @param {string} path
   * @param {unknown} body
   * @returns {Promise<Blob>}
   */
  async file(path, body) {
    const response = await fetch(ROOT + path, {
      method: "POST",
      headers: { "X-CSRFToken": this.csrf, "Content-Type": "application/json" },
      body: JSON.stringify(body),
      credentials: "same-origin",
    });
    if (response.ok) return response.blob();
    const problem = await response.json().catch(() => null);
    throw new Refused({ ...problem, status: response.status });
  }

  /**
   * Upload one file; XMLHttpRequest because fetch tells no progress of an upload.
   * @param {string} conversationId
   * @param {File} file
   * @param {{signal: AbortSignal, onProgress: (share: number) => void}} watch
   * @returns {Promise<AttachmentRow>}
   */
  upload(conversationId, file, { signal, onProgress }) {
    const form = new FormData();
    form.set("conversation_id", conversationId);
    form.set("file", file);
    const request = new XMLHttpRequest();
    request.open("POST", `${ROOT}attachments`);
    request.responseType = "json";
    request.setRequestHeader("X-CSRFToken", this.csrf);
    request.setRequestHeader("Accept", "application/json");
    request.upload.onprogress = (event) => onProgress(event.loaded / Math.max(event.total, 1));
    signal.addEventListener("abort", () => request.abort());
    return new Promise((resolve, reject) => {
      request.onload = () => {
        if (request.status < 300) resolve(request.response);
        else reject(new Refused({ ...request.response, status: request.status }));
      };
      request.onerror = () => reject(new TypeError("network"));
      request.onabort = () => reject(new DOMException("aborted", "AbortError"));
      request.send(form);
    });
  }
}

/**
 * What the server's log calls this request; a message or note goes by its own id, so that it is
 * found again in the worker that delivers it.
 * @param {any} body
 * @returns {string}
 */
function requestId(body) {
  return body?.client_id ?? newId();
}
