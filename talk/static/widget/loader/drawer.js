// @ts-check

/** `kept` stays: the words that it tells of lie in storage. */
const KEYS = ["token", "next", "member", "consent", "queue", "shim", "open"];

/**
 * @typedef {object} Drawer
 * @property {(key: string) => string | null} get
 * @property {(key: string, value: string) => void} set
 * @property {(key: string) => void} remove
 * @property {(to: boolean) => void} shut true: nothing lies in storage, all of it lives in memory
 */

/**
 * Storage that never throws: where it is denied or full, values live in memory until the page goes.
 * @param {string} prefix
 * @param {() => Storage} area read each time: merely naming `localStorage` throws where it is denied
 * @returns {Drawer}
 */
export function openDrawer(prefix, area) {
  /** @type {Map<string, string>} */
  const memory = new Map();
  let isShut = false;

  /** @type {Drawer} */
  const self = {
    get(key) {
      try {
        return memory.get(key) ?? area().getItem(prefix + key);
      } catch {
        return null;
      }
    },
    set(key, value) {
      try {
        if (isShut) throw key;
        area().setItem(prefix + key, value);
        memory.delete(key);
      } catch {
        memory.set(key, value);
      }
    },
    remove(key) {
      memory.delete(key);
      try {
        area().removeItem(prefix + key);
      } catch {
        // It was never stored.
      }
    },
    shut(to) {
      isShut = to;
      for (const key of KEYS) {
        const value = self.get(key);
        if (value === null) continue;
        self.remove(key);
        self.set(key, value);
      }
    },
  };
  return self;
}
