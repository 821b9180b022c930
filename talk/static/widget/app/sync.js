// @ts-check
import { heedServer } from "../../protocol/clock.js";
import { holes, olderPlace } from "../store.js";
import { Refusal } from "./socket.js";

const RETRY_MS = 3_000;
const REFUSED_MS = 30_000;

/**
 * Fetches what is missing: the whole history after a fresh start, holes between known messages,
 * and older messages when the visitor reads backwards.
 * @param {import("../store.js").State} state
 * @param {(frame: import("../store.js").Frame) => void} apply
 * @param {Pick<ReturnType<typeof import("./api.js").makeApi>, "history" | "older">} api
 * @param {() => void} refused the token is not valid any more
 */
export function makeSync(state, apply, api, refused) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  /** Holes that the server could not fill. @type {Set<string>} */
  const empty = new Set();
  let isFetching = false;
  let isBehind = true;
  let isStopped = false;

  const wanted = () => holes(state).filter((place) => !empty.has(keyOf(place)));
  const keyOf = (/** @type {import("../store.js").Place} */ place) =>
    `${place.conversation_id} ${place.before_seq}`;

  async function run() {
    if (isFetching || isStopped) return;
    isFetching = true;
    clearTimeout(timer);
    try {
      while (!isStopped && (isBehind || wanted().length > 0)) {
        if (isBehind) await fetchHistory();
        else await fill(wanted()[0]);
      }
    } catch (error) {
      again(error);
    }
    isFetching = false;
  }

  /** @param {unknown} error */
  function again(error) {
    if (isStopped) return;
    const isRefused = error instanceof Refusal && error.problem.status === 401;
    timer = setTimeout(run, isRefused ? REFUSED_MS : RETRY_MS);
    if (isRefused) refused();
  }

  async function fetchHistory() {
    isBehind = false;
    try {
      const history = await api.history();
      heedServer(history.now);
      if (!isStopped) apply({ type: "history", ...history });
    } catch (error) {
      isBehind = true;
      throw error;
    }
  }

  /** @param {import("../store.js").Place} hole */
  async function fill(hole) {
    const { messages } = await api.older(hole);
    if (isStopped) return;
    apply({ type: "older", messages });
    if (wanted().some((place) => keyOf(place) === keyOf(hole))) empty.add(keyOf(hole));
  }

  return {
    isSyncing: () => isBehind || !state.isKnown || wanted().length > 0,
    /** Fetch whatever is missing now. */
    mend: run,
    /** Everything may have changed: fetch it anew. */
    restart() {
      isBehind = true;
      empty.clear();
      return run();
    },
    async older() {
      const place = olderPlace(state);
      if (!place || isFetching || isStopped || !state.isKnown) return;
      isFetching = true;
      try {
        apply({ type: "older", messages: (await api.older(place)).messages });
      } catch {
        // The visitor scrolls again.
      }
      isFetching = false;
      run();
    },
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}
