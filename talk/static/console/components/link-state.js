// @ts-check
/** The connection's state: a quiet dot while all is well, a banner over the work while it is not. */
import { html, nothing } from "/static/vendor/lit.js";
import { DeskElement } from "../element.js";
import { t } from "../i18n/index.js";
import { told } from "../linkstate.js";
import { isSyncing } from "../thread.js";
import { icon } from "./icons.js";

/** @import { Desk } from "../desk.js" @import { Told } from "../linkstate.js" */

/** A state that passes in a moment is not worth a banner. */
const PATIENCE_MS = 700;

/** @param {Desk} desk */
function stateOf(desk) {
  const { link, attempt, retry_at } = desk.connection;
  const thread = desk.state.threads.get(desk.route.conversation_id ?? "");
  const isStale = desk.sync.stale || (thread !== undefined && isSyncing(thread));
  const hasFailed = desk.sync.failure !== null;
  return told({ link, attempt, retry_at, now: Date.now(), isStale, hasFailed });
}

/** The text of a state without the seconds, which the banner counts. @param {string} key */
function calm(key) {
  return key === "link.reconnecting" ? "link.reconnecting.now" : key;
}

/**
 * What is read out stands in one place that is always there: screen readers hear it change, and
 * miss what comes into being with its words.
 * @param {string} words
 * @param {unknown} shown
 */
function spoken(words, shown = nothing) {
  return html`<p class="visually-hidden" role="status">${words}</p>${shown}`;
}

class LinkState extends DeskElement {
  get topics() {
    return ["link", "clock", `thread:${this.desk.route.conversation_id}`];
  }

  render() {
    const { tone, key } = stateOf(this.desk);
    const text = t(calm(key));
    return html`<span class="link-state link-${tone}" title=${text}>
      <span class="link-dot"></span><span class="nav-label">${text}</span>
    </span>`;
  }
}

class LinkBanner extends DeskElement {
  #since = 0;
  /** @type {any} counts the seconds down while there are some */
  #timer = null;

  get topics() {
    return ["link"];
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
  }

  render() {
    const state = stateOf(this.desk);
    clearTimeout(this.#timer);
    if (state.tone !== "bad") {
      this.#since = 0;
      return spoken("");
    }
    this.#since ||= Date.now();
    const isNew = Date.now() - this.#since < PATIENCE_MS;
    this.#timer = setTimeout(() => this.requestUpdate(), isNew ? PATIENCE_MS : 1000);
    return isNew ? spoken("") : this.#banner(state);
  }

  /** @param {Told} state */
  #banner({ key, count, hint, act }) {
    // The seconds are for the eye: read out, they would interrupt every second.
    const words = [calm(key), hint].filter(Boolean).map((text) => t(text));
    return spoken(
      words.join(" "),
      html`<div class="banner">
        ${icon("alert")}
        <p class="banner-text">
          <strong>${t(key, { count })}</strong>
          ${hint ? html`<span>${t(hint)}</span>` : nothing}
        </p>
        ${act ? html`<button type="button" class="banner-act" @click=${() => this.#act(act)}>${t(`link.${act}`)}</button>` : nothing}
      </div>`,
    );
  }

  /** @param {"retry"|"login"|"reload"|"fetch"} act */
  #act(act) {
    if (act === "retry") this.desk.connection.retryNow();
    else if (act === "fetch") void this.desk.sync.reload();
    else if (act === "reload") window.location.reload();
    else this.dispatchEvent(new CustomEvent("log-in", { bubbles: true }));
  }
}

customElements.define("link-state", LinkState);
customElements.define("link-banner", LinkBanner);
