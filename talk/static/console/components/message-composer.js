// @ts-check
/** Where an operator writes: a reply to the customer, or a note that only the team sees. */
import { classMap, html, live, nothing } from "/static/vendor/lit.js";
import { DeskElement } from "../element.js";
import { t } from "../i18n/index.js";
import { sends } from "../keys.js";
import { customerName, shortName } from "../names.js";
import { Uploads } from "../uploads.js";
import { composerFiles } from "./composer-files.js";
import { attachButton, closedComposer, modeButton } from "./composer-parts.js";
import { icon } from "./icons.js";

/** @import { Draft, Mode } from "../drafts.js" @import { ConversationRow } from "../../protocol/types.js" */

const LONGEST = 10_000;
const MOST_FILES = 5;
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
  #uploads = /** @type {Uploads} */ (/** @type {any} */ (null));
  #conversationId = "";
  #composedAt = -Infinity;

  get topics() {
    return [`thread:${this.row.id}`];
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    if (this.row.id === this.#conversationId) {
      if (changed.has("mode")) this.#take();
      return;
    }
    this.#conversationId = this.row.id;
    this.mode = "reply";
    this.#take();
    this.#uploads = new Uploads(this.desk.api, this.row.id, this.#uploadListener(this.row.id));
  }

  #take() {
    this.#draft = this.desk.drafts.get(this.row.id, this.mode);
  }

  /** A file that comes after the operator went elsewhere joins its own conversation's draft. @param {string} id */
  #uploadListener(id) {
    return {
      onChange: () => this.requestUpdate(),
      onDone: (/** @type {import("../../protocol/types.js").AttachmentRow} */ file) => {
        const draft =
          id === this.row.id && this.mode === "reply"
            ? this.#draft
            : this.desk.drafts.get(id, "reply");
        draft.attachments = [...draft.attachments, file];
        this.desk.drafts.put(id, "reply", draft);
        this.requestUpdate();
      },
    };
  }

  render() {
    if (this.row.status === "resolved" && this.mode === "reply" && !this.#draft.body) {
      return closedComposer(
        () => this.begin("note"),
        () => this.desk.actions.setStatus(this.row, "open"),
      );
    }
    const isNote = this.mode === "note";
    return html`<form
      class=${classMap({ composer: true, "composer-note": isNote, "composer-over": this.isOver })}
      aria-label=${t("composer.label")}
      @submit=${this.#submitted}
      @dragover=${this.#dragged}
      @dragleave=${() => (this.isOver = false)}
      @drop=${this.#dropped}
    >
      <div class="composer-modes" role="group" aria-label=${t("composer.mode")}>
        ${this.#modeButton("reply")}${this.#modeButton("note")}
        ${isNote ? html`<span class="composer-hidden">${icon("lock")}${t("composer.noteHint")}</span>` : nothing}
      </div>
      <textarea
        rows="2"
        aria-label=${this.#placeholder}
        placeholder=${this.#placeholder}
        .value=${live(this.#draft.body)}
        @input=${this.#typed}
        @keydown=${this.#keydown}
        @compositionend=${this.#composed}
        @paste=${this.#pasted}
        @blur=${() => this.desk.actions.typing(this.row.id, false)}
      ></textarea>
      ${isNote ? nothing : composerFiles(this.#draft, this.#uploads, (id) => this.#removeFile(id))}
      ${this.#foot(isNote)}
      ${this.isOver ? html`<p class="composer-drop">${icon("clip")}${t("file.drop")}</p>` : nothing}
    </form>`;
  }

  get #placeholder() {
    return t(`composer.${this.mode}.placeholder`, { name: shortName(customerName(this.row)) });
  }

  /** @param {Mode} mode */
  #modeButton(mode) {
    return modeButton(mode, this.mode === mode, (chosen) => this.begin(chosen));
  }

  /** @param {boolean} isNote */
  #foot(isNote) {
    const over = [...this.#draft.body].length - LONGEST;
    return html`<div class="composer-foot">
      ${isNote ? nothing : attachButton((event) => this.#chosen(event))}
      ${
        over > 0
          ? html`<span class="composer-over-long" role="alert">${t("composer.tooLong", { count: over })}</span>`
          : html`<span class="composer-hint">${t("composer.hint")}</span>`
      }
      <button type="submit" class=${isNote ? "button button-note" : "button button-main"} ?disabled=${!this.#canSend}>
        ${icon(isNote ? "lock" : "send")}${t(isNote ? "composer.addNote" : "composer.send")}
      </button>
    </div>`;
  }

  get #canSend() {
    const { body, attachments } = this.#draft;
    const hasWords = body.trim() !== "";
    if ([...body].length > LONGEST) return false;
    if (this.mode === "note") return hasWords;
    return !this.#uploads.isBusy && (hasWords || attachments.length > 0);
  }

  updated() {
    this.#grow();
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
    const { client_id, body, attachments } = this.#draft;
    const { mode, row } = this;
    this.desk.drafts.remove(row.id, mode);
    this.#take();
    this.desk.outbox.add({
      client_id,
      conversation_id: row.id,
      mode,
      body: body.trim(),
      attachments,
    });
    this.desk.actions.typing(row.id, false);
    this.dispatchEvent(new CustomEvent("sent", { bubbles: true }));
    this.requestUpdate();
    this.#textarea?.focus();
  }

  /** @param {Iterable<File>} files */
  #attach(files) {
    const chosen = [...files];
    const taken = this.#draft.attachments.length + this.#uploads.all.length;
    if (taken + chosen.length > MOST_FILES) {
      this.desk.toasts.say("file.tooMany", { params: { count: MOST_FILES }, tone: "bad" });
    }
    for (const file of chosen.slice(0, Math.max(0, MOST_FILES - taken)))
      void this.#uploads.add(file);
  }

  /** @param {Event} event */
  #chosen(event) {
    const input = /** @type {HTMLInputElement} */ (event.target);
    this.#attach(input.files ?? []);
    input.value = "";
  }

  /** @param {ClipboardEvent} event */
  #pasted(event) {
    const files = event.clipboardData?.files ?? [];
    if (files.length === 0 || this.mode === "note") return;
    event.preventDefault();
    this.#attach(files);
  }

  /** @param {DragEvent} event */
  #dragged(event) {
    if (this.mode === "note" || !event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    this.isOver = true;
  }

  /** @param {DragEvent} event */
  #dropped(event) {
    this.isOver = false;
    if (this.mode === "note" || !event.dataTransfer?.files.length) return;
    event.preventDefault();
    this.#attach(event.dataTransfer.files);
  }

  /** @param {string} id */
  #removeFile(id) {
    this.#draft.attachments = this.#draft.attachments.filter((file) => file.id !== id);
    this.#keep();
    this.requestUpdate();
  }
}

customElements.define("message-composer", MessageComposer);
