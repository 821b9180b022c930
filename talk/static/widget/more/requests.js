// @ts-check

/**
 * Tell of requests to the page's own server that are refused or do not arrive, as `POST /pay 502`.
 * @param {string} base origin of the chat server, whose requests are ours
 * @param {(text: string) => void} tell
 */
export function hearRequests(base, tell) {
  /**
   * @param {string} method
   * @param {string | URL} to
   * @param {number} status 0 when nothing came back
   */
  function ended(method, to, status) {
    const url = new URL(to, location.href);
    const isOurs = url.origin === base && url.pathname.startsWith("/widget/");
    if (url.origin !== location.origin || isOurs || (status > 0 && status < 400)) return;
    tell(`${method.toUpperCase()} ${url.pathname} ${status || "failed"}`);
  }
  wrapFetch(ended);
  wrapXhr(ended);
}

/** @param {(method: string, to: string | URL, status: number) => void} ended */
function wrapFetch(ended) {
  const own = window.fetch;
  window.fetch = function (input, init) {
    const answer = own.call(this, input, init);
    const method = init?.method ?? (input instanceof Request ? input.method : "GET");
    const to = input instanceof Request ? input.url : input;
    answer
      .then(
        ({ status }) => ended(method, to, status),
        (error) => error?.name !== "AbortError" && ended(method, to, 0),
      )
      .catch(() => {});
    return answer;
  };
}

/** @param {(method: string, to: string | URL, status: number) => void} ended */
function wrapXhr(ended) {
  const prototype = XMLHttpRequest.prototype;
  const own = prototype.open;
  /** @type {WeakMap<XMLHttpRequest, [string, string | URL]>} one may be opened again */
  const asked = new WeakMap();
  // Its two forms differ in how many values they take.
  prototype.open = function (/** @type {any[]} */ ...values) {
    const tell = () => ended(...(asked.get(this) ?? ["GET", ""]), this.status);
    if (!asked.has(this)) for (const end of ["load", "error"]) this.addEventListener(end, tell);
    asked.set(this, [values[0], values[1]]);
    return Reflect.apply(own, this, values);
  };
}
