// @ts-check

/**
 * Storage as a browser has it.
 * @returns {Storage}
 */
export function memoryStorage() {
  /** @type {Map<string, string>} */
  const values = new Map();
  return /** @type {Storage} */ ({
    get length() {
      return values.size;
    },
    key: (index) => [...values.keys()][index] ?? null,
    getItem: (key) => values.get(key) ?? null,
    setItem: (key, value) => void values.set(key, value),
    removeItem: (key) => void values.delete(key),
    clear: () => values.clear(),
  });
}

/**
 * Storage that the browser denies: every access throws.
 * @returns {Storage}
 */
export function refusingStorage() {
  const refuse = () => {
    throw new DOMException("denied", "SecurityError");
  };
  return /** @type {Storage} */ (
    /** @type {unknown} */ ({
      get length() {
        return refuse();
      },
      key: refuse,
      getItem: refuse,
      setItem: refuse,
      removeItem: refuse,
      clear: refuse,
    })
  );
}
