// @ts-check
/** What comes up over the screen: the menu of a message, of a chat. */
import { html, nothing, ref } from "/line-simulator/static/vendor/lit.js";
import { act, ask, change, closeChat, tell } from "../model.js";
import { t } from "../texts.js";

/** @typedef {typeof import("../model.js").model} Model */

/** @param {Model} model */
export function sheet(model) {
  if (model.question) return questionSheet(model.question);
  if (!model.sheet) return nothing;
  const acts = model.sheet.kind === "chat" ? ofChat(model) : ofBubble(model);
  return html`<div class="sheet" @click=${close} @keydown=${onKey}>
    <div class="sheet-card" role="menu">
      ${acts.map(
        ([label, work]) => html`<button role="menuitem" @click=${() => work()}>${label}</button>`,
      )}
      <button role="menuitem" class="sheet-close">${t("sheet.close")}</button>
    </div>
  </div>`;
}

/** @param {NonNullable<Model["question"]>} question */
function questionSheet(question) {
  return html`<div class="sheet" @click=${leave} @keydown=${onKey}>
    <form class="sheet-card" @click=${hold} @submit=${answer}>
      <label>${question.title}<input name="text" .value=${question.value} ${ref(focus)} /></label>
      <div class="sheet-acts">
        <button type="button" @click=${leave}>${t("composer.cancel")}</button>
        <button class="main">${t("picker.done")}</button>
      </div>
    </form>
  </div>`;

  /** @param {SubmitEvent} event */
  function answer(event) {
    event.preventDefault();
    const given = new FormData(/** @type {HTMLFormElement} */ (event.target)).get("text");
    leave();
    if (String(given).trim()) question.done(String(given).trim());
  }
}

function leave() {
  change({ question: null });
}

/** @param {Event} event */
function hold(event) {
  event.stopPropagation();
}

/** @param {Element|undefined} field */
function focus(field) {
  if (field instanceof HTMLElement) field.focus();
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  if (event.key === "Escape") change({ sheet: null, question: null });
}

function close() {
  change({ sheet: null });
}

/** @param {Model} model @returns {[string, () => void][]} */
function ofBubble(model) {
  const bubble = model.sheet?.bubble;
  if (!bubble) return [];
  const isMine = bubble.author === model.person;
  const isText = bubble.message.type === "text";
  /** @type {[string, () => void][]} */
  const acts = [];
  if (isText) acts.push([t("bubble.copy"), () => copy(bubble.message.text)]);
  if (bubble.quote_token) acts.push([t("bubble.reply"), () => change({ quoting: bubble })]);
  if (isMine && isText && model.chat?.kind === "group")
    acts.push([t("bubble.edit"), () => edit(bubble)]);
  if (isMine) acts.push([t("bubble.unsend"), () => act("unsend", { message_id: bubble.id })]);
  return acts;
}

/** @param {Model} model @returns {[string, () => void][]} */
function ofChat(model) {
  const { chat } = model;
  if (!chat) return [];
  if (chat.kind !== "user")
    return chat.has_left
      ? [[t("chat.invite"), () => act("invite")]]
      : [[t("chat.throw_out"), () => act("throw_out")]];
  if (chat.is_blocked) return [[t("chat.unblock"), () => act("follow")]];
  /** @type {[string, () => void][]} */
  const acts = chat.is_friend ? [] : [[t("chat.friend"), () => act("follow")]];
  return [...acts, [t("chat.block"), () => act("block")], [t("chat.back"), closeChat]];
}

/** @param {string} text */
export async function copy(text) {
  await navigator.clipboard.writeText(text);
  tell(t("copied"));
}

/** @param {import("../model.js").Bubble} bubble */
function edit(bubble) {
  ask(t("bubble.edit_ask"), bubble.message.text, (text) =>
    act("edit", { message_id: bubble.id, text }),
  );
}
