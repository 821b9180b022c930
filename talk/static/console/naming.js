// @ts-check
/** What an operator calls a customer: changed by REST, told to every console. */
import { Refused } from "./commands.js";

/**
 * @import { CustomerRow } from "../protocol/types.js"
 *
 * @typedef {{customer: CustomerRow, version: number}} Named
 * @typedef {{name: string, version: number}} Seen
 *
 * @typedef {object} Ports
 * @property {Pick<import("./api.js").Api, "patch">} api
 * @property {(customerId: string) => number} versionOf of what is known of them
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

  /** The name as the operator sees it, and what else is known with it. @param {{customer_id: string, name: string}} row @returns {Seen} */
  seen({ customer_id, name }) {
    return { name, version: this.ports.versionOf(customer_id) };
  }

  /**
   * @param {{customer_id: string, id: string}} row the conversation beside which it is given
   * @param {Seen} seen when it began to be changed
   * @param {string|null} name null takes back what operators have said
   * @returns {Promise<Seen|null>} null when it is done; else what whoever tries again has seen
   */
  async rename({ customer_id, id }, seen, name) {
    const change = { name, conversation_id: id };
    let { version } = seen;
    for (let left = TRIES; left > 0; left -= 1) {
      const now = await this.#attempt(customer_id, { ...change, version });
      if (typeof now === "boolean") return now ? null : seen;
      if (isDone(now.customer, name)) return null; // its answer was lost
      version = now.version;
      if (now.customer.name === seen.name) continue;
      this.ports.say("conflict.name");
      return { name: now.customer.name, version };
    }
    this.ports.say("conflict.name");
    return { ...seen, version };
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
