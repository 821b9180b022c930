// @ts-check
/** The whole console: places the panes, follows the address, hears the keyboard. */
import { classMap, html, nothing } from "/static/vendor/lit.js";
import { DeskElement } from "../element.js";
import { t } from "../i18n/index.js";
import { shortcut } from "../keys.js";
import { page, toLogin } from "../page.js";
import { paneOpen, setLastView, setPaneOpen, singleKeys } from "../prefs.js";
import { parseRoute } from "../router.js";
import "./conversation-list.js";
import "./conversation-view.js";
import "./customer-pane.js";
import "./key-sheet.js";
import "./leave-dialog.js";
import "./nav-rail.js";
import "./toast-stack.js";

/** @import { Shortcut } from "../keys.js" */

/** Below this width the customer's pane covers the thread, so it begins closed. */
const WIDE = "(min-width: 60rem)";

class ConsoleApp extends DeskElement {
  static properties = {
    hasPane: { state: true },
    hasNav: { state: true },
  };

  constructor() {
    super();
    this.hasPane = matchMedia(WIDE).matches && (paneOpen() ?? true);
    this.hasNav = false;
  }

  #onPopState = () => this.#go(window.location.href, false);
  #onKey = (/** @type {KeyboardEvent} */ event) => this.#keydown(event);

  get topics() {
    return ["route", "list", "directory", `thread:${this.desk.route.conversation_id}`];
  }

