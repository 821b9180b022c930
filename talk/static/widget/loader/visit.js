// @ts-check
import { cleanUrl, watchNavigation } from "./page.js";

/**
 * Tells of the pages that the visitor is on, and of what the site says they do there.
 * @param {ReturnType<typeof import("./tracker.js").makeTracker>} tracker
 * @param {() => boolean} isQuiet whether nothing may be told
 */
export function makeVisit(tracker, isQuiet) {
  let here = "";
  /** The id of the activity that told of this page. */
  let view = "";
  let isAway = false;

  function page() {
    if (isQuiet()) return;
    const referrer = here || cleanUrl(document.referrer);
    here = cleanUrl(location.href);
    view = tracker.add("page", { url: here, title: document.title.slice(0, 200), referrer });
  }

  function leave() {
    if (isQuiet()) return;
    if (!isAway) tracker.add("page_leave", { url: here, view });
    isAway = true;
    tracker.leave();
  }

  function comeBack() {
    if (isAway) page();
    isAway = false;
  }

  return {
    page,
    /**
     * @param {string} name
     * @param {object} [props]
     */
    track(name, props) {
      if (!/^[a-z][a-z0-9_]{0,39}$/.test(name)) console.warn("sobani: no name to track:", name);
      else if (!isQuiet()) tracker.add(name, { url: cleanUrl(location.href), props: props ?? {} });
    },
    watch() {
      page();
      addEventListener("pagehide", leave);
      addEventListener("pageshow", comeBack);
      document.addEventListener("visibilitychange", () =>
        document.visibilityState === "hidden" ? leave() : comeBack(),
      );
      watchNavigation(window, page);
    },
    /** The next page is the first one of somebody else. */
    restart() {
      tracker.forget();
      here = "";
    },
  };
}
