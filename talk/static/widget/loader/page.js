// @ts-check

/**
 * What may be known of an address: no fragment, no login, and of the query what the inbox lists.
 * @param {string} href
 * @param {string[]} [query] names, `utm_*` for all that begin so
 */
export function cleanUrl(href, query = ["utm_*"]) {
  try {
    const url = new URL(href);
    url.hash = url.username = url.password = "";
    const isListed = (/** @type {string} */ name) =>
      query.some((one) => (one.endsWith("*") ? name.startsWith(one.slice(0, -1)) : name === one));
    for (const [name, value] of [...url.searchParams])
      if (!isListed(name) || value.includes("@")) url.searchParams.delete(name);
    return /^https?:$/.test(url.protocol) ? url.href.slice(0, 2048) : "";
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
