// @ts-check
/**
 * The life of the console's socket: ticket, hello, resume, heartbeat watch, credit, reconnection.
 * Knows nothing of what the events mean. Socket, timers and chance come from outside (`Ports`), so
 * it runs under node with fakes.
 */
import { PROTOCOL, READY_MS, SILENCE_MS } from "../protocol/contract.js";
import { Credit } from "../protocol/credit.js";
import { afterClose } from "../protocol/reconnect.js";
import { Commands, NotConnected } from "./commands.js";

/**
 * @import { EventFrame } from "../protocol/types.js"
 *
 * @typedef {"connecting"|"connected"|"reconnecting"|"offline"|"loggedout"|"outdated"|"forbidden"} Link
 *
 * @typedef {object} Socket the part of WebSocket that is used
 * @property {(text: string) => void} send
 * @property {(code?: number, reason?: string) => void} close
 * @property {((event: any) => void)|null} onopen
 * @property {((event: any) => void)|null} onmessage
 * @property {((event: any) => void)|null} onclose
 *
 * @typedef {object} Ports
 * @property {() => Socket} makeSocket
 * @property {() => Promise<{ticket: string, delay_ms: number}>} fetchTicket rejects with `{status}`
 * @property {(fn: () => void, ms: number) => any} setTimer
 * @property {(timer: any) => void} clearTimer
 * @property {() => number} now milliseconds
 * @property {() => number} random
 *
 * @typedef {object} Listener
 * @property {() => void} onLink the link's state changed
 * @property {(ready: {epoch: string, resynced: boolean}) => void} onReady
 * @property {(events: EventFrame[]) => void} onEvents those of one frame, in order
 * @property {(versions: Record<string, number>) => void} onHeartbeat
 * @property {(frame: any) => void} onSoft
 * @property {() => void} onRights they are others now: what is shown may not be seen any more
 */

export const OFFLINE_RETRY_MS = 30_000;

export class Connection {
  /** @type {Link} */
  link = "connecting";
  /** @type {number|null} when the next attempt begins, in milliseconds */
  retry_at = null;
  /** @type {string|null} */
  resume = null;
  /** Attempts in a row that never became ready. */
  attempt = 0;
  /** Grows with every socket that is let go: what an older one granted no longer holds. */
  life = 0;
  /** @type {Socket|null} */
  #socket = null;
  /** @type {object|null} the newest attempt; an older one that wakes up late gives way */
  #opening = null;
  /** @type {Record<"retry"|"silence", any>} */
  #timers = { retry: null, silence: null };
  #stopped = true;
  /** Rights have changed, or the session is over: whoever gets a ticket still begins anew. */
  #isRevoked = false;
  #commands;
  #credit;

  /**
   * @param {Ports} ports
   * @param {Listener} listener
   */
  constructor(ports, listener) {
    this.ports = ports;
    this.listener = listener;
    this.#commands = new Commands(ports);
    this.#credit = new Credit(ports, (n) => this.#socket?.send(JSON.stringify({ type: "ack", n })));
  }

  start() {
    this.#stopped = false;
    void this.#open();
  }

  stop() {
    this.#stopped = true;
    this.#drop();
  }

