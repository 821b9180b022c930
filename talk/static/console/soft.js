// @ts-check
/** Soft news: who is typing, who is online. Never stored, may be wrong for a while. */

/** @typedef {{who: "customer"|"operator", name: string}} Typist */

const TYPING_MS = 8000;

export class Soft {
  /** @type {Map<string, Typist>} by conversation id */
  typing = new Map();
  /** @type {Set<string>} operator ids */
  online = new Set();
  /** @type {Map<string, any>} */
  #timers = new Map();

  /**
   * @param {string} me the operator's id: their own typing, from another tab too, is no news
   * @param {(topic: string) => void} touch
   */
  constructor(me, touch) {
    this.me = me;
    this.touch = touch;
  }

  /** @param {any} frame */
  hear(frame) {
    if (frame.kind === "typing" && frame.operator_id !== this.me) this.#hearTyping(frame);
    if (frame.kind === "presence") this.#hearPresence(frame.operator_id, frame.online);
  }

  /** Words have come, so the dots go. @param {string|undefined} conversationId */
  customerSpoke(conversationId) {
    if (conversationId && this.typing.get(conversationId)?.who === "customer") {
      this.#forget(conversationId);
    }
  }

  /** @param {{conversation_id: string, who: "customer"|"operator", name: string, active: boolean}} news */
  #hearTyping({ conversation_id: id, who, name, active }) {
    if (!active) return this.#forget(id);
    clearTimeout(this.#timers.get(id));
    this.typing.set(id, { who, name });
    this.#timers.set(
      id,
      setTimeout(() => this.#forget(id), TYPING_MS),
    );
    this.touch(`soft:${id}`);
  }

  /**
   * @param {string} operatorId
   * @param {boolean} online
   */
  #hearPresence(operatorId, online) {
    if (online) this.online.add(operatorId);
    else this.online.delete(operatorId);
    this.touch("presence");
  }

  /** @param {string} id */
  #forget(id) {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
    if (this.typing.delete(id)) this.touch(`soft:${id}`);
  }
}
