// @ts-check
/**
 * The operator's desk: the store with everything that feeds it. Components read from it, call its
 * parts, and are told by topic what changed: `list`, `thread:<id>`, `context:<customer id>`,
 * `directory`, `link`, `outbox:<conversation id>`, `uploads:<conversation id>`,
 * `soft:<conversation id>`, `route`, `clock`, `toast`, `prefs`, `headline`, `then`, and `*` for
 * everything.
 */
import { serverNow } from "../protocol/clock.js";
import { Actions } from "./actions.js";
import { Clauses } from "./clauses.js";
import { Connection } from "./connection.js";
import { Counts } from "./counts.js";
import { Drafts } from "./drafts.js";
import { Housekeeping, SWEEP_MS } from "./housekeeping.js";
import { newId } from "./ids.js";
import { forgetOld, forgetOwn } from "./leftovers.js";
import { Likenesses } from "./likenesses.js";
import { Lists } from "./lists.js";
import { LookingBack } from "./looking-back.js";
import { Marks } from "./marks.js";
import { Naming } from "./naming.js";
import { Outbox } from "./outbox.js";
import { Reveals } from "./reveals.js";
import { Sidebars } from "./sidebars.js";
import { Soft } from "./soft.js";
import { apply, createState } from "./store.js";
import { Sync } from "./sync.js";
import { Threads } from "./threads.js";
import { Toasts } from "./toasts.js";
import { Topics } from "./topics.js";
import { Uploads } from "./uploads.js";
import { keptIn, Ways } from "./ways.js";

/**
 * @import { Api } from "./api.js"
 * @import { Ports } from "./connection.js"
 * @import { Route } from "./router.js"
 * @import { Store } from "./storage.js"
 * @import { Change } from "./store.js"
 * @import { ConversationRow, OperatorRow } from "../protocol/types.js"
 *
 * @typedef {Ports & {reload: () => void}} DeskPorts
 */

export const TICK_MS = 15_000;

export class Desk {
  state = createState();
  now = serverNow();
  /** @type {Map<string, number>} when, by conversation, its customer's newest words came in */
  heardAt = new Map();
  /** @type {Map<string, number>} when, by conversation, somebody else last changed its status */
  turnedAt = new Map();
  #isWarned = false;
  #topics = new Topics(() => this.#refreshNow());

  /**
   * @param {object} parts
   * @param {OperatorRow} parts.me
   * @param {Api} parts.api
   * @param {DeskPorts} parts.ports
   * @param {Store} parts.store
   * @param {Route} parts.route
   */
  constructor({ me, api, ports, store, route }) {
    this.me = me;
    this.api = api;
    this.ports = ports;
    this.route = route;
    this.store = store;
    this.toasts = new Toasts(() => this.touch("toast"));
    this.soft = new Soft(me.id, (topic) => this.touch(topic));
    this.drafts = new Drafts(store, me.id, newId, () => this.#warnOfLoss());
    this.uploads = new Uploads({
      upload: (id, file, watch) => api.upload(id, file, watch),
      discard: (path) => api.delete(path),
      onChange: (id) => this.touch(`uploads:${id}`),
      onDone: (id, file) => this.drafts.attach(id, file),
    });
    this.counts = new Counts({
      me: me.id,
      inboxId: () => this.route.inbox_id,
      fetch: (inbox_id) => api.get("conversation-counts", { inbox_id }),
      onChange: () => this.touch("list"),
      setTimer: ports.setTimer,
      random: ports.random,
    });
    this.sidebars = new Sidebars({
      fetch: (id) => api.get(`conversations/${id}/sidebar`),
      onChange: (row) => this.touch(`context:${row.customer_id}`),
      onExpiry: () => this.#takeLayoutsOver(),
      operators: () => this.state.operators.size,
      setTimer: ports.setTimer,
      random: ports.random,
    });
    this.reveals = new Reveals({
      ask: (id, asked) => api.post(`customers/${id}/reveal`, asked),
      onChange: (id) => this.touch(`context:${id}`),
      setTimer: ports.setTimer,
      now: () => Date.now(),
    });
    this.likenesses = new Likenesses({
      fetch: (id) => api.get(`customers/${id}/candidates`),
      onChange: (id) => this.touch(`context:${id}`),
    });
    this.clauses = new Clauses({
      fetch: () => api.all("headline"),
      onChange: () => this.touch("headline"),
    });
    this.lookingBack = new LookingBack({
      fetch: (id) => api.get(`messages/${id}/context`),
      onChange: () => this.touch("then"),
      setTimer: ports.setTimer,
    });
    this.marks = new Marks({
      api,
      known: (id) => this.state.marks.get(id),
      onRow: (marks) => this.dispatch({ kind: "rows.received", rows: { marks } }),
      complain: (error) => this.actions.complain(error),
      say: (key) => this.toasts.say(key, { tone: "bad" }),
      newId,
    });
    this.naming = new Naming({
      api,
      versionOf: (id) => this.state.contexts.get(id)?.member_version ?? 0,
      complain: (error) => this.actions.complain(error),
      say: (key) => this.toasts.say(key, { tone: "bad" }),
    });
    this.housekeeping = new Housekeeping(this);
    this.ways = new Ways({
      ...keptIn(store, me.id),
      send: (change) => api.patch("me/pane", change),
      onChange: () => this.touch("prefs"),
    });
    this.lists = new Lists(this);
    this.threads = new Threads(this);
    this.actions = new Actions(this);
    this.sync = new Sync(this);
    this.connection = new Connection(ports, this.sync);
    this.outbox = new Outbox({
      store,
      operatorId: me.id,
      now: () => Date.now(),
      send: (entry) => this.actions.send(entry),
      onChange: (id) => this.touch(`outbox:${id}`),
      onUnkept: () => this.#warnOfLoss(),
    });
  }

  /** Layouts, links or clauses of the headline have changed. */
  #takeLayoutsOver() {
    this.clauses.expire();
    const row = this.state.conversations.get(this.route.conversation_id ?? "");
    if (row) this.touch(`context:${row.customer_id}`);
  }

