// @ts-check
/** Soft news: who is typing. Never stored, may be wrong for a while. */

/** @typedef {{who: "customer"|"operator", name: string}} Typist */

const TYPING_MS = 8000;

export class Soft {
  /** @type {Map<string, Typist>} by conversation id */
  typing = new Map();
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

  /** @param {string} id */
  #forget(id) {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
    if (this.typing.delete(id)) this.touch(`soft:${id}`);
  }
}
