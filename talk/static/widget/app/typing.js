// @ts-check
import { conversations } from "../store.js";

const EVERY_MS = 3_000;
const IDLE_MS = 5_000;
const FORGET_MS = 8_000;

/**
 * Who is writing, both ways. It may get lost and must not get in the way.
 * @param {import("../store.js").State} state
 * @param {(frame: import("../store.js").Frame) => void} apply
 * @param {Pick<ReturnType<typeof import("./socket.js").openSocket>, "isReady" | "ask">} socket
 */
export function makeTyping(state, apply, socket) {
  let isWriting = false;
  let toldAt = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let idle;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let forgetting;

  /** @param {boolean} active */
  function tell(active) {
    const current = conversations(state).at(-1);
    if (!current || !socket.isReady()) return;
    socket.ask("typing", { conversation_id: current.id, active }).catch(() => {});
  }

  /** @param {boolean} writes */
  function write(writes) {
    clearTimeout(idle);
    if (writes) idle = setTimeout(() => write(false), IDLE_MS);
    const now = Date.now();
    if (writes === isWriting && !(writes && now - toldAt > EVERY_MS)) return;
    isWriting = writes;
    toldAt = now;
    tell(writes);
  }

  return {
    write,
    /** The operator's last word on it may never come. */
    heard() {
      clearTimeout(forgetting);
      const frame = { kind: "typing", who: "operator", active: false };
      forgetting = setTimeout(() => apply({ type: "soft", ...frame }), FORGET_MS);
    },
    stop() {
      clearTimeout(idle);
      clearTimeout(forgetting);
    },
  };
}
