// @ts-check
import { newId } from "../id.js";
import { deviceFacts } from "./page.js";

/** @typedef {{color: string, ink: string, [fact: string]: unknown}} Look of an inbox */

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
 */
export function makeSession(base, inbox, drawer) {
  /** One question after the other @type {Promise<unknown>} */
  let last = Promise.resolve();
  const self = {
    token: stored(),
    profile: "",
    unread: 0,
    /** The server said that this page or inbox may not have a widget. */
    refused: false,
    /** @type {Look | null} */
    look: null,
    /**
     * Ask for what is needed; a visitor without a token gets one unless they only look.
     * @param {boolean} onlyLook
     * @returns {Promise<boolean>} whether the server answered
     */
    begin(onlyLook) {
      return inTurn(async () => Boolean(self.profile) || ask(onlyLook));
    },
    /**
     * Tell who the visitor is: signed by the site (a JWT), or what they only say (an object).
     * @param {string | object} who
     * @returns {Promise<string | null>} "other": another person than before; else the new token of
     *   the same one; "" when nothing has changed; null when it must be told again
     */
    identify: (who) => inTurn(() => introduce(who)),
    /** Whether the token is known to be good: what is sent with another comes back. */
    isSettled: () => Boolean(self.token) && !drawer.get("next"),
    end() {
      revoke(self.token);
      for (const name of ["token", "next", "member"]) drawer.remove(name);
      self.token = null;
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
  const post = (path, body) =>
    fetch(`${base}/widget/v1/${path}`, {
      method: "POST",
      credentials: "omit",
      headers: bearer(self.token),
      body: JSON.stringify(body),
    });

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
   * @param {boolean} onlyLook
   * @returns {Promise<boolean>}
   */
  async function ask(onlyLook) {
    self.token ??= stored();
    try {
      // No page: the tracker tells of it, and a page told twice is counted twice.
      const facts = onlyLook ? { look: true } : deviceFacts();
      const response = await post("session", { inbox, ...facts });
      self.refused = [403, 404].includes(response.status);
      if (response.status === 401 && self.token) {
        // Another tab may have a newer one already.
        if (drawer.get("token") === self.token) drawer.remove("token");
        drawer.remove("next");
        self.token = null;
        return ask(onlyLook);
      }
      if (!response.ok) return false;
      const answer = await response.json();
      if (answer.token) keep(answer.token, "");
      else if (self.token && drawer.get("next") === self.token) keep(self.token, "1");
      drawer.remove("next");
      ({ inbox: self.look, profile_id: self.profile = "", unread: self.unread = 0 } = answer);
      return true;
    } catch {
      return false;
    }
  }

  /**
   * @param {string | object} who
   * @returns {Promise<string | null>}
   */
  async function introduce(who) {
    if (!self.token) return null; // whoever that was has gone
    self.token = drawer.get("token") ?? self.token;
    if (typeof who !== "string")
      return post("claims", who).then(
        () => "",
        () => null,
      );
    const proposed = newId() + newId() + newId(); // more than 256 random bits
    drawer.set("next", proposed);
    /** @type {any} */
    let answer;
    try {
      const response = await post("identify", { token: who, proposed });
      const told = await response.json();
      if (told.detail) console.warn("sobani: identify", told.detail);
      if (response.ok || told.code === "bad_identity_token") answer = told;
    } catch {}
    // Somebody has gone meanwhile, here or in another tab: the next one must not be this person.
    if (drawer.get("next") !== proposed) {
      revoke(answer ? answer.token : proposed);
      return "";
    }
    if (!answer) {
      // Maybe the server knows, and the old token has ended.
      self.token = stored();
      self.profile = "";
      return null;
    }
    drawer.remove("next");
    if (answer.code) return "";
    keep(answer.token || self.token, "1");
    self.profile = answer.profile_id;
    if (answer.token) self.unread = 0;
    return answer.switched ? "other" : answer.token;
  }

  /**
   * @param {string} token
   * @param {"1" | ""} isMember
   */
  function keep(token, isMember) {
    self.token = token;
    drawer.set("token", token);
    drawer.set("member", isMember);
  }
  return self;
}
