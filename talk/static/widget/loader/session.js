// @ts-check
import { deviceFacts } from "./page.js";

/**
 * @typedef {object} Look of an inbox, and what its site tracks; what is empty is left out
 * @property {string} color
 * @property {string} ink
 * @property {"granted" | "denied"} [consent] what holds for who has said nothing
 * @property {boolean} [gpc] whether Global Privacy Control is honoured
 * @property {string[]} [query] parameters that addresses keep
 * @property {string[]} [errors] selectors of what a page shows when something fails
 * @property {string[]} [shims] other products whose tags are listened to
 */

/**
 * @param {string | null} token
 * @returns {HeadersInit}
 */
const bearer = (token) => (token ? { Authorization: `Bearer ${token}` } : {});

/**
 * Who the visitor is to the inbox: a bearer token in the host page's own storage, never in a URL.
 * @param {string} base origin of the chat server
 * @param {string} inbox public id
 * @param {import("./drawer.js").Drawer} drawer
 * @param {() => Promise<typeof import("../more.js")>} more what most pages need not
 */
export function makeSession(base, inbox, drawer, more) {
  /** One question after the other @type {Promise<unknown>} */
  let last = Promise.resolve();
  const self = {
    token: stored(),
    profile: "",
    unread: 0,
    /** Whether the visitor may be tracked, as the site has told it: "granted" or "denied". */
    consent: drawer.get("consent"),
    /** @type {Look | null} */
    look: null,
    /**
     * Ask for what is needed; a visitor without a token gets one unless they only look, or the
     * inbox tracks nobody who has not agreed.
     * @param {boolean} onlyLook
     * @param {boolean} [chat] they want to write: that needs a token in any case
     * @returns {Promise<boolean>} whether the server answered
     */
    begin(onlyLook, chat) {
      return inTurn(async () => !!self.profile || ask(onlyLook, chat));
    },
    /**
     * Tell who the visitor is: signed by the site (a JWT), or what they only say (an object).
     * @param {string | object} who
     * @returns {Promise<string | null>} "other": another person than before; else the new token of
     *   the same one; "" when nothing has changed; null when it must be told again
     */
    identify(who) {
      const told = () => more().then(({ introduce }) => introduce(who, self, drawer));
      return inTurn(() => told().catch(() => null));
    },
    stored,
    post,
    keep,
    revoke,
    /** Whether the token is known to be good: what is sent with another comes back. */
    isSettled: () => !!self.token && !drawer.get("next"),
    end() {
      revoke(self.token);
      for (const name of ["token", "next", "member", "consent", "shim"]) drawer.remove(name);
      self.token = self.consent = null;
      self.profile = "";
      self.unread = 0;
    },
    /** @param {unknown[]} activities */
    envelope: (activities) =>
      JSON.stringify({ inbox, token: self.token, sent_at: new Date().toISOString(), activities }),
  };

  /**
   * The page may have gone before it heard that its new token is good. A member keeps theirs.
   * @returns {string | null}
   */
  function stored() {
    const token = drawer.get("token");
    return (drawer.get("member") && token) || (drawer.get("next") ?? token);
  }

  /**
   * Two tabs that open together must not become two visitors.
   * @template T
   * @param {() => Promise<T>} work
   * @returns {Promise<T>}
   */
  function inTurn(work) {
    const done = last.then(() =>
      navigator.locks ? navigator.locks.request(`sobani:${inbox}`, work) : work(),
    );
    last = done;
    return done;
  }

  /**
   * @param {string} path
   * @param {object} body
   */
  function post(path, body) {
    return fetch(`${base}/widget/v1/${path}`, {
      method: "POST",
      credentials: "omit",
      headers: bearer(self.token),
      body: JSON.stringify(body),
    });
  }

  /**
   * Also on the server: a copy of the token must be worth nothing.
   * @param {string | null} token
   */
  function revoke(token) {
    const headers = bearer(token);
    if (token)
      fetch(`${base}/widget/v1/session`, { method: "DELETE", headers, keepalive: true }).catch(
        () => {},
      );
  }

  /**
   * @param {boolean} look
   * @param {boolean} [chat]
   * @returns {Promise<boolean>}
   */
  async function ask(look, chat) {
    self.token ??= stored();
    try {
      // No page: the tracker tells of it, and a page told twice is counted twice.
      const { consent } = self;
      const facts = look ? { look } : { chat, ...deviceFacts() };
      const response = await post("session", { inbox, consent, ...facts });
      if (response.status === 401 && self.token) {
        // Another tab may have a newer one already.
        if (drawer.get("token") === self.token) {
          drawer.remove("token");
          // A member's ends when somebody else is signed for; that answer was lost.
          if (drawer.get("next")) drawer.remove("shim");
        }
        drawer.remove("next");
        self.token = null;
        return ask(look, chat);
      }
      if (!response.ok) return false;
      const answer = await response.json();
      if (answer.token) keep(answer.token, "");
      else if (self.token && drawer.get("next") === self.token) keep(self.token, "new");
      drawer.remove("next");
      ({ inbox: self.look, profile_id: self.profile = "", unread: self.unread = 0 } = answer);
      return true;
    } catch {
      return false;
    }
  }

  /**
   * @param {string} token
   * @param {"1" | "new" | ""} isMember "new": signed for, and the answer that said so was lost
   */
  function keep(token, isMember) {
    self.token = token;
    drawer.set("token", token);
    drawer.set("member", isMember);
  }
  return self;
}
