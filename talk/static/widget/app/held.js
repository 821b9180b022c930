// @ts-check

/**
 * Things that are fetched once and held for as long as they are needed, and besides a number of
 * those that were needed last. What is on its way is held until it is there: were it asked for
 * again meanwhile, the two could come in any order.
 * @template T
 * @param {object} ways
 * @param {number} ways.most
 * @param {(key: string) => boolean} ways.isNeeded whether it is in somebody's eyes
 * @param {(key: string, thing: T) => void} ways.letGo
 */
export function makeHeld({ most, isNeeded, letGo }) {
  /** The one that was needed longest ago comes first. @type {Map<string, Promise<T>>} */
  const held = new Map();
  /** @type {WeakSet<Promise<T>>} */
  const there = new WeakSet();

  /** @param {string} key */
  function drop(key) {
    const thing = held.get(key);
    held.delete(key);
    thing?.then(
      (it) => letGo(key, it),
      () => {},
    );
  }

  function trim() {
    for (const [key, thing] of [...held]) {
      if (held.size <= most) return;
      if (there.has(thing) && !isNeeded(key)) drop(key);
    }
  }

  /**
   * @param {string} key
   * @param {Promise<T>} thing
   */
  function expect(key, thing) {
    const come = () => {
      there.add(thing);
      trim();
    };
    thing.then(come, () => held.get(key) === thing && held.delete(key));
  }

  return {
    /**
     * @param {string} key
     * @param {() => Promise<T>} fetch
     */
    get(key, fetch) {
      const known = held.get(key);
      const thing = known ?? fetch();
      held.delete(key);
      held.set(key, thing);
      if (!known) expect(key, thing);
      trim();
      return thing;
    },
    clear() {
      for (const key of [...held.keys()]) drop(key);
    },
  };
}
