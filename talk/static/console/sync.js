// @ts-check
/**
 * Keeps the store true to the server: attaches first, fetches second, so that what happens in
 * between arrives as events. A reconnection with a good resume token needs no fetch of lists.
 */
import { apply, createState } from "./store.js";

/**
 * @import { EventFrame } from "../protocol/types.js"
 * @import { Change } from "./store.js"
 * @import { Desk } from "./desk.js"
 */

/** How long the first paint waits for the socket before it goes without. */
export const PATIENCE_MS = 1500;
/** Whoever's class of data changes, changes everybody's: so many whole consoles a second. */
const RELOADS_PER_SECOND = 100;
const LEAST_SPREAD_MS = 200;

export class Sync {
  /** What is shown may be missing something: everything is to be fetched anew. */
  stale = true;
  /** @type {unknown} why the last fetch of everything failed */
  failure = null;
  /** @type {Change[]|null} changes that came while everything is being fetched */
  #buffer = null;
  #run = 0;

  /** @param {Desk} desk */
  constructor(desk) {
    this.desk = desk;
  }

  start() {
    setTimeout(() => {
      if (this.stale && this.#buffer === null) void this.reload();
    }, PATIENCE_MS);
    setInterval(() => {
      if (this.failure) void this.reload();
    }, 10_000);
  }

  /** What is shown is about to be replaced. */
  get isLoading() {
    return this.#buffer !== null;
  }

  /** @param {Change} change */
  record(change) {
    this.#buffer?.push(change);
  }

  onLink() {
    const { link } = this.desk.connection;
    if (link !== "connected") this.desk.dispatch({ kind: "threads.detached" });
    this.desk.touch("link");
  }

  /** @param {{epoch: string, resynced: boolean}} ready */
  onReady({ resynced }) {
    if (resynced) this.stale = true;
    if (this.stale) void this.reload();
    else {
      void this.desk.threads.attachCurrent();
      void this.desk.counts.fetch();
    }
    this.desk.outbox.flush();
    void this.desk.lookingBack.refresh(); // what may be seen may have changed meanwhile
  }

  /** @param {EventFrame[]} events */
  onEvents(events) {
    for (const event of events) {
      this.desk.dispatch(event);
      if (event.kind === "layout.changed") this.desk.sidebars.expire();
      const row = event.rows.message ?? event.rows.note;
      if (row?.client_id) this.desk.outbox.remove(row.client_id);
      if (event.rows.message?.sender === "customer")
        this.desk.soft.customerSpoke(row?.conversation_id);
    }
  }

  /** @param {Record<string, number>} versions */
  onHeartbeat(versions) {
    this.desk.dispatch({ kind: "versions.heard", versions });
  }

  /** @param {any} frame */
  onSoft(frame) {
    this.desk.soft.hear(frame);
  }

  /** All of it is asked for with the rights of now; of many consoles not all at the same moment. */
  onRights() {
    const { ports, state } = this.desk;
    const spread = Math.max(LEAST_SPREAD_MS, (1000 * state.operators.size) / RELOADS_PER_SECOND);
    ports.setTimer(ports.reload, ports.random() * spread);
  }

  /** Fetch everything that is shown; what was shown stays until it has come. */
  async reload() {
    this.#run += 1;
    const run = this.#run;
    this.#buffer = [];
    const attached = this.desk.connection.link === "connected";
    this.desk.touch("link");
    try {
      const changes = await this.#fetch();
      if (run !== this.#run) return;
      this.#replace(changes);
      this.stale = !attached;
      this.failure = null;
    } catch (error) {
      if (run !== this.#run) return;
      this.failure = error;
    }
    this.#buffer = null;
    this.desk.touch("*");
    void this.desk.counts.fetch();
    void this.desk.lists.loadOwn();
  }

  /** @returns {Promise<Change[]>} */
  async #fetch() {
    const { api, threads, lists } = this.desk;
    const [operators, inboxes, teams, labels, list, thread] = await Promise.all([
      api.all("operators"),
      api.all("inboxes"),
      api.all("teams"),
      api.all("labels"),
      lists.fetchFirst(),
      threads.fetchCurrent(),
    ]);
    return [{ kind: "directory.fetched", operators, inboxes, teams, labels }, list, ...thread];
  }

  /** @param {Change[]} changes */
  #replace(changes) {
    const fresh = createState();
    for (const change of changes) apply(fresh, change);
    for (const change of this.#buffer ?? []) apply(fresh, change);
    this.desk.state = fresh;
    this.desk.lists.restart();
    this.desk.threads.settleCurrent();
  }
}