  start() {
    forgetOld(this.store, this.me.id, Date.now());
    this.outbox.load();
    this.connection.start();
    this.sync.start();
    setInterval(() => this.tick(), TICK_MS);
    setInterval(() => this.housekeeping.sweep(), SWEEP_MS);
  }

  tick() {
    this.now = serverNow();
    this.touch("clock");
    if (this.connection.link === "connected") this.outbox.flush();
  }

  /** The only way to write the store. @param {Change} change */
  dispatch(change) {
    const touched = apply(this.state, change);
    this.sync.record(change);
    for (const [id, before] of touched.conversations) {
      const row = /** @type {ConversationRow} */ (this.state.conversations.get(id));
      if (before && row.customer_seq > before.customer_seq) this.heardAt.set(id, Date.now());
      if (before && row.status !== before.status && !this.actions.pending.has(id)) {
        this.turnedAt.set(id, Date.now());
      }
      this.lists.update(before, row);
      if (before || "type" in change) {
        this.counts.update(before, row, change.kind === "conversation.created");
      }
      this.touch("list", `thread:${id}`);
    }
    for (const id of touched.threads) {
      this.touch(`thread:${id}`);
      this.threads.settle(id);
      this.#confirmSent(id);
    }
    for (const id of touched.contexts) this.touch(`context:${id}`);
    if (touched.directory) this.touch("directory");
  }

  /** What the thread has, the server has: it need not be sent again. @param {string} id */
  #confirmSent(id) {
    const waiting = this.outbox.of(id);
    const thread = waiting.length > 0 && this.state.threads.get(id);
    if (!thread) return;
    const there = new Set(
      [...thread.messages.values(), ...thread.notes.values()].map((row) => row.client_id),
    );
    for (const { client_id } of waiting) if (there.has(client_id)) this.outbox.remove(client_id);
  }

  /**
   * @param {(changed: Set<string>) => void} subscriber
   * @returns {() => void} ends the subscription
   */
  subscribe(subscriber) {
    return this.#topics.subscribe(subscriber);
  }

  /** @param {...string} topics */
  touch(...topics) {
    this.#topics.touch(topics);
  }

  /** How much that was written here has not been sent, in other tabs as well; it goes with `forgetWritten`. */
  get unsent() {
    return this.drafts.count + this.outbox.count;
  }

  /** The operator leaves the machine to somebody else: nothing that is on its way may come back. */
  forgetWritten() {
    this.outbox.forget();
    this.uploads.forget();
    forgetOwn(this.store, this.me.id);
    this.drafts.shelf.unkept.clear();
  }

  /** Whether leaving the page loses words that the browser has no room for. */
  get wouldLoseWords() {
    return this.drafts.shelf.unkept.size + this.outbox.shelf.unkept.size > 0;
  }

  #warnOfLoss() {
    if (!this.#isWarned) this.toasts.say("storage.full", { tone: "bad" });
    this.#isWarned = true;
  }

  #refreshNow() {
    this.now = serverNow();
  }
}
