// @ts-check

/** @typedef {(value?: unknown) => void} Listener */

/** What a site may listen to (`sobani('on', name, listener)`). */
export function makeEvents() {
  /** @type {Record<string, Listener[]>} */
  const listeners = { ready: [], open: [], close: [], message: [], unread: [] };
  let isReady = false;

  return {
    /**
     * @param {string} name
     * @param {Listener} listener
     */
    on(name, listener) {
      listeners[name]?.push(listener);
      if (name === "ready" && isReady) listener();
    },
    /**
     * A listener that fails is the site's own: it must not stop us, nor the others.
     * @param {string} name
     * @param {unknown} [value]
     */
    emit(name, value) {
      if (name === "ready") isReady = true;
      for (const listener of listeners[name]) {
        try {
          listener(value);
        } catch (error) {
          console.error(error);
        }
      }
    },
  };
}
