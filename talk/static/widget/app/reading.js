// @ts-check
import { unreported } from "../store.js";

/**
 * Tells the server what the visitor has seen: shown, in a visible tab, read to the end.
 * @param {import("../store.js").State} state
 * @param {(frame: import("../store.js").Frame) => void} apply
 * @param {Pick<ReturnType<typeof import("./socket.js").openSocket>, "isReady" | "ask">} socket
 */
export function makeReading(state, apply, socket) {
  /** What this connection was told already. @type {Set<string>} */
  const reported = new Set();

  return {
    look() {
      for (const { conversation_id, seq } of newestOfEach()) {
        const key = `${conversation_id} ${seq}`;
        if ((state.seen.get(conversation_id) ?? 0) < seq)
          apply({ type: "seen", conversation_id, seq });
        if (reported.has(key) || !socket.isReady()) continue;
        reported.add(key);
        // Lost with the connection, it is said again on the next one.
        socket.ask("conversation.read", { conversation_id, seq }).catch(() => {});
      }
    },
    restart: () => reported.clear(),
  };

  function newestOfEach() {
    return new Map(unreported(state).map((row) => [row.conversation_id, row])).values();
  }
}
