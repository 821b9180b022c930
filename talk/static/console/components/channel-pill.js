// @ts-check
/** What the next answer costs, and for how long: free while the channel lets us reply, then counted. */
import { html, nothing } from "/static/vendor/lit.js";
import { serverNow } from "../../protocol/clock.js";
import { standing } from "../channel.js";
import { DeskElement } from "../element.js";
import { briefSpan } from "../format.js";
import { locale, t } from "../i18n/index.js";
import { icon } from "./icons.js";

/** @import { ConversationRow } from "../../protocol/types.js" @import { Standing } from "../channel.js" */

const SECOND_MS = 1000;
const DAY = 86_400;

class ChannelPill extends DeskElement {
  static properties = { row: { attribute: false } };

  constructor() {
    super();
    /** @type {ConversationRow} */
    this.row = /** @type {any} */ (undefined);
  }

  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #timer;

  get topics() {
    return ["directory", "clock"];
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
  }

  render() {
    const inbox = this.desk.state.inboxes.get(this.row.inbox_id);
    const now = standing(this.row, inbox, serverNow());
    if (!now) return nothing;
    this.#tickWhile(now.free > 0);
    return html`${this.#ending(now)}${now.free > 0 ? this.#free(now.free) : this.#push(now)}`;
  }

  /** A second is shown, so each is drawn. @param {boolean} isRunning */
  #tickWhile(isRunning) {
    clearTimeout(this.#timer);
    if (isRunning) this.#timer = setTimeout(() => this.requestUpdate(), SECOND_MS);
  }

  /** @param {number} seconds */
  #free(seconds) {
    return html`<span class="channel-pill channel-free" title=${t("channel.free.hint")}>
      ${icon("check")}${t("channel.free", { span: briefSpan(seconds, locale()) })}
    </span>`;
  }

  /** @param {Standing} now */
  #push({ push, isGroup, members }) {
    const each = isGroup
      ? members > 0
        ? t("channel.members", { count: members })
        : t("channel.group")
      : "";
    if (!push)
      return html`<span class="channel-pill">${icon("line")}${t("channel.push")}${each}</span>`;
    const { used, limit, level } = push;
    const text =
      limit === null ? t("channel.unlimited", { used }) : t("channel.quota", { used, limit });
    return html`<span class="channel-pill channel-${level}" title=${t(`channel.hint.${level}`)} role=${level === "full" ? "alert" : nothing}>
      ${icon(level === "calm" ? "line" : "alert")}${level === "full" ? t("channel.full", { used, limit: limit ?? 0 }) : text}${each}
    </span>`;
  }

  /** To who is no friend, nothing can be sent a week after their last words. @param {Standing} now */
  #ending({ left }) {
    if (left === Number.POSITIVE_INFINITY) return nothing;
    const tone = left < DAY ? "channel-pill channel-close" : "channel-pill";
    return html`<span class=${tone} title=${t("channel.ending.hint")}>
      ${icon("clock")}${t("channel.ending", { span: briefSpan(left, locale()) })}
    </span>`;
  }
}

customElements.define("channel-pill", ChannelPill);
