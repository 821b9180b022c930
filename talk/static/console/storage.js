// @ts-check
/** Browser storage that never throws: it may be full or forbidden, and work goes on without it. */

/** @typedef {Pick<Storage, "getItem"|"setItem"|"removeItem"|"key"|"length">} Store */

/** @returns {Store} */
export function browserStore() {
  try {
    const probe = "sobani.probe";
    window.localStorage.setItem(probe, "1");
    window.localStorage.removeItem(probe);
    return window.localStorage;
  } catch {
    return memoryStore();
  }
}

/** @returns {Store} */
export function memoryStore() {
  /** @type {Map<string, string>} */
  const values = new Map();
  return {
    getItem: (key) => values.get(key) ?? null,
    setItem: (key, value) => void values.set(key, value),
    removeItem: (key) => void values.delete(key),
    key: (index) => [...values.keys()][index] ?? null,
    get length() {
      return values.size;
    },
  };
}

/**
 * JSON values under one prefix.
 * @template T
 */
export class Shelf {
  /**
   * @param {Store} store
   * @param {string} prefix
   */
  constructor(store, prefix) {
    this.store = store;
    this.prefix = prefix;
  }

  /** @param {string} name @returns {T|null} */
  get(name) {
    try {
      const text = this.store.getItem(this.prefix + name);
      return text === null ? null : JSON.parse(text);
    } catch {
      return null;
    }
  }

  /**
   * @param {string} name
   * @param {T} value
   * @returns {boolean} whether it was kept
   */
  put(name, value) {
    try {
      this.store.setItem(this.prefix + name, JSON.stringify(value));
      return true;
    } catch {
      return false;
    }
  }

  /** @param {string} name */
  remove(name) {
    try {
      this.store.removeItem(this.prefix + name);
    } catch {
      // Forbidden storage holds nothing to remove.
    }
  }

  /** @returns {T[]} */
  values() {
    const names = Array.from({ length: this.store.length }, (_, index) => this.store.key(index));
    return names
      .filter((name) => name?.startsWith(this.prefix))
      .map((name) => this.get(/** @type {string} */ (name).slice(this.prefix.length)))
      .filter((value) => value !== null);
  }
}
