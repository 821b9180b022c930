// @ts-check
/** One line of the list. Drawn again only when its own row, place or clock changes. */
import { classMap, html, nothing } from "/static/vendor/lit.js";
import { DeskElement } from "../element.js";
import { secondsSince, span, stamp, WAITING_LONG, WAITING_TOO_LONG } from "../format.js";
import { locale, t } from "../i18n/index.js";
import { labelled } from "../labels.js";
import { customerName } from "../names.js";
import { previewOf } from "../previews.js";
import { routeHref } from "../router.js";
import { icon } from "./icons.js";
import { avatar, customerAvatar, inboxDot, labelChip, named, time } from "./parts.js";

/** @import { ConversationRow } from "../../protocol/types.js" */

class ConversationRowElement extends DeskElement {
  static properties = {
    row: { attribute: false },
    selected: { type: Boolean },
    active: { type: Boolean },
  };

  constructor() {
    super();
    /** @type {ConversationRow} */
    this.row = /** @type {any} */ (undefined);
    /** The open conversation. */
    this.selected = false;
    /** The one that the keyboard stands on. */
    this.active = false;
  }

  get topics() {
    return ["clock", "directory", `soft:${this.row.id}`];
  }

  get isUnread() {
    return this.row.customer_seq > this.row.operator_read_seq;
  }

  render() {
    const { row, desk } = this;
    const route = { ...desk.route, conversation_id: row.id, from: null };
    return html`<a
      class=${classMap({ row: true, "row-selected": this.selected, "row-unread": this.isUnread })}
      href=${routeHref(route)}
      tabindex=${this.active ? 0 : -1}
      aria-current=${this.selected ? "true" : "false"}
      data-id=${row.id}
    >
      ${this.isUnread ? html`<span class="unread-dot" title=${t("row.unread")}></span>` : nothing}
      ${customerAvatar(row, "l")}
      <span class="row-words">
        <span class="row-top">
          <span class="row-name">${named(row)}</span>
          <span class="row-time">${time(row.last_at, stamp(row.last_at, desk.now, locale()))}</span>
        </span>
        <span class="row-preview">${this.#preview()}</span>
        <span class="row-bottom">${this.#inbox()} ${this.#labels()} ${this.#chip()} ${this.#assignee()}</span>
      </span>
    </a>`;
  }

  #preview() {
    const typist = this.desk.soft.typing.get(this.row.id);
    if (typist?.who === "customer") {
      return html`<span class="row-typing">${t("typing.customer", { name: customerName(this.row) })}</span>`;
    }
    const { preview_sender } = this.row;
    const prefix = {
      operator: t("row.operator"),
      bot: t("row.bot"),
      customer: "",
      system: "",
      "": "",
    };
    const words = previewOf(this.row);
    return html`${prefix[preview_sender] ? html`<span class="row-prefix">${prefix[preview_sender]}</span>` : nothing}
      <bdi>${words}</bdi>
      ${this.isUnread ? html`<span class="visually-hidden">${t("row.unread")}</span>` : nothing}`;
  }

  #inbox() {
    const inbox = this.desk.state.inboxes.get(this.row.inbox_id);
    if (!inbox) return nothing;
    return html`<span class="row-inbox" title=${t(`kind.${inbox.kind}`)}>
      ${inbox.kind === "line" ? icon("line") : inboxDot(inbox)}<bdi>${inbox.name}</bdi>
    </span>`;
  }

  /** The first by name, the others by their number and, to who points there, by name. */
  #labels() {
    const [first, ...others] = labelled(this.desk.state.labels, this.row.label_ids);
    if (!first) return nothing;
    const names = others.map(({ name }) => name).join(t("pane.and"));
    return html`<span class="row-labels">
      ${labelChip(first)}
      ${others.length > 0 ? html`<span class="row-more" title=${names}><span aria-hidden="true">+${others.length}</span><span class="visually-hidden">${names}</span></span>` : nothing}
    </span>`;
  }

  /** How long they have waited, or what the conversation waits for. */
  #chip() {
    const { status, snoozed_until, waiting_since } = this.row;
    if (status === "snoozed") {
      const until = snoozed_until && stamp(snoozed_until, this.desk.now, locale());
      return html`<span class="chip">${icon("snoozed")}${until ? t("row.until", { time: until }) : t("row.untilReply")}</span>`;
    }
    if (status === "pending" && !waiting_since) {
      return html`<span class="chip">${t("status.pending")}</span>`;
    }
    return waiting_since && status !== "resolved" ? this.#waiting(waiting_since) : nothing;
  }

  /** @param {string} since */
  #waiting(since) {
    const seconds = secondsSince(since, this.desk.now);
    const classes = {
      chip: true,
      "chip-warn": seconds >= WAITING_LONG && seconds < WAITING_TOO_LONG,
      "chip-bad": seconds >= WAITING_TOO_LONG,
    };
    const short = span(seconds, locale());
    const shown = html`<span class="chip-full">${t("row.waiting", { span: short })}</span>
      <span class="chip-short" aria-hidden="true">${short}</span>`;
    return html`<span class=${classMap(classes)}>${icon("clock")}${time(since, shown)}</span>`;
  }

  #assignee() {
    const operator = this.desk.state.operators.get(this.row.assignee_id ?? "");
    if (!operator) return nothing;
    const label = t("row.assignee", { name: operator.name });
    return html`<span class="row-assignee" title=${label}>
      ${avatar({ id: operator.id, name: operator.name, url: operator.avatar, size: "s" })}
      <span class="visually-hidden">${label}</span>
    </span>`;
  }
}

customElements.define("conversation-row", ConversationRowElement);
