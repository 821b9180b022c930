// @ts-check
/** Where an operator writes: a reply to the customer, or a note that only the team sees. */
import { classMap, html, live, nothing } from "/static/vendor/lit.js";
import { standing } from "../channel.js";
import { isEmpty } from "../drafts.js";
import { DeskElement } from "../element.js";
import { offeredIn } from "../file-limits.js";
import { t } from "../i18n/index.js";
import { sends } from "../keys.js";
import { customerName, shortName } from "../names.js";
import { page } from "../page.js";
import { saysFor } from "../said.js";
import { bubbleCount } from "../utf16.js";
import {
  barredComposer,
  closedComposer,
  composerFoot,
  endedComposer,
  modeButton,
  nearLimit,
} from "./composer-parts.js";
import { DraftExtras } from "./draft-extras.js";
import { DraftFiles } from "./draft-files.js";
import { icon } from "./icons.js";
import { IncomingFiles } from "./incoming-files.js";
import "./channel-pill.js";

/** @import { Draft, Mode } from "../drafts.js" @import { ConversationRow } from "../../protocol/types.js" */

const LONGEST = 10_000;
const TALLEST_PX = 280;

class MessageComposer extends DeskElement {
  static properties = { row: { attribute: false }, mode: { state: true }, isOver: { state: true } };

  constructor() {
    super();
    /** @type {ConversationRow} */
    this.row = /** @type {any} */ (undefined);
    /** @type {Mode} */
    this.mode = "reply";
    /** Something is dragged over the window. */
    this.isOver = false;
  }

