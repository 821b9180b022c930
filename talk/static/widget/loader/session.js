// @ts-check
import { newId } from "../id.js";
import { deviceFacts } from "./page.js";

/** @typedef {{color: string, ink: string, [fact: string]: unknown}} Look of an inbox */

/** More than 256 random bits, for a token. */
const random = () => newId() + newId() + newId();

/**
 * Who the visitor is to the inbox: a bearer token in the host page's own storage, never in a URL.
 * @param {string} base origin of the chat server
 * @param {string} inbox public id
 * @param {import("./drawer.js").Drawer} drawer
 */
export function makeSession(base, inbox, drawer) {
  /** One question after the other @type {Promise<boolean>} */
  let last = Promise.resolve(false);
  const address = `${base}/widget/v1/session`;
  const self = {
    // The page may have gone before it heard that its new token is good.
    token: drawer.get("next") ?? drawer.get("token"),
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
      last = last.then(() => Boolean(self.profile) || alone(() => ask(onlyLook)));
      return last;
    },
    /**
     * Tell who the visitor is: signed by the site (a JWT), or what they only say (an object).
     * @param {string | object} who
     * @returns {Promise<"new" | "other" | "">} new: same person with a new token; other: another
     *   person than before; "" when nothing has changed
     */
    identify(who) {
      const told = last.then(() => alone(() => introduce(who)));
      last = told.then(() => Boolean(self.profile));
      return told;
    },
    /** Also on the server: a copy of the token must be worth nothing. */
    end() {
      const headers = { Authorization: `Bearer ${self.token}` };
      if (self.token)
        fetch(address, { method: "DELETE", headers, keepalive: true }).catch(() => {});
      self.forget();
    },
    forget() {
      drawer.remove("token");
      drawer.remove("next");
      self.token = null;
      self.profile = "";
      self.unread = 0;
    },
    /** @param {unknown[]} activities */
    envelope: (activities) =>
      JSON.stringify({ inbox, token: self.token, sent_at: new Date().toISOString(), activities }),
  };

  /**
   * Two tabs that open together must not become two visitors.
   * @template T
   * @param {() => Promise<T>} work
   * @returns {Promise<T>}
   */
  async function alone(work) {
    return navigator.locks ? navigator.locks.request(`sobani:${inbox}`, work) : work();
  }

  /**
   * @param {boolean} onlyLook
   * @returns {Promise<boolean>}
   */
  async function ask(onlyLook) {
    self.token ??= drawer.get("next") ?? drawer.get("token");
    try {
      const response = await post(onlyLook);
      self.refused = response.status === 403 || response.status === 404;
      if (response.status === 401 && self.token) {
        // Another tab may have a newer one already.
        for (const name of ["token", "next"])
          if (drawer.get(name) === self.token) drawer.remove(name);
        self.token = null;
        return ask(onlyLook);
      }
      if (!response.ok) return false;
      if (drawer.get("next") === self.token) keep(self.token);
      take(await response.json());
      return true;
    } catch {
      return false;
    }
  }

  /** @param {string | object} who */
  async function introduce(who) {
    self.token = drawer.get("token") ?? self.token;
    const isSigned = typeof who === "string";
    const proposed = isSigned ? random() : "";
    if (proposed) drawer.set("next", proposed);
    try {
      const response = await fetch(`${base}/widget/v1/${isSigned ? "identify" : "claims"}`, {
        method: "POST",
        credentials: "omit",
        headers: { Authorization: `Bearer ${self.token}` },
        body: JSON.stringify(isSigned ? { token: who, proposed } : who),
      });
      const answer = response.status === 202 ? {} : await response.json();
      if (answer.detail) console.warn("sobani: identify", answer.detail);
      if (!answer.token) drawer.remove("next");
      if (!answer.token) return "";
      take({ ...answer, inbox: self.look });
      return answer.switched ? "other" : "new";
    } catch {
      return "";
    }
  }

  /** @param {boolean} onlyLook */
  function post(onlyLook) {
    // No page: the tracker tells of it, and a page told twice is counted twice.
    return fetch(address, {
      method: "POST",
      credentials: "omit",
      headers: self.token ? { Authorization: `Bearer ${self.token}` } : {},
      body: JSON.stringify(onlyLook ? { inbox, look: true } : { inbox, ...deviceFacts() }),
    });
  }

  /** @param {string | null} token */
  function keep(token) {
    self.token = token;
    drawer.set("token", token ?? "");
    drawer.remove("next");
  }

  /** @param {any} answer */
  function take({ token, profile_id, inbox: look, unread }) {
    if (token) keep(token);
    self.profile = profile_id ?? "";
    self.look = look;
    self.unread = unread ?? 0;
  }
  return self;
}
