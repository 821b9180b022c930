// @ts-check

const KEPT_QUERY = /^utm_[a-z]{2,20}$/;

/**
 * What may be known of an address: no fragment, no login, and of the query only campaign names.
 * @param {string} href
 */
export function cleanUrl(href) {
  try {
    const url = new URL(href);
    if (!/^https?:$/.test(url.protocol)) return "";
    const kept = [...url.searchParams].filter(([name]) => KEPT_QUERY.test(name));
    const query = new URLSearchParams(kept).toString();
    return (url.origin + url.pathname + (query && `?${query}`)).slice(0, 2048);
  } catch {
    return "";
  }
}

export function deviceFacts() {
  return {
    language: navigator.language,
    time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    screen: `${screen.width}x${screen.height}`,
  };
}

/**
 * Call `moved` after each navigation that changed path or query, single-page ones included.
 * @param {Window} win
 * @param {() => void} moved runs a frame later, when the new page has set its title
 */
export function watchNavigation(win, moved) {
  const place = () => win.location.pathname + win.location.search;
  let known = place();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const look = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (place() === known) return;
      known = place();
      win.requestAnimationFrame(moved);
    }, 50);
  };
  const history = win.history;
  for (const name of /** @type {const} */ (["pushState", "replaceState"])) {
    const original = history[name];
    history[name] = function (...values) {
      original.apply(this, values);
      look();
    };
  }
  win.addEventListener("popstate", look);
}
