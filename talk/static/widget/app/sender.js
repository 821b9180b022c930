// @ts-check
import { unsent } from "../store.js";
import { ASK_AFTER_MS } from "./keep.js";
import { Refusal } from "./socket.js";

const RETRY_MS = 5_000;

/** @typedef {import("../store.js").Unsent} Unsent */
/** @typedef {import("../store.js").Progress} Progress */
/**
 * @typedef {object} Ways
 * @property {import("../store.js").State} state
 * @property {(frame: import("../store.js").Frame) => void} apply
 * @property {ReturnType<typeof import("./keep.js").makeKeep>} keep
 * @property {Pick<ReturnType<typeof import("./socket.js").openSocket>, "isReady" | "ask">} socket
 * @property {Pick<ReturnType<typeof import("./api.js").makeApi>, "send" | "discard">} api
 * @property {() => boolean} isOnline
 * @property {() => void} refused the token is not valid any more
 */

/**
 * Brings the outbox to the server, oldest first, one at a time. A message keeps the client_id that
 * it was composed with, so every retry is the same message to the server.
 * @param {Ways} ways
 */
export function makeSender(ways) {
  const { state, apply, keep } = ways;
  /** Old ones that the visitor has told us to send. @type {Set<string>} */
  const allowed = new Set();
  let isFlushing = false;
  let isStopped = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  const next = () =>
    unsent(state).find(({ progress }) => progress === "queued" || progress === "unconfirmed");

  async function flush() {
    if (isFlushing || isStopped) return;
    isFlushing = true;
    clearTimeout(timer);
    for (let entry = next(); entry; entry = next()) {
      if (!(await bring(entry))) break;
    }
    isFlushing = false;
  }

  /**
   * @param {Unsent} entry
   * @returns {Promise<boolean>} whether to go on with the next one
   */
  async function bring(entry) {
    if (!ways.socket.isReady() && !ways.isOnline()) return false;
    const { client_id, body } = entry;
    if (Date.now() - entry.at > ASK_AFTER_MS && !allowed.has(client_id)) {
      mark(entry, "asking");
      return true;
    }
    mark(entry, "sending");
    const message = { client_id, body, attachment_ids: entry.attachments.map(({ id }) => id) };
    try {
      const { conversation, message: row } = await deliver(message);
      keep.drop(client_id);
      apply({ type: "stored", conversation, message: row });
      return true;
    } catch (error) {
      return refusedFor(entry, error);
    }
  }

  /** @param {{client_id: string, body: string, attachment_ids: string[]}} message */
  function deliver(message) {
    return ways.socket.isReady()
      ? ways.socket.ask("message.send", message)
      : ways.api.send(message);
  }

  /**
   * @param {Unsent} entry
   * @param {unknown} error
   */
  function refusedFor(entry, error) {
    if (isStopped) return false;
    const problem = error instanceof Refusal ? error.problem : null;
    const status = Number(problem?.status ?? 0);
    if (status >= 400 && status < 500 && status !== 401 && status !== 429) {
      mark(entry, "failed", String(problem?.code ?? ""));
      return true;
    }
    if (status === 401) ways.refused();
    const isKnownUnsent = status === 429 || status === 401;
    mark(entry, isKnownUnsent ? "queued" : "unconfirmed", String(problem?.code ?? ""));
    clearTimeout(timer);
    timer = setTimeout(flush, Math.max(RETRY_MS, Number(problem?.retry_after ?? 0) * 1000));
    return false;
  }

  /**
   * @param {Unsent} entry
   * @param {Progress} progress
   * @param {string} [reason]
   */
  function mark(entry, progress, reason) {
    apply({ type: "progress", client_id: entry.client_id, progress, reason });
  }

  return {
    flush,
    /** @param {Unsent} entry made where it was composed */
    add(entry) {
      keep.put(entry);
      apply({ type: "unsent", entry });
      return flush();
    },
    /** @param {string} clientId */
    retry(clientId) {
      allowed.add(clientId);
      apply({ type: "progress", client_id: clientId, progress: "queued" });
      return flush();
    },
    /** @param {string} clientId */
    discard(clientId) {
      const entry = state.outbox.get(clientId);
      // Of an older one the server has forgotten the files, or it has the message.
      if (entry?.progress === "failed")
        for (const { id } of entry.attachments) ways.api.discard(id);
      keep.drop(clientId);
      apply({ type: "discard", client_id: clientId });
    },
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}
