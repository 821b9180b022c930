// @ts-check

/**
 * Things that are fetched once and held for as long as they are needed, and besides a number of
 * those that were needed last.
 * @template T
 * @param {object} ways
 * @param {number} ways.most
 * @param {(key: string) => boolean} ways.isNeeded whether it is in somebody's eyes
 * @param {(key: string, thing: T) => void} ways.letGo
 */
export function makeHeld({ most, isNeeded, letGo }) {
  /** The one that was needed longest ago comes first. @type {Map<string, Promise<T>>} */
  const held = new Map();

  /** @param {string} key */
  function drop(key) {
    const thing = held.get(key);
    held.delete(key);
    thing?.then(
      (there) => letGo(key, there),
      () => {},
    );
  }

  function trim() {
    for (const key of [...held.keys()]) {
      if (held.size <= most) return;
      if (!isNeeded(key)) drop(key);
    }
  }

  return {
    /**
     * @param {string} key
     * @param {() => Promise<T>} fetch
     */
    get(key, fetch) {
      const thing = held.get(key) ?? fetch();
      held.delete(key);
      held.set(key, thing);
      thing.catch(() => held.get(key) === thing && held.delete(key));
      trim();
      return thing;
    },
    clear() {
      for (const key of [...held.keys()]) drop(key);
    },
  };
}
