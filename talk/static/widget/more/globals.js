// @ts-check

/** @type {WeakSet<object>} */
const ours = new WeakSet();

/**
 * Let whoever sets a global, a stub first and the real thing later, set one that we hear.
 * @template {object} T
 * @param {any} win
 * @param {string} name
 * @param {(value: T) => T} wrap
 */
export function watchGlobal(win, name, wrap) {
  const once = (/** @type {any} */ value) => {
    if (!value || ours.has(value)) return value;
    const heard = wrap(value);
    ours.add(heard);
    return heard;
  };
  let current = once(win[name]);
  try {
    Object.defineProperty(win, name, {
      configurable: true,
      enumerable: true,
      get: () => current,
      set(value) {
        current = once(value);
      },
    });
  } catch {
    win[name] = current; // declared with `var`: nobody else can replace it unheard but by assigning
  }
}

/**
 * What we make of a site's call must never stop the call.
 * @param {() => void} work
 */
export function safely(work) {
  try {
    work();
  } catch (error) {
    console.warn("sobani: not understood", error);
  }
}

/**
 * A site that has left the other product may still call it.
 * @param {any} win
 * @param {() => void} fill
 */
export function afterLoad(win, fill) {
  if (win.document?.readyState === "complete") fill();
  else win.addEventListener("load", fill, { once: true });
}
