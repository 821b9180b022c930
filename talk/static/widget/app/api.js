// @ts-check
import { ANSWER_MS } from "../../protocol/contract.js";
import { newId } from "../id.js";
import { NoAnswer, Refusal } from "./socket.js";

const READ_MS = 15_000;

/**
 * The widget's HTTP, from the frame: same origin, the visitor's token in a header.
 * @param {() => string} token the one of now
 */
export function makeApi(token) {
  /** @param {string} [id] a message goes by its own id in the server's logs, all else by a new one */
  const headers = (id = newId()) => ({
    Authorization: `Bearer ${token()}`,
    "X-Request-ID": id,
  });

  /**
   * @param {string} path
   * @param {RequestInit} options
   * @param {number} patience
   * @param {string} [id]
   */
  async function ask(path, options, patience, id) {
    const signal = AbortSignal.timeout(patience);
    const response = await fetch(`/widget/v1/${path}`, {
      ...options,
      headers: headers(id),
      signal,
      credentials: "omit",
    }).catch(() => {
      throw new NoAnswer();
    });
    if (response.ok) return response;
    const problem = await response.json().catch(() => ({ status: response.status }));
    throw new Refusal(problem);
  }

  return {
    history: async () => (await ask("conversations", {}, READ_MS)).json(),
    /** @param {import("../store.js").Place} place */
    async older(place) {
      const query = new URLSearchParams({ ...place, before_seq: `${place.before_seq}` });
      return (await ask(`messages?${query}`, {}, READ_MS)).json();
    },
    /** @param {{client_id: string, body: string, attachment_ids: string[]}} message */
    async send(message) {
      const body = JSON.stringify(message);
      return (await ask("messages", { method: "POST", body }, ANSWER_MS, message.client_id)).json();
    },
    /**
     * @param {string} language of the words that LINE opens with
     * @returns {Promise<import("./line.js").Way>}
     */
    async goToLine(language) {
      const body = JSON.stringify({ language });
      return (await ask("line", { method: "POST", body }, ANSWER_MS)).json();
    },
    /** @param {string} id */
    lineState: async (id) => (await ask(`line/${id}`, {}, READ_MS)).json(),
    /** @param {string} id */
    content: async (id) => (await ask(`attachments/${id}/content`, {}, 60_000)).blob(),
    /**
     * Give up an upload that will not be sent; where that fails, the server forgets it in a day.
     * @param {string} id
     */
    discard: (id) => ask(`attachments/${id}`, { method: "DELETE" }, ANSWER_MS).catch(() => {}),
    /**
     * Upload with progress (0…1), which `fetch` cannot tell.
     * @param {File} file
     * @param {(part: number) => void} progressed
     * @param {AbortSignal} signal
     * @returns {Promise<import("../store.js").AttachmentRow>}
     */
    upload(file, progressed, signal) {
      const request = new XMLHttpRequest();
      request.open("POST", "/widget/v1/attachments");
      request.setRequestHeader("Authorization", headers().Authorization);
      request.responseType = "json";
      request.upload.onprogress = ({ loaded, total }) => progressed(total ? loaded / total : 0);
      signal.addEventListener("abort", () => request.abort());
      const form = new FormData();
      form.append("file", file);
      return new Promise((resolve, reject) => {
        request.onload = () =>
          request.status < 300
            ? resolve(request.response)
            : reject(new Refusal(request.response ?? { type: "error", status: request.status }));
        request.onerror = request.onabort = () => reject(new NoAnswer());
        request.send(form);
      });
    },
  };
}
