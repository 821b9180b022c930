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

/** Random identifier; `crypto.randomUUID` is missing on plain http pages. */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
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