  /** Try at once instead of waiting: the network came back, or the operator asked. */
  retryNow() {
    if (this.#stopped || this.link === "connected" || this.link === "connecting") return;
    void this.#open();
  }

  /** The browser says that there is no network. It may err, so attempts go on behind the sign. */
  wentOffline() {
    if (this.#stopped) return;
    this.#drop();
    this.#wait(OFFLINE_RETRY_MS, "offline");
  }

  /**
   * Send a command and wait for its answer.
   * @param {string} type
   * @param {Record<string, unknown>} [payload]
   * @returns {Promise<any>} the `ok` frame; rejects with Refused, Unconfirmed or NotConnected
   */
  command(type, payload = {}) {
    const socket = this.#socket;
    if (this.link !== "connected" || !socket) return Promise.reject(new NotConnected(type));
    return this.#commands.send(socket, type, payload);
  }

  async #open() {
    this.#drop();
    const mine = {};
    this.#opening = mine;
    this.#setLink("connecting");
    try {
      const { ticket, delay_ms } = await this.ports.fetchTicket();
      if (delay_ms > 0)
        await new Promise((done) => this.ports.setTimer(() => done(null), delay_ms));
      if (this.#opening !== mine) return;
      if (this.#isRevoked) this.listener.onRights();
      else this.#begin(this.ports.makeSocket(), ticket);
    } catch (error) {
      if (this.#opening === mine)
        this.#withoutTicket(/** @type {{status?: number}} */ (error).status);
    }
  }

  /** @param {number|undefined} status */
  #withoutTicket(status) {
    if (status === 401 || status === 403) this.#setLink("loggedout");
    else this.#closed(1006, "");
  }

  /**
   * @param {Socket} socket
   * @param {string} ticket
   */
  #begin(socket, ticket) {
    this.#socket = socket;
    this.#heard();
    const hello = { type: "hello", protocol: PROTOCOL, ticket, resume: this.resume };
    socket.onopen = () => socket.send(JSON.stringify(hello));
    socket.onmessage = (event) => {
      if (this.#socket === socket) this.#receive(event.data);
    };
    socket.onclose = (event) => {
      if (this.#socket === socket) this.#closed(event.code, event.reason ?? "");
    };
  }

  /** @param {string} text */
  #receive(text) {
    this.#heard();
    const parsed = JSON.parse(text);
    /** @type {EventFrame[]} */
    let events = [];
    for (const frame of Array.isArray(parsed) ? parsed : [parsed]) {
      if (frame.type === "event") {
        events.push(frame);
        continue;
      }
      this.#deliver(events);
      events = [];
      this.#handle(frame);
    }
    this.#deliver(events);
  }

  /** @param {EventFrame[]} events */
  #deliver(events) {
    if (events.length === 0) return;
    try {
      this.listener.onEvents(events);
    } finally {
      this.#credit.took(events.length);
    }
  }

  /** @param {any} frame */
  #handle(frame) {
    if (frame.type === "ok" || frame.type === "error") this.#commands.answer(frame);
    else if (frame.type === "ready") this.#ready(frame);
    else if (frame.type === "soft") this.listener.onSoft(frame);
    else if (frame.type === "heartbeat") {
      this.resume = frame.resume ?? this.resume;
      this.listener.onHeartbeat(frame.versions ?? {});
    }
  }

  /** @param {{epoch: string, resume: string, resynced: boolean}} frame */
  #ready(frame) {
    this.resume = frame.resume;
    this.attempt = 0;
    this.#credit.begin();
    this.#setLink("connected");
    this.#heard();
    this.listener.onReady({ epoch: frame.epoch, resynced: frame.resynced });
  }

  #heard() {
    this.#clear("silence");
    const patience = this.link === "connected" ? SILENCE_MS : READY_MS;
    this.#timers.silence = this.ports.setTimer(() => this.#closed(1006, ""), patience);
  }

  /**
   * @param {number} code
   * @param {string} reason
   */
  #closed(code, reason) {
    this.#drop();
    const next = afterClose({ code, reason, attempt: this.attempt, random: this.ports.random });
    this.attempt += 1;
    if (next.forget) this.resume = null;
    if (next.action === "ended") {
      this.#isRevoked = true;
      void this.#open();
    } else if (next.action === "forbidden" || next.action === "outdated")
      this.#setLink(next.action);
    else this.#wait(next.delay_ms, "reconnecting"); // each attempt brings a ticket of its own
  }

  /**
   * @param {number} ms
   * @param {Link} link
   */
  #wait(ms, link) {
    this.retry_at = this.ports.now() + ms;
    this.#timers.retry = this.ports.setTimer(() => void this.#open(), ms);
    this.#setLink(link);
  }

  /** Let go of the socket, of every timer and of every waiting command. */
  #drop() {
    const socket = this.#socket;
    this.#socket = null;
    this.#opening = null;
    this.life += 1;
    this.retry_at = null;
    for (const name of /** @type {const} */ (["retry", "silence"])) this.#clear(name);
    this.#credit.stop();
    this.#commands.abandon();
    socket?.close();
  }

  /** @param {"retry"|"silence"} name */
  #clear(name) {
    if (this.#timers[name] !== null) this.ports.clearTimer(this.#timers[name]);
    this.#timers[name] = null;
  }

  /** @param {Link} link */
  #setLink(link) {
    this.link = link;
    this.listener.onLink();
  }
}
