// @ts-check
/** What an operator calls a customer: changed by REST, told to every console. */
import { Refused } from "./commands.js";

/**
 * @import { CustomerRow } from "../protocol/types.js"
 *
 * @typedef {{customer: CustomerRow, version: number}} Named
 *
 * @typedef {object} Ports
 * @property {Pick<import("./api.js").Api, "patch">} api
 * @property {(customerId: string) => number} versionOf what is known of them, as it was seen
 * @property {(error: unknown) => void} complain
 * @property {(key: string) => void} say
 */

const OPERATOR = "operator";
/** Member data comes in from elsewhere, too: that is no reason to ask again. */
const TRIES = 3;

export class Naming {
  /** @param {Ports} ports */
  constructor(ports) {
    this.ports = ports;
  }

  /**
   * @param {{customer_id: string, id: string}} row the conversation beside which it is given
   * @param {string} seen the name that the operator saw
   * @param {string|null} name null takes back what operators have said
   * @returns {Promise<boolean>} whether it is done, or somebody else was faster
   */
  async rename({ customer_id, id }, seen, name) {
    const change = { name, conversation_id: id };
    let version = this.ports.versionOf(customer_id);
    for (let left = TRIES; left > 0; left -= 1) {
      const now = await this.#attempt(customer_id, { ...change, version });
      if (typeof now === "boolean") return now;
      if (isDone(now.customer, name)) return true; // its answer was lost
      if (now.customer.name !== seen) break;
      version = now.version;
    }
    this.ports.say("conflict.name");
    return true;
  }

  /**
   * @param {string} customerId
   * @param {object} change
   * @returns {Promise<boolean|Named>} whether it was done; how it is now when that was not seen
   */
  async #attempt(customerId, change) {
    try {
      await this.ports.api.patch(`customers/${customerId}`, change);
      return true;
    } catch (error) {
      const { problem } = error instanceof Refused ? error : { problem: null };
      if (problem?.code === "conflict" && problem.customer) {
        return { customer: problem.customer, version: Number(problem.version) };
      }
      this.ports.complain(error);
      return false;
    }
  }
}

/** @param {CustomerRow} customer @param {string|null} name */
function isDone(customer, name) {
  const source = customer.traits.name?.source;
  return name === null ? source !== OPERATOR : source === OPERATOR && customer.name === name;
}

/**
 * What would be shown if the name that an operator gave were taken back.
 * @param {CustomerRow} customer
 * @returns {{value: string, source: string}|null} null when no operator gave one
 */
export function nameBefore({ traits }) {
  const known = traits.name;
  if (known?.source !== OPERATOR) return null;
  const [first] = (known.others ?? []).filter(({ source }) => source !== OPERATOR);
  return first ? { value: String(first.value), source: first.source } : { value: "", source: "" };
}
