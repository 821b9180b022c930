// @ts-check
/** Commands that wait for their answer on one socket. */

import { ANSWER_MS } from "../protocol/contract.js";

/** @import { Ports, Socket } from "./connection.js" */

/** No answer came in time, or the socket closed under the command: it may or may not have worked. */
export class Unconfirmed extends Error {}

/** There is no connection: the command was not sent. */
export class NotConnected extends Error {}

/**
 * The server refused; `problem` is its problem+json object, by REST and by socket the same. The
 * message is for logs: `problems.js` has the words for people.
 */
export class Refused extends Error {
  /** @param {any} problem */
  constructor(problem) {
    super(problem.detail || problem.title || problem.code || "refused");
    this.problem = problem;
    this.status = Number(problem.status ?? 0);
  }
}

/** @typedef {{resolve: (frame: any) => void, reject: (error: unknown) => void, timer: any}} Pending */

export class Commands {
  #number = 0;
  /** @type {Map<string, Pending>} */
  #pending = new Map();

  /** @param {Pick<Ports, "setTimer"|"clearTimer">} ports */
  constructor(ports) {
    this.ports = ports;
  }

  /**
   * @param {Socket} socket
   * @param {string} type
   * @param {Record<string, unknown>} payload
   * @returns {Promise<any>} the `ok` frame
   */
  send(socket, type, payload) {
    this.#number += 1;
    const id = String(this.#number);
    return new Promise((resolve, reject) => {
      const timer = this.ports.setTimer(
        () => this.#take(id)?.reject(new Unconfirmed(type)),
        ANSWER_MS,
      );
      this.#pending.set(id, { resolve, reject, timer });
      socket.send(JSON.stringify({ ...payload, type, id }));
    });
  }

  /** @param {{type: string, id: string}} frame an `ok` or an `error` */
  answer(frame) {
    const pending = this.#take(frame.id);
    if (frame.type === "ok") pending?.resolve(frame);
    else pending?.reject(new Refused(frame));
  }

  /** The socket is gone, and with it every answer. */
  abandon() {
    for (const id of [...this.#pending.keys()]) this.#take(id)?.reject(new Unconfirmed("closed"));
  }

  /** @param {string} id */
  #take(id) {
    const pending = this.#pending.get(id);
    if (pending) this.ports.clearTimer(pending.timer);
    this.#pending.delete(id);
    return pending;
  }
}
