// @ts-check
import { newId } from "../id.js";

const BATCH = 10;
const BATCH_CHARACTERS = 20_000; // at most 3 bytes each: within the server's 64 KiB
const WAIT_MS = 2000;
const RETRY_MS = 15_000;
const KEPT = 100;

/** @typedef {{id: string, kind: string, at: string, [fact: string]: unknown}} Activity */
/**
 * @typedef {object} Way how activities leave the page
 * @property {() => boolean} ready whether there is a token to send with
 * @property {(batch: Activity[]) => Promise<boolean>} send false: try again later
 * @property {(batch: Activity[]) => boolean} beacon for a page that is going away
 * @property {import("./drawer.js").Drawer} drawer
 */

/**
 * Collect what the visitor does and send it in batches. An activity keeps its id over every
 * retry, so the server counts it once; what could not leave waits in storage, the oldest go first.
 * @param {Way} way
 */
export function makeTracker(way) {
  /** @type {Activity[]} */
  let waiting = [];
  /** @type {Activity[]} */
  let flying = [];
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  /** @param {Activity[]} all the oldest first; a batch that failed twice is still one */
  function keep(all) {
    const each = new Map(all.map((activity) => [activity.id, activity]));
    if (each.size) way.drawer.set("queue", JSON.stringify([...each.values()].slice(-KEPT)));
  }

  /** @returns {Activity[]} */
  function stored() {
    try {
      const kept = JSON.parse(way.drawer.get("queue") ?? "[]");
      return Array.isArray(kept) ? kept : [];
    } catch {
      return [];
    }
  }

  function recall() {
    waiting = [...stored(), ...waiting].slice(-KEPT);
    way.drawer.remove("queue");
  }

  /** @param {number} wait */
  function schedule(wait) {
    timer ??= setTimeout(() => {
      timer = undefined;
      flush();
    }, wait);
  }

  function nextBatch() {
    let size = 0;
    const fits = waiting.findIndex((activity, index) => {
      size += JSON.stringify(activity).length;
      return index >= BATCH || (index > 0 && size > BATCH_CHARACTERS);
    });
    return waiting.splice(0, fits < 0 ? waiting.length : fits);
  }

  async function flush() {
    if (flying.length || !way.ready()) return;
    clearTimeout(timer);
    timer = undefined;
    recall();
    flying = nextBatch();
    if (!flying.length) return;
    const done = await way.send(flying);
    const batch = flying;
    flying = [];
    if (!done) keep([...batch, ...stored()]);
    if (!done || waiting.length) schedule(done ? 0 : RETRY_MS);
  }

  return {
    /**
     * @param {string} kind
     * @param {object} facts
     * @returns {string} its id
     */
    add(kind, facts) {
      const id = newId();
      const text = JSON.stringify({ id, kind, at: new Date().toISOString(), ...facts });
      if (text.length > BATCH_CHARACTERS) {
        console.warn("sobani: too big:", kind);
        return "";
      }
      // A copy: the page may go on changing the object it gave us.
      waiting = [...waiting, JSON.parse(text)].slice(-KEPT);
      if (waiting.length >= BATCH) flush();
      else schedule(WAIT_MS);
      return id;
    },
    flush,
    /** Hand everything to the browser, which sends it after the page is gone. */
    leave() {
      recall();
      waiting = [...flying, ...waiting];
      while (waiting.length) {
        const batch = nextBatch();
        if (!way.ready() || !way.beacon(batch)) keep([...stored(), ...batch]);
      }
    },
    forget() {
      waiting = [];
      flying = [];
      way.drawer.remove("queue");
    },
  };
}
