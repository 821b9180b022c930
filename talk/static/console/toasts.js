// @ts-check
/** Short news for the operator that needs no answer. */
import { Refused } from "./commands.js";
import { keyOf, reason } from "./problems.js";

/** @typedef {{id: number, key: string, params: Record<string, string|number>, tone: "plain"|"bad"}} Toast */

const SHOWN_MS = 7000;

export class Toasts {
  /** @type {Toast[]} */
  shown = [];
  #number = 0;

  /** @param {() => void} touch */
  constructor(touch) {
    this.touch = touch;
  }

  /**
   * @param {string} key of the text
   * @param {{params?: Record<string, string|number>, tone?: "plain"|"bad"}} [options]
   */
  say(key, { params = {}, tone = "plain" } = {}) {
    this.#number += 1;
    const toast = { id: this.#number, key, params, tone };
    this.shown = [...this.shown.slice(-2), toast];
    setTimeout(() => this.dismiss(toast.id), SHOWN_MS);
    this.touch();
  }

  /** Something that the operator did has failed. @param {unknown} error */
  complain(error) {
    if (!(error instanceof Refused)) return this.say(keyOf(error), { tone: "bad" });
    this.say("error.refused", { params: { reason: reason(error.problem) }, tone: "bad" });
  }

  /** @param {number} id */
  dismiss(id) {
    this.shown = this.shown.filter((toast) => toast.id !== id);
    this.touch();
  }
}
