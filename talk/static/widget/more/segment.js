// @ts-check
import { afterLoad, safely, watchGlobal } from "./globals.js";

/** @typedef {import("./site.js").Site} Site */

/** @type {Record<string, (site: Site, props: any) => void>} */
const EVENTS = {
  "product viewed": (site, props) => site.viewItem(props),
  "product added": (site, props) => site.changeCart(props, 1),
  "product removed": (site, props) => site.changeCart(props, -1),
  "cart viewed": (site, props) => site.setCart(props),
  "checkout started": (site, props) => site.setCart(props),
  "order completed": (site, props) => site.order(props),
};
const REPLAY_MS = 2000;
const METHODS = ["page", "track", "identify", "group", "alias", "reset", "ready", "on"];

/**
 * Hear `analytics.track` and `analytics.identify`, calls from before included. Its `page` is told
 * of by the tracker itself.
 * @param {any} win
 * @param {Site} site
 */
export function hearSegment(win, site) {
  /** @type {WeakSet<object>} what the stub has queued comes again with the real thing */
  const heard = new WeakSet();
  let isInside = false;
  /** How many the stub was told: the real thing is told them again when it comes. */
  let resets = 0;
  let replayUntil = 0;

  /**
   * @param {unknown} method
   * @param {any[]} values
   * @param {boolean} isStub
   */
  function hear(method, values, isStub) {
    const told = values.find((value) => value && typeof value === "object");
    if (isInside || (told && heard.has(told))) return;
    if (told) heard.add(told);
    if (method === "reset" && isRepeated(isStub)) return;
    safely(() => {
      if (method === "track") tell(site, values[0], told ?? {});
      if (method === "identify") introduce(site, values[0], told ?? {});
      if (method === "reset") site.left();
    });
  }

  /** @param {boolean} isStub */
  function isRepeated(isStub) {
    const isReplay = !isStub && resets > 0 && Date.now() < replayUntil;
    if (isStub || isReplay) resets += isStub ? 1 : -1;
    return isReplay;
  }

  watchGlobal(win, "analytics", (/** @type {any} */ analytics) => {
    const isStub = Array.isArray(analytics);
    if (!isStub) replayUntil = Date.now() + REPLAY_MS;
    else for (const [method, ...values] of analytics) hear(method, values, isStub);
    for (const method of ["track", "identify", "reset", "push"]) {
      const own = analytics[method];
      if (typeof own !== "function") continue;
      analytics[method] = function (/** @type {any[]} */ ...values) {
        if (method === "push") for (const [name, ...more] of values) hear(name, more, isStub);
        else hear(method, values, isStub);
        const wasInside = isInside;
        isInside = true;
        try {
          return own.apply(this, values);
        } finally {
          isInside = wasInside;
        }
      };
    }
    return analytics;
  });
  afterLoad(win, () => {
    win.analytics ??= Object.fromEntries(METHODS.map((name) => [name, () => {}]));
  });
}

/**
 * @param {Site} site
 * @param {unknown} name
 * @param {any} props
 */
function tell(site, name, props) {
  const known = `${name}`.trim().toLowerCase();
  if (Object.hasOwn(EVENTS, known)) EVENTS[known](site, props);
  else site.custom(name, props);
}

/**
 * @param {Site} site
 * @param {unknown} id
 * @param {any} traits
 */
function introduce(site, id, traits) {
  const isId = typeof id === "string" || typeof id === "number";
  site.who(isId ? { ...traits, user_id: id } : traits, "segment");
}
