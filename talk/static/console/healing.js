// @ts-check
/** Fetches what a shown thread is known to miss: soon, less and less often, never for nobody. */

/** A change's own event is usually a moment behind the answer that told of it. */
export const HEAL_AFTER_MS = 250;
export const HEAL_RETRY_MS = 3_000;
export const HEAL_RETRY_MOST_MS = 60_000;

export class Healing {
  /** @type {Map<string, any>} by thread, the timer or `true` while it is being fetched */
  #running = new Map();
  /** @type {Map<string, number>} by thread, how often in a row it failed */
  #failed = new Map();

  /**
   * @param {object} ports
   * @param {(id: string) => boolean} ports.isNeeded whether it is shown and misses something
   * @param {(id: string) => Promise<void>} ports.heal
   * @param {(id: string, error: unknown) => void} ports.onLost there is no such thread any more
   * @param {(fn: () => void, ms: number) => any} ports.setTimer
   * @param {(timer: any) => void} ports.clearTimer
   */
  constructor(ports) {
    this.ports = ports;
  }

  /** @param {string} id */
  start(id) {
    if (!this.#running.has(id) && this.ports.isNeeded(id)) this.#later(id, HEAL_AFTER_MS);
  }

  /** The connection is back, or the operator: there is no reason to go on waiting. @param {string} id */
  startAnew(id) {
    this.#failed.delete(id);
    const timer = this.#running.get(id);
    if (timer === true) return;
    this.ports.clearTimer(timer);
    this.#running.delete(id);
    this.start(id);
  }

  /**
   * @param {string} id
   * @param {number} ms
   */
  #later(id, ms) {
    this.#running.set(
      id,
      this.ports.setTimer(() => void this.#heal(id), ms),
    );
  }

  /** @param {string} id */
  async #heal(id) {
    this.#running.delete(id);
    if (!this.ports.isNeeded(id)) return;
    this.#running.set(id, true);
    try {
      await this.ports.heal(id);
      this.#end(id);
      this.start(id);
    } catch (error) {
      this.#fail(id, error);
    }
  }

  /** @param {string} id */
  #end(id) {
    this.#running.delete(id);
    this.#failed.delete(id);
  }

  /**
   * @param {string} id
   * @param {unknown} error
   */
  #fail(id, error) {
    const { status } = /** @type {{status?: number}} */ (error);
    if (status === 403 || status === 404) {
      this.#end(id);
      return this.ports.onLost(id, error);
    }
    const failed = this.#failed.get(id) ?? 0;
    this.#failed.set(id, failed + 1);
    this.#later(id, Math.min(HEAL_RETRY_MS * 2 ** failed, HEAL_RETRY_MOST_MS));
  }
}
