// @ts-check
/**
 * The administrator's clauses of the headline: fetched when first needed, and again when they have
 * changed or after a while.
 */

/** @import { ClauseRow } from "../protocol/types.js" */

const FRESH_MS = 5 * 60_000;
const AGAIN_MS = 30_000;

export class Clauses {
  /** @type {ClauseRow[]} */
  #rules = [];
  #askedAt = Number.NEGATIVE_INFINITY;
  #isAway = false;

  /**
   * @param {object} ports
   * @param {() => Promise<ClauseRow[]>} ports.fetch
   * @param {() => void} ports.onChange
   */
  constructor(ports) {
    this.ports = ports;
  }

  /**
   * @param {number} now milliseconds
   * @returns {{rules: ClauseRow[], isAway: boolean}} away: there are none because it failed
   */
  of(now) {
    const patience = this.#isAway ? AGAIN_MS : FRESH_MS;
    if (now - this.#askedAt > patience) void this.ask(now);
    return { rules: this.#rules, isAway: this.#isAway && this.#rules.length === 0 };
  }

  /** They have changed: asked for when they are looked at next. */
  expire() {
    this.#askedAt = Number.NEGATIVE_INFINITY;
    this.ports.onChange();
  }

  /** @param {number} now @returns {Promise<void>} */
  async ask(now) {
    this.#askedAt = now;
    const rules = await this.ports.fetch().catch(() => null);
    this.#isAway = rules === null;
    this.#rules = rules ?? this.#rules;
    this.ports.onChange();
  }
}