  /** @type {Draft} */
  #draft = { client_id: "", body: "", attachments: [] };
  #files = new DraftFiles({
    desk: () => this.desk,
    row: () => this.row,
    draft: () => this.#draft,
    put: (attachments) => this.#put({ ...this.#draft, attachments }),
  });
  #extras = new DraftExtras({
    desk: () => this.desk,
    row: () => this.row,
    draft: () => this.#draft,
    put: (draft) => this.#put(draft),
    focus: () => void this.updateComplete.then(() => this.#textarea?.focus()),
    tools: () => this.querySelector("line-tools"),
  });
  #incoming = new IncomingFiles({
    isWanted: () => this.mode === "reply",
    take: (files) => this.#files.attach(files),
    onOver: (isOver) => {
      this.isOver = isOver;
    },
  });
  #conversationId = "";
  #composedAt = -Infinity;
  #hadFocus = false;

  get topics() {
    return [`thread:${this.row.id}`, `uploads:${this.row.id}`, "directory", "clock"];
  }

  /** @param {Set<string>} changed */
  heard(changed) {
    if (changed.has(`uploads:${this.row.id}`)) this.#takeFiles();
    this.requestUpdate();
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    this.#hadFocus = this.contains(document.activeElement);
    if (this.row.erased_at) this.#forgetDrafts();
    if (this.row.id === this.#conversationId) {
      if (changed.has("mode")) this.#take();
      return;
    }
    this.#conversationId = this.row.id;
    this.mode = "reply";
    this.#take();
  }

  /** They may be about the customer, and can be sent nowhere. */
  #forgetDrafts() {
    const { drafts } = this.desk;
    for (const mode of /** @type {Mode[]} */ (["reply", "note"])) drafts.remove(this.row.id, mode);
  }

  #take() {
    this.#draft = this.desk.drafts.get(this.row.id, this.mode);
  }

  /** The words are these here. */
  #takeFiles() {
    if (this.mode === "reply" && this.row.id === this.#conversationId) this.#files.take();
  }

  render() {
    if (this.row.erased_at) return endedComposer();
    if (this.row.status === "resolved" && this.mode === "reply" && this.#isEmpty) {
      return closedComposer(
        () => this.begin("note"),
        () => this.desk.actions.setStatus(this.row, "open"),
      );
    }
    const isNote = this.mode === "note";
    const channel = isNote ? null : this.#standing;
    if (channel?.why) return barredComposer(channel.why, this.row, () => this.begin("note"));
    return html`<form
      class=${classMap({ composer: true, "composer-note": isNote, "composer-over": this.isOver })}
      aria-label=${t("composer.label")}
      @submit=${this.#submitted}
      @dragover=${this.#incoming.dragged}
      @dragleave=${this.#incoming.left}
      @drop=${this.#incoming.dropped}
    >
      <div class="composer-modes" role="group" aria-label=${t("composer.mode")}>
        ${this.#modeButton("reply")}${this.#modeButton("note")}
        ${isNote ? html`<span class="composer-hidden">${icon("lock")}${t("composer.noteHint")}</span>` : nothing}
        ${channel ? html`<channel-pill .desk=${this.desk} .row=${this.row}></channel-pill>${nearLimit(channel)}` : nothing}
      </div>
      ${isNote ? nothing : this.#extras.quote()}
      <textarea
        rows="2"
        aria-label=${this.#placeholder}
        placeholder=${this.#placeholder}
        .value=${live(this.#draft.body)}
        @input=${this.#typed}
        @keydown=${this.#keydown}
        @compositionend=${this.#composed}
        @paste=${this.#incoming.pasted}
        @blur=${() => this.desk.actions.typing(this.row.id, false)}
      ></textarea>
      ${isNote ? nothing : this.#files.view()}
      ${isNote ? nothing : this.#extras.view()}
      ${composerFoot({ mode: this.mode, over: this.#over, canSend: this.#canSend, chosen: this.#incoming.chosen, kinds: this.#kinds, parts: this.#parts(channel), tools: channel ? this.#extras.tools() : nothing })}
      ${this.isOver ? html`<p class="composer-drop">${icon("clip")}${t("file.drop")}</p>` : nothing}
    </form>`;
  }

  get #standing() {
    return standing(this.row, this.#inbox, this.desk.now);
  }

  get #inbox() {
    return this.desk.state.inboxes.get(this.row.inbox_id);
  }

  /** The kinds of files that may be chosen. */
  get #kinds() {
    return offeredIn(this.#inbox, page.fileKinds);
  }

  /** As the channel counts: letters, bubbles, and how often it is called. @param {import("../channel.js").Standing|null} channel */
  #parts(channel) {
    const { body, attachments, extra } = this.#draft;
    if (!channel || this.#isEmpty) return null;
    const own = attachments.length + (extra?.kind ? 1 : 0);
    const bubbles = bubbleCount(body.trim(), channel.bubble) + own;
    return { units: body.trim().length, bubbles, calls: Math.ceil(bubbles / channel.call) };
  }

  /** Answer this message. @param {string} messageId */
  quote(messageId) {
    if (this.mode !== "reply") this.mode = "reply";
    void this.updateComplete.then(() => {
      this.#put({ ...this.#draft, quoted: messageId });
      this.#textarea?.focus();
    });
  }

  get #isEmpty() {
    return isEmpty(this.#draft) && this.#files.count === 0;
  }

  get #placeholder() {
    return t(`composer.${this.mode}.placeholder`, { name: shortName(customerName(this.row)) });
  }

  /** @param {Mode} mode */
  #modeButton(mode) {
    return modeButton(mode, this.mode === mode, (chosen) => this.begin(chosen));
  }

  /** How many letters there are too many. */
  get #over() {
    return Math.max(0, [...this.#draft.body].length - LONGEST);
  }

  get #canSend() {
    const { body, attachments } = this.#draft;
    const hasWords = body.trim() !== "";
    if (this.#over > 0) return false;
    if (this.mode === "note") return hasWords;
    if (this.#extras.isBareQuote) return false;
    const hasAny = hasWords || attachments.length > 0 || Boolean(this.#draft.extra?.kind);
    return !this.#files.isBusy && hasAny;
  }

  updated() {
    this.#grow();
    this.#keepFocus();
  }

  /** What had the focus may have gone: the composer when somebody resolves, a button when it reopens. */
  #keepFocus() {
    if (!this.#hadFocus || this.contains(document.activeElement)) return;
    const place = this.#textarea ?? this.querySelector(".composer-closed");
    /** @type {HTMLElement|null} */ (place)?.focus();
  }

  get #textarea() {
    return /** @type {HTMLTextAreaElement|null} */ (this.querySelector("textarea"));
  }

  #grow() {
    const area = this.#textarea;
    if (!area) return;
    area.style.height = "auto";
    area.style.height = `${Math.min(area.scrollHeight, TALLEST_PX)}px`;
  }

  /** Write a reply or a note, with the caret in place. @param {Mode} mode */
  begin(mode) {
    this.mode = mode;
    void this.updateComplete.then(() => this.#textarea?.focus());
  }

  /** @param {Event} event */
  #typed(event) {
    this.#draft.body = /** @type {HTMLTextAreaElement} */ (event.target).value;
    this.#keep();
    if (this.mode === "reply") this.desk.actions.typing(this.row.id, this.#draft.body !== "");
    this.requestUpdate();
  }

  /** @param {Draft} draft */
  #put(draft) {
    this.#draft = draft;
    this.#keep();
    this.requestUpdate();
  }

  #keep() {
    this.desk.drafts.put(this.row.id, this.mode, this.#draft);
  }

  #composed() {
    this.#composedAt = performance.now();
  }

  /** @param {KeyboardEvent} event */
  #keydown(event) {
    if (event.key === "Escape" && !event.isComposing) this.#textarea?.blur();
    if (!sends(event, { at: performance.now(), endedAt: this.#composedAt })) return;
    event.preventDefault();
    this.#send();
  }

  /** @param {SubmitEvent} event */
  #submitted(event) {
    event.preventDefault();
    this.#send();
  }

  /** The draft is gone at once, so a second Enter has nothing to send. */
  #send() {
    if (!this.#canSend) return;
    this.#takeFiles();
    const { client_id, body, attachments, quoted, extra } = this.#draft;
    const { mode, row } = this;
    this.desk.drafts.remove(row.id, mode);
    this.#take();
    this.desk.outbox.add({
      client_id,
      conversation_id: row.id,
      mode,
      body: body.trim(),
      attachments,
      ...(mode === "reply" && saysFor({ quoted, extra })),
    });
    this.desk.actions.typing(row.id, false);
    this.dispatchEvent(new CustomEvent("sent", { bubbles: true }));
    this.requestUpdate();
    this.#textarea?.focus();
  }
}

customElements.define("message-composer", MessageComposer);
