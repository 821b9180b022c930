// @ts-check
/** Above the thread: whose it is, how it stands, and what can be done with it. */
import { html, nothing } from "/static/vendor/lit.js";
import { DeskElement } from "../element.js";
import { moment } from "../format.js";
import { locale, t } from "../i18n/index.js";
import { labelled } from "../labels.js";
import { routeHref } from "../router.js";
import { icon } from "./icons.js";
import { inboxDot, labelChip, named } from "./parts.js";
import "./assign-menu.js";
import "./snooze-menu.js";
import "./status-menu.js";

/** @import { ConversationRow } from "../../protocol/types.js" */

class ThreadHeader extends DeskElement {
  static properties = { row: { attribute: false } };

  constructor() {
    super();
    /** @type {ConversationRow} */
    this.row = /** @type {any} */ (undefined);
  }

  get topics() {
    return [`thread:${this.row.id}`, "directory", "clock", "route"];
  }

  render() {
    const { row, desk } = this;
    return html`<a
        class="icon-button only-narrow"
        href=${routeHref({ ...desk.route, conversation_id: null, from: null })}
        aria-label=${t("thread.back")}
        title=${t("thread.back")}
        >${icon("back")}</a
      >
      <div class="head-words">
        <h2>${named(row)}</h2>
        <p class="head-sub">${this.#status()}${this.#inbox()}${this.#labels()}</p>
      </div>
      <div class="head-acts">
        ${row.erased_at ? nothing : this.#acts()}
        <button
          type="button"
          class="icon-button"
          aria-label=${t("thread.customer")}
          title=${t("thread.customer")}
          @click=${() => this.dispatchEvent(new CustomEvent("toggle-pane", { bubbles: true }))}
        >
          ${icon("panel")}
        </button>
      </div>`;
  }

  /** The conversation of who was erased takes nothing any more. */
  #acts() {
    const { row, desk } = this;
    return html`<assign-menu .desk=${desk} .row=${row}></assign-menu>
      ${row.status === "resolved" ? nothing : html`<snooze-menu .desk=${desk} .row=${row}></snooze-menu>`}
      ${this.#resolve()}
      <status-menu .desk=${desk} .row=${row}></status-menu>`;
  }

  #status() {
    const { status, snoozed_until } = this.row;
    const until = snoozed_until ? moment(snoozed_until, this.desk.now, locale()) : "";
    return html`<span class="status status-${status}">
      ${t(`status.${status}`)}${status === "snoozed" && until ? ` · ${t("row.until", { time: until })}` : ""}
    </span>`;
  }

  #inbox() {
    const inbox = this.desk.state.inboxes.get(this.row.inbox_id);
    if (!inbox) return nothing;
    return html`<span class="head-inbox">${inbox.kind === "line" ? icon("line") : inboxDot(inbox)}<bdi>${inbox.name}</bdi></span>
      ${this.row.channel.why === "blocked" ? html`<span class="chip chip-bad">${t("channel.badge.blocked")}</span>` : nothing}`;
  }

  #labels() {
    const labels = labelled(this.desk.state.labels, this.row.label_ids);
    if (labels.length === 0) return nothing;
    return html`<span class="head-labels">${labels.map(labelChip)}</span>`;
  }

  #resolve() {
    const { row, desk } = this;
    const isResolved = row.status === "resolved";
    const label = t(isResolved ? "action.reopen" : "action.resolve");
    return html`<button
      type="button"
      class=${isResolved ? "button" : "button button-main"}
      ?disabled=${desk.actions.pending.has(row.id)}
      aria-label=${label}
      title=${label}
      @click=${() => desk.actions.setStatus(row, isResolved ? "open" : "resolved")}
    >
      ${icon(isResolved ? "retry" : "check")}<span class="button-label">${label}</span>
    </button>`;
  }
}

customElements.define("thread-header", ThreadHeader);
