// @ts-check

/** @typedef {import("../store.js").Unsent} Unsent */
/** @typedef {import("../store.js").AttachmentRow} AttachmentRow */
/** @typedef {{body: string, attachments: AttachmentRow[]}} Draft */

/** After so long nothing is sent without asking: the visitor may have settled it elsewhere. */
export const ASK_AFTER_MS = 24 * 3600 * 1000;

/**
 * What must survive a reload, a crash and being offline: the unsent text and the unsent messages.
 * One key for each message, so that two tabs cannot overwrite each other's. Where storage is
 * denied, or the visitor wants nothing stored, it lasts as long as the frame.
 * @param {() => Storage} area
 * @param {string} inbox
 * @param {string} profile
 */
export function makeKeep(area, inbox, profile) {
  // Not the loader's prefix: a site on our own origin shares this storage with the frame.
  const all = `sobani-chat:${inbox}:`;
  const own = `${all}${profile}:`;
  /** @type {Map<string, string>} */
  const memory = new Map();
  let isShut = false;
  let isForgotten = false;
  /** Whether the browser would not store what it was given last. */
  let isRefused = false;

  /** @param {string} start */
  const keysFrom = (start) =>
    [...new Set([...storedKeys(), ...memory.keys()])].filter((key) => key.startsWith(start));

  function storedKeys() {
    try {
      const storage = area();
      return Array.from({ length: storage.length }, (_, index) => storage.key(index) ?? "");
    } catch {
      return [];
    }
  }

  /** @param {string} key */
  function read(key) {
    try {
      return JSON.parse(memory.get(key) ?? area().getItem(key) ?? "null");
    } catch {
      return null;
    }
  }

  /**
   * @param {string} key
   * @param {unknown} value
   */
  function write(key, value) {
    if (isForgotten) return;
    const text = JSON.stringify(value);
    try {
      if (isShut) throw key;
      area().setItem(key, text);
      memory.delete(key);
      isRefused = false;
    } catch {
      memory.set(key, text);
      isRefused = !isShut;
    }
  }

  /** @param {string} key */
  function remove(key) {
    memory.delete(key);
    try {
      area().removeItem(key);
    } catch {
      // It was never stored.
    }
  }

  return {
    isRefused: () => isRefused,
    /** Whether what is kept outlives the frame. */
    isLasting: () => !isRefused && !isShut,
    /**
     * The messages that no server has confirmed, as they stand after a reload.
     * @param {number} now
     * @returns {Unsent[]}
     */
    unsent(now) {
      const entries = keysFrom(`${own}out:`).map(read).filter(isUnsent);
      return entries.map((entry) => {
        const isOld = now - entry.at > ASK_AFTER_MS;
        return { ...entry, reason: "", progress: isOld ? "asking" : "queued" };
      });
    },
    /** @param {Unsent} entry */
    put: (entry) => write(`${own}out:${entry.client_id}`, entry),
    /** @param {string} clientId */
    drop: (clientId) => remove(`${own}out:${clientId}`),
    /** @returns {Draft} */
    draft() {
      const draft = read(`${own}draft`);
      const isDraft = typeof draft?.body === "string" && Array.isArray(draft.attachments);
      return isDraft ? draft : { body: "", attachments: [] };
    },
    /** @param {Draft} draft */
    keepDraft(draft) {
      if (draft.body || draft.attachments.length) write(`${own}draft`, draft);
      else remove(`${own}draft`);
    },
    /** What an earlier visitor of this browser left behind. */
    forgetOthers() {
      for (const key of keysFrom(all)) if (!key.startsWith(own)) remove(key);
    },
    /** @param {boolean} to whether nothing may lie in storage */
    shut(to) {
      const moved = to ? keysFrom(all) : [...memory.keys()];
      isShut = to;
      for (const key of moved) {
        const value = read(key);
        remove(key);
        write(key, value);
      }
    },
    /** All of it and for good: a page that goes away keeps its last words, and these too are over. */
    forget() {
      isForgotten = true;
      for (const key of keysFrom(own)) remove(key);
      memory.clear();
    },
  };
}

/**
 * Whatever any visitor of the inbox has left in this browser.
 * @param {() => Storage} area
 * @param {string} inbox
 */
export const forgetAll = (area, inbox) => makeKeep(area, inbox, "").forgetOthers();

/**
 * @param {any} entry
 * @returns {entry is Unsent}
 */
function isUnsent(entry) {
  return (
    typeof entry?.client_id === "string" &&
    typeof entry.body === "string" &&
    typeof entry.at === "number" &&
    Array.isArray(entry.attachments)
  );
}
