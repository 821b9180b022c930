// @ts-check
/** Threads that are open or were a moment ago: attaching, loading, healing, reading. */
import { Healing } from "./healing.js";
import { isSyncing, newestSeq } from "./thread.js";

/**
 * @import { Change } from "./store.js"
 * @import { Desk } from "./desk.js"
 */

export class Threads {
  /** @type {Map<string, unknown>} why a thread could not be loaded */
  failures = new Map();
  /** @type {Set<string>} threads whose older messages are on their way */
  loadingOlder = new Set();
  /** @type {Map<string, number>} the newest seq that was reported as read */
  #read = new Map();

  /** @param {Desk} desk */
  constructor(desk) {
    this.desk = desk;
    this.healing = new Healing({
      isNeeded: (id) => this.#isMissingSomething(id),
      heal: (id) => this.#heal(id),
      onLost: (id, error) => this.#lose(id, error),
      setTimer: desk.ports.setTimer,
      clearTimer: desk.ports.clearTimer,
    });
  }

  get currentId() {
    return this.desk.route.conversation_id;
  }

  /**
   * The shown conversation changed.
   * @param {string|null} previous
   * @returns {Promise<void>}
   */
  async show(previous) {
    const id = this.currentId;
    if (previous && previous !== id) void this.#detach(previous);
    if (!id) return;
    this.desk.housekeeping.noteShown(id);
    if (this.desk.state.threads.has(id)) return this.attachCurrent();
    this.failures.delete(id);
    this.desk.touch(`thread:${id}`);
    const { life } = this.desk.connection;
    try {
      for (const change of await this.#fetch(id)) this.desk.dispatch(change);
      this.#revoke(id, life);
    } catch (error) {
      this.failures.set(id, error);
    }
    this.desk.touch(`thread:${id}`);
  }

  /**
   * An attachment that was granted is worth nothing if the operator went elsewhere meanwhile, or
   * the connection did: events without rows would then count as whole.
   * @param {string} id
   * @param {number} life of the connection when it was asked for
   */
  #revoke(id, life) {
    const isOld = life !== this.desk.connection.life;
    if (id === this.currentId && !isOld) return;
    this.desk.dispatch({ kind: "threads.detached", conversation_id: id });
    if (id === this.currentId) void this.attachCurrent();
  }

  /**
   * Let the present connection bring the shown thread's whole rows, and fetch what was missed.
   * @returns {Promise<void>}
   */
  async attachCurrent() {
    const id = this.currentId;
    if (!id) return;
    if (!this.desk.state.threads.has(id)) return this.show(null);
    const { life } = this.desk.connection;
    const attached = await this.#attach(id);
    if (attached && id === this.currentId && life === this.desk.connection.life) {
      this.desk.dispatch(attached);
    }
    this.healing.startAnew(id);
  }

  /** @returns {Promise<Change[]>} the shown thread, for a full fetch */
  async fetchCurrent() {
    const id = this.currentId;
    if (!id) return [];
    try {
      const changes = await this.#fetch(id);
      this.failures.delete(id);
      return changes;
    } catch (error) {
      // A conversation that is not there must not keep the rest of the desk from loading.
      this.failures.set(id, error);
      return [];
    }
  }

  /** @param {string} id */
  async loadOlder(id) {
    const thread = this.desk.state.threads.get(id);
    if (!thread?.has_more || this.loadingOlder.has(id)) return;
    this.loadingOlder.add(id);
    this.desk.touch(`thread:${id}`);
    try {
      const page = await this.desk.api.get(`conversations/${id}/messages`, {
        before_seq: thread.floor,
        limit: 50,
      });
      this.desk.dispatch({ kind: "messages.fetched", conversation_id: id, ...page });
    } catch {
      this.desk.toasts.say("error.older", { tone: "bad" });
    }
    this.loadingOlder.delete(id);
    this.desk.touch(`thread:${id}`);
  }

  settleCurrent() {
    if (this.currentId) this.settle(this.currentId);
  }

  /** Fetch what is missing, soon, if the thread is shown. @param {string} id */
  settle(id) {
    this.healing.start(id);
  }

  /** @param {string} id */
  #isMissingSomething(id) {
    const thread = this.desk.state.threads.get(id);
    return id === this.currentId && thread !== undefined && isSyncing(thread);
  }

  /** @param {string} id */
  async #heal(id) {
    const after = this.desk.state.threads.get(id)?.version;
    const changes = await this.desk.api.get(`conversations/${id}/changes`, { after });
    if (changes.complete) this.desk.dispatch({ kind: "changes.fetched", ...changes });
    // Too much has changed to be told: what it says up to is not all of it.
    else for (const change of await this.#fetch(id)) this.desk.dispatch(change);
  }

  /**
   * It was erased, or the operator sees it no longer.
   * @param {string} id
   * @param {unknown} error
   */
  #lose(id, error) {
    this.failures.set(id, error);
    this.desk.dispatch({ kind: "thread.lost", conversation_id: id });
  }

  /** It is kept no longer. @param {string} id */
  forget(id) {
    this.failures.delete(id);
    this.#read.delete(id);
  }

  /** Report that the operator has seen what the thread shows. @param {string} id */
  markRead(id) {
    const [row, thread] = [this.desk.state.conversations.get(id), this.desk.state.threads.get(id)];
    if (!row || !thread) return;
    // Words that are heard of but still missing here were seen by nobody.
    const seq = Math.min(row.customer_seq, newestSeq(thread));
    if (seq <= Math.max(row.operator_read_seq, this.#read.get(id) ?? 0)) return;
    this.#read.set(id, seq);
    this.desk.actions
      .run("conversation.read", { conversation_id: id, seq }, () =>
        this.desk.api.post(`conversations/${id}/read`, { seq }),
      )
      .catch(() => this.#read.delete(id));
  }

  /** @param {string} id @returns {Promise<Change[]>} */
  async #fetch(id) {
    const attached = await this.#attach(id);
    const fetched = await this.desk.api.get(`conversations/${id}/thread`);
    this.desk.sidebars.take(fetched, this.desk.now);
    /** @type {Change[]} */
    const changes = [{ kind: "thread.fetched", ...fetched }];
    return attached ? [...changes, attached] : changes;
  }

  /** @param {string} id @returns {Promise<Change|null>} null without a connection */
  async #attach(id) {
    try {
      const { version, context, marks } = await this.desk.connection.command("conversation.open", {
        conversation_id: id,
      });
      return { kind: "thread.attached", conversation_id: id, version, context, marks };
    } catch {
      return null;
    }
  }

  /** @param {string} id */
  async #detach(id) {
    this.desk.dispatch({ kind: "threads.detached", conversation_id: id });
    const closed = this.desk.connection.command("conversation.close", { conversation_id: id });
    await closed.catch(() => undefined);
  }
}
