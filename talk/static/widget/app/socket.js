// @ts-check
import { ANSWER_MS, PROTOCOL, READY_MS, SILENCE_MS } from "../../protocol/contract.js";
import { Credit } from "../../protocol/credit.js";
import { afterClose } from "../../protocol/reconnect.js";

/** @typedef {{type: string, [member: string]: any}} Wire a frame as it travels */
/**
 * @typedef {object} Told
 * @property {(frame: Wire) => void} frame an event or soft news
 * @property {(resynced: boolean, restarted: boolean) => void} ready `restarted`: history was restored
 * @property {(connection: import("../store.js").Connection) => void} connection
 * @property {() => void} refused the token is not valid any more
 * @property {(versions: Record<string, number>) => void} beat
 */

/** The command was not answered in time, or the socket went away: it may have been carried out. */
export class NoAnswer extends Error {}

/** The server's refusal, with its problem object. */
export class Refusal extends Error {
  /** @param {Wire} problem */
  constructor(problem) {
    super(problem.detail ?? problem.title);
    this.problem = problem;
  }
}

/**
 * The visitor's socket: says hello, resumes, gives credit, notices silence, comes back.
 * @param {string} address
 * @param {() => {inbox: string, token: string}} who asked at each hello: tokens change
 * @param {Told} told
 * @param {typeof WebSocket} [Socket]
 */
export function openSocket(address, who, told, Socket = WebSocket) {
  /** @type {WebSocket | null} */
  let socket = null;
  /** @type {string | null} */
  let resume = null;
  let epoch = "";
  let isReady = false;
  let isEnded = false;
  let failures = 0;
  let lastId = 0;
  /** @type {Map<string, {resolve: (frame: Wire) => void, reject: (error: Error) => void, timer: ReturnType<typeof setTimeout>}>} */
  const asked = new Map();
  /** @type {Record<string, ReturnType<typeof setTimeout> | undefined>} */
  const timers = {};
  const credit = new Credit(
    { setTimer: (fn, ms) => setTimeout(fn, ms), clearTimer: (timer) => clearTimeout(timer) },
    (n) => socket?.send(JSON.stringify({ type: "ack", n })),
  );

  /**
   * @param {string} name
   * @param {number} wait
   * @param {() => void} work
   */
  function later(name, wait, work) {
    clearTimeout(timers[name]);
    timers[name] = setTimeout(work, wait);
  }

  function connect() {
    if (isEnded || socket) return;
    told.connection("connecting");
    const fresh = new Socket(address);
    socket = fresh;
    fresh.onopen = () => fresh.send(JSON.stringify(hello()));
    fresh.onmessage = ({ data }) => socket === fresh && hear(data);
    fresh.onclose = (event) => socket === fresh && lost(event);
    watchSilence(READY_MS);
  }

  const hello = () => ({ type: "hello", protocol: PROTOCOL, ...who(), resume });

  function watchSilence(wait = SILENCE_MS) {
    later("silence", wait, () => drop({ code: 4000, reason: "" }));
  }

  /** @param {string} data */
  function hear(data) {
    watchSilence();
    for (const frame of [JSON.parse(data)].flat()) take(frame);
  }

  /** @param {Wire} frame */
  function take(frame) {
    if (frame.type === "ready") return begin(frame);
    if (frame.type === "ok" || frame.type === "error") return answer(frame);
    if (frame.type === "heartbeat") {
      resume = frame.resume ?? resume;
      told.beat(frame.versions ?? {});
    }
    if (frame.type === "event") credit.took(1);
    if (frame.type === "event" || frame.type === "soft") told.frame(frame);
  }

  /** @param {Wire} ready */
  function begin(ready) {
    isReady = true;
    failures = 0;
    credit.begin();
    resume = ready.resume ?? null;
    const isOther = epoch !== "" && epoch !== ready.epoch;
    epoch = ready.epoch;
    told.connection("live");
    told.ready(ready.resynced, isOther);
  }

  /** @param {Wire} frame */
  function answer(frame) {
    const question = asked.get(frame.id);
    if (!question) return;
    asked.delete(frame.id);
    clearTimeout(question.timer);
    if (frame.type === "ok") question.resolve(frame);
    else question.reject(new Refusal(frame));
  }

  /**
   * Let go of a socket that may be dead: its own close event could take minutes.
   * @param {{code: number, reason: string}} why
   */
  function drop(why) {
    const old = socket;
    if (!old) return;
    letGo(old);
    lost(why);
  }

  /** @param {WebSocket} old */
  function letGo(old) {
    old.onmessage = old.onclose = null;
    old.close();
  }

  function giveUpAll() {
    for (const id of [...asked.keys()]) giveUp(id);
  }

  /** @param {{code: number, reason: string}} closed */
  function lost(closed) {
    socket = null;
    isReady = false;
    clearTimeout(timers.silence);
    credit.stop();
    giveUpAll();
    if (isEnded) return;
    const next = afterClose({ ...closed, attempt: failures, random: Math.random });
    if (next.action === "outdated" || next.action === "forbidden") return end("refused");
    if (next.forget) resume = null;
    if (next.action !== "retry") told.refused();
    told.connection(globalThis.navigator?.onLine === false ? "offline" : "waiting");
    later("connect", next.delay_ms, connect);
    failures += 1;
  }

  /** @param {string} id */
  function giveUp(id) {
    const question = asked.get(id);
    asked.delete(id);
    clearTimeout(question?.timer);
    question?.reject(new NoAnswer());
  }

  /** @param {import("../store.js").Connection} connection */
  function end(connection) {
    isEnded = true;
    told.connection(connection);
  }

  return {
    connect,
    isReady: () => isReady,
    /** Try at once: the network is back, or somebody looks. */
    hurry() {
      if (!socket) later("connect", Math.random() * 500, connect);
    },
    /** The network is gone; waiting for the socket to find out would take long. */
    networkLost: () => drop({ code: 4000, reason: "" }),
    /** Come back with the token of now: what the old one was told is not resumed. */
    renew() {
      resume = null;
      isEnded = false;
      drop({ code: 4000, reason: "" });
      later("connect", 0, connect);
    },
    /**
     * Send a command; rejects with `Refusal`, or with `NoAnswer` after 5 s.
     * @param {string} type
     * @param {object} members
     * @returns {Promise<Wire>}
     */
    ask(type, members) {
      lastId += 1;
      const id = `${lastId}`;
      const answered = new Promise((resolve, reject) => {
        const timer = setTimeout(() => giveUp(id), ANSWER_MS);
        asked.set(id, { resolve, reject, timer });
      });
      if (isReady) socket?.send(JSON.stringify({ type, id, ...members }));
      else giveUp(id);
      return /** @type {Promise<Wire>} */ (answered);
    },
    /** For good: nothing is told any more, and whoever waits for an answer gets none. */
    close() {
      isEnded = true;
      isReady = false;
      for (const timer of Object.values(timers)) clearTimeout(timer);
      credit.stop();
      if (socket) letGo(socket);
      socket = null;
      giveUpAll();
    },
  };
}