  connectedCallback() {
    super.connectedCallback();
    window.addEventListener("popstate", this.#onPopState);
    document.addEventListener("keydown", this.#onKey);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    window.removeEventListener("popstate", this.#onPopState);
    document.removeEventListener("keydown", this.#onKey);
  }

  render() {
    const { conversation_id } = this.desk.route;
    const row = this.desk.state.conversations.get(conversation_id ?? "");
    const isPaneShown = this.hasPane && row !== undefined;
    const classes = {
      desk: true,
      "desk-open": conversation_id !== null,
      "desk-pane": isPaneShown,
      "desk-nav": this.hasNav,
    };
    return html`<a class="skip" href="#thread" @click=${this.#skip}>${t("app.skip")}</a>
      <header class="visually-hidden"><h1>${t("app.name")}</h1></header>
      <div
        class=${classMap(classes)}
        @click=${this.#clicked}
        @toggle-pane=${this.#togglePane}
        @show-evidence=${this.#showEvidence}
        @show-then=${this.#showThen}
        @then-ended=${this.#endThen}
        @open-nav=${() => (this.hasNav = true)}
        @show-keys=${() => this.#sheet.show()}
        @log-in=${toLogin}
        @log-out=${this.#logOut}
      >
        <aside class="nav"><nav-rail .desk=${this.desk}></nav-rail></aside>
        ${this.hasNav ? html`<button type="button" class="scrim" aria-label=${t("keys.close")} @click=${this.#closeNav}></button>` : nothing}
        <link-banner .desk=${this.desk}></link-banner>
        <main>
          <section class="list" aria-label=${t("list.region")}>
            <conversation-list .desk=${this.desk}></conversation-list>
          </section>
          <section class="thread" id="thread" tabindex="-1" aria-label=${t("thread.region")}>
            <conversation-view .desk=${this.desk}></conversation-view>
          </section>
        </main>
        ${isPaneShown ? html`<aside class="pane" aria-label=${t("pane.label")}><customer-pane .desk=${this.desk} .row=${row}></customer-pane></aside>` : nothing}
      </div>
      <toast-stack .desk=${this.desk}></toast-stack>
      <key-sheet .desk=${this.desk}></key-sheet>
      <leave-dialog .desk=${this.desk}></leave-dialog>
      <form method="post" action=${page.logout} hidden class="logout">
        <input type="hidden" name="csrfmiddlewaretoken" .value=${this.desk.api.csrf} />
      </form>`;
  }

  updated() {
    const { unread } = this.desk.lists;
    document.title = unread > 0 ? `(${unread}) ${t("app.name")}` : t("app.name");
  }

  get #sheet() {
    return /** @type {any} */ (this.querySelector("key-sheet"));
  }

  /** Links of the console change the address without a new page. @param {MouseEvent} event */
  #clicked(event) {
    const target = /** @type {Element} */ (event.target);
    const link = /** @type {HTMLAnchorElement|null} */ (target.closest("a[href]"));
    const isPlain =
      event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
    if (!link || !isPlain || link.target || link.hasAttribute("download")) return;
    const url = new URL(link.href);
    if (url.origin !== window.location.origin || !/^\/(c\/|$)/.test(url.pathname)) return;
    event.preventDefault();
    this.#go(link.href, true);
  }

  /**
   * @param {string} href
   * @param {boolean} push
   */
  #go(href, push) {
    const { desk } = this;
    const previous = desk.route;
    if (push) window.history.pushState(null, "", href);
    desk.route = parseRoute(new URL(href, window.location.href), previous.view);
    setLastView(desk.route.view);
    this.hasNav = false;
    desk.touch("route", "list", `thread:${desk.route.conversation_id}`);
    void desk.lists.show();
    if (desk.route.conversation_id !== previous.conversation_id) {
      desk.lookingBack.end();
      this.#opener = null;
      void desk.threads.show(previous.conversation_id);
      if (!matchMedia(WIDE).matches) this.hasPane = false;
    }
  }

  /** @type {HTMLElement|null} what opened the pane, or turned it to another time */
  #opener = null;
  /** The pane was opened only for the time of a message. */
  #isOnlyThen = false;

  /** @param {CustomEvent<{block: string, key: string}>} event */
  async #showEvidence({ detail }) {
    this.desk.lookingBack.end();
    (await this.#openPane())?.showEvidence(detail);
  }

  /** @param {CustomEvent<{message: import("../../protocol/types.js").MessageRow}>} event */
  async #showThen({ detail: { message } }) {
    const { lookingBack } = this.desk;
    if (lookingBack.looked?.message.id === message.id) return this.#endThen();
    this.#isOnlyThen = !this.hasPane || (this.#isOnlyThen && lookingBack.looked !== null);
    void lookingBack.show(message);
    await (await this.#openPane())?.showThen();
  }

  /** Back to now, and to where the operator was. */
  #endThen() {
    this.desk.lookingBack.end();
    if (this.#isOnlyThen && !matchMedia(WIDE).matches) this.hasPane = false;
    this.#isOnlyThen = false;
    void this.#returnFocus();
  }

  /** @returns {Promise<any>} the pane */
  async #openPane() {
    this.#opener = /** @type {HTMLElement|null} */ (document.activeElement);
    this.hasPane = true;
    await this.updateComplete;
    return this.querySelector("customer-pane");
  }

  async #returnFocus() {
    await this.updateComplete;
    this.#opener?.focus();
    this.#opener = null;
  }

  #togglePane() {
    this.hasPane = !this.hasPane;
    if (!this.hasPane) {
      this.desk.lookingBack.end();
      void this.#returnFocus();
    }
    if (matchMedia(WIDE).matches) setPaneOpen(this.hasPane);
  }

  /** @param {Event} event */
  #skip(event) {
    event.preventDefault();
    /** @type {HTMLElement|null} */ (this.querySelector("#thread"))?.focus();
  }

  /** @param {KeyboardEvent} event */
  #keydown(event) {
    const target = /** @type {HTMLElement} */ (event.target);
    if (target.closest("input, textarea, select, [contenteditable], [popover], dialog")) return;
    const meaning = shortcut(event);
    if (!meaning || (!singleKeys() && event.key.length === 1)) return;
    if (event.key.startsWith("Arrow") && target.closest(".log-scroller, .pane")) return;
    event.preventDefault();
    this.#act(meaning);
  }

  /** @param {Shortcut} meaning */
  #act(meaning) {
    const find = (/** @type {string} */ name) => /** @type {any} */ (this.querySelector(name));
    const { desk } = this;
    const row = desk.state.conversations.get(desk.route.conversation_id ?? "");
    /** @type {Record<Shortcut, () => unknown>} */
    const acts = {
      next: () => find("conversation-list").move(1),
      previous: () => find("conversation-list").move(-1),
      reply: () => find("message-composer")?.begin("reply"),
      note: () => find("message-composer")?.begin("note"),
      resolve: () =>
        row &&
        !row.erased_at &&
        desk.actions.setStatus(row, row.status === "resolved" ? "open" : "resolved"),
      assign: () => find("assign-menu")?.show(),
      label: () => void this.#label(),
      snooze: () => find("snooze-menu")?.show(),
      shortcuts: () => this.#sheet.show(),
      leave: () => {
        if (this.hasNav) this.#closeNav();
        else if (desk.lookingBack.looked) this.#endThen();
        else this.#leave(find("thread-header .only-narrow"));
      },
    };
    acts[meaning]();
  }

  /** In the pane, which comes with it. */
  async #label() {
    if (!this.hasPane) this.#togglePane();
    await this.updateComplete;
    const pane = /** @type {any} */ (this.querySelector("customer-pane"));
    await pane?.updateComplete;
    pane?.querySelector("label-picker")?.show();
  }

  #closeNav() {
    this.hasNav = false;
  }

  /** Only where the list is not beside the thread anyway. @param {HTMLElement|null} back */
  #leave(back) {
    if (back?.checkVisibility()) back.click();
  }

  async #logOut() {
    const dialog = /** @type {any} */ (this.querySelector("leave-dialog"));
    if (this.desk.unsent > 0 && !(await dialog.ask())) return;
    this.desk.forgetWritten();
    /** @type {HTMLFormElement|null} */ (this.querySelector("form.logout"))?.submit();
  }
}

customElements.define("console-app", ConsoleApp);
