// @ts-check
/** Tells the server what has come in: it sends only so much ahead of that. */

export const ACK_EVERY = 32;
export const ACK_MS = 5_000;

export class Credit {
  #received = 0;
  #acked = 0;
  /** @type {any} */
  #timer = null;

  /**
   * @param {{setTimer: (fn: () => void, ms: number) => any, clearTimer: (timer: any) => void}} ports
   * @param {(received: number) => void} tell
   */
  constructor(ports, tell) {
    this.ports = ports;
    this.tell = tell;
  }

  /** A connection counts from its `ready`. */
  begin() {
    this.#received = 0;
    this.#acked = 0;
  }

  /** @param {number} events */
  took(events) {
    this.#received += events;
    if (this.#received - this.#acked >= ACK_EVERY) this.#ack();
    else this.#timer ??= this.ports.setTimer(() => this.#ack(), ACK_MS);
  }

  stop() {
    if (this.#timer !== null) this.ports.clearTimer(this.#timer);
    this.#timer = null;
  }

  #ack() {
    this.stop();
    this.#acked = this.#received;
    this.tell(this.#received);
  }
}
