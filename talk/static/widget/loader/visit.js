// @ts-check
import { cleanUrl, watchNavigation } from "./page.js";

/**
 * Tells of the pages that the visitor is on, how long they look at them, and of what the site says
 * they do there.
 * @param {ReturnType<typeof import("./tracker.js").makeTracker>} tracker
 * @param {() => boolean} isQuiet whether nothing may be told
 * @param {() => string[] | undefined} query names of parameters that addresses keep
 */
export function makeVisit(tracker, isQuiet, query) {
  let here = "";
  /** The id of the activity that told of this page; none when it has ended or is not told yet. */
  let view = "";
  let isAway = false;
  /** Since when the page is seen, by the clock that begins with its navigation. */
  let since = document.hidden ? Infinity : 0;

  const now = () => (document.hidden ? Infinity : performance.now());
  const address = () => cleanUrl(location.href, query());

  function page() {
    if (isQuiet()) return;
    if (view) end();
    const referrer = here || cleanUrl(document.referrer, query());
    here = address();
    view = tracker.add("page", { url: here, title: document.title.slice(0, 200), referrer });
  }

  function end() {
    const seconds = Math.max(0, performance.now() - since) / 1000;
    tracker.add("page_leave", { url: here, view, seconds });
    since = now();
    view = "";
  }

  function begin() {
    if (!view && !isAway) page();
  }

  function leave() {
    if (isQuiet()) return;
    begin();
    if (view) end();
    isAway = true;
    tracker.leave();
  }

  function comeBack() {
    since = Math.min(since, now());
    if (isAway) page();
    isAway = false;
  }

  return {
    page,
    /** Tell of the page, unless that is done. */
    begin,
    /**
     * @param {string} name
     * @param {object} [props]
     */
    track(name, props) {
      if (!/^[a-z][a-z0-9_]{0,39}$/.test(name)) console.warn("sobani: bad name:", name);
      else if (!isQuiet()) tracker.add(name, { url: address(), props: props ?? {} });
    },
    watch() {
      addEventListener("pagehide", leave);
      addEventListener("pageshow", comeBack);
      document.addEventListener("visibilitychange", () => (document.hidden ? leave : comeBack)());
      watchNavigation(window, page);
    },
    /** The next page is the first one of somebody else. */
    restart() {
      tracker.forget();
      here = view = "";
      since = now();
    },
  };
}
