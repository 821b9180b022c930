// @ts-check
/** Browser storage that never throws: it may be full or forbidden, and work goes on without it. */

/** @typedef {Pick<Storage, "getItem"|"setItem"|"removeItem"|"key"|"length">} Store */

/** @returns {Store} */
export function browserStore() {
  try {
    const probe = "sobani.probe";
    window.localStorage.getItem(probe);
    return window.localStorage;
  } catch {
    return forbiddenStore();
  }
}

/** A store that takes nothing, so that who puts something into it learns that it will not last. */
function forbiddenStore() {
  return {
    ...memoryStore(),
    setItem: () => {
      throw new DOMException("forbidden", "SecurityError");
    },
  };
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
 * JSON values under one prefix. What the store does not take stays here as long as the page does.
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
    /** @type {Map<string, string>} */
    this.unkept = new Map();
  }

  /** @param {string} name @returns {T|null} */
  get(name) {
    try {
      const text = this.unkept.get(name) ?? this.store.getItem(this.prefix + name);
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
    const text = JSON.stringify(value);
    try {
      this.store.setItem(this.prefix + name, text);
      this.unkept.delete(name);
      return true;
    } catch {
      this.unkept.set(name, text);
      return false;
    }
  }

  /** @param {string} name */
  remove(name) {
    this.unkept.delete(name);
    try {
      this.store.removeItem(this.prefix + name);
    } catch {
      // Forbidden storage holds nothing to remove.
    }
  }

  /** @returns {T[]} */
  values() {
    return [...new Set([...this.#keptNames(), ...this.unkept.keys()])]
      .map((name) => this.get(name))
      .filter((value) => value !== null);
  }

  #keptNames() {
    const names = Array.from({ length: this.store.length }, (_, index) => this.store.key(index));
    return names.flatMap((name) =>
      name?.startsWith(this.prefix) ? [name.slice(this.prefix.length)] : [],
    );
  }
}
