// @ts-check
/** One chat: who it is with, what was said, what can be said. */
import { html, nothing, ref, repeat } from "/line-simulator/static/vendor/lit.js";
import { act, change, closeChat, model as state } from "../model.js";
import { t } from "../texts.js";
import { dayOf } from "../times.js";
import { bubbleLine } from "./bubble.js";
import { composer } from "./composer.js";
import { shop } from "./faces.js";
import { icon } from "./icons.js";
import { quickReplies } from "./quick.js";
import { richMenu } from "./richmenu.js";
import { together } from "./together.js";

/** @typedef {typeof import("../model.js").model} Model */
/** @typedef {import("../model.js").Bubble} Bubble */

/** @param {Model} model */
export function chatScreen(model) {
  const account = model.accounts.find((one) => one.channel_id === model.open?.channel);
  const { chat } = model;
  const name = chat && chat.kind !== "user" ? chat.name : (account?.name ?? "");
  return html`<div class="screen chat">
    <header class="screen-head chat-head">
      <button class="round" title=${t("chat.back")} aria-label=${t("chat.back")} @click=${closeChat}>
        ${icon("back")}
      </button>
      <div class="chat-title">
        <h2>${name}</h2>
        <p>${chat && chat.kind !== "user" ? people(chat) : t("chat.official")}</p>
      </div>
      <button
        class="round"
        title=${t("chat.menu")}
        aria-label=${t("chat.menu")}
        @click=${() => change({ sheet: { kind: "chat" } })}
      >
        ${icon("menu")}
      </button>
    </header>
    ${chat && chat.kind === "user" && !chat.is_friend && !chat.is_blocked ? stranger() : nothing}
    <div class="log" tabindex="0" ${ref((log) => keepAtEnd(log))}>
      ${chat ? log(chat, account) : nothing}
      ${chat && chat.loading_seconds > 0 ? loading() : nothing}
    </div>
    ${chat ? below(model, chat) : nothing}
  </div>`;
}

/** @param {import("../model.js").Chat} chat */
function people(chat) {
  return chat.members
    .map((key) => state.people.find((one) => one.key === key)?.name ?? "")
    .join("・");
}

function stranger() {
  return html`<div class="strip">
    <span>${t("chat.not_friend")}</span>
    <button class="pill" @click=${() => act("follow")}>${t("chat.friend")}</button>
    <button class="pill" @click=${() => act("block")}>${t("chat.block")}</button>
  </div>`;
}

/**
 * @param {import("../model.js").OpenChat} chat
 * @param {import("../model.js").Account|undefined} account
 */
function log(chat, account) {
  if (!chat.bubbles.length) return html`<p class="hollow">${t("chat.empty")}</p>`;
  const groups = together(chat.bubbles);
  return repeat(
    groups,
    (group) => group[0].id,
    (group, at) => {
      const before = groups[at - 1]?.at(-1);
      const day = dayOf(group[0].at_ms);
      const isNew = !before || dayOf(before.at_ms) !== day;
      return html`${isNew ? html`<p class="day"><span>${day}</span></p>` : nothing}
      ${bubbleLine(group, chat, account, !isNew && isSame(before, group[0]))}`;
    },
  );
}

/** Who goes on speaking is not named again. @param {Bubble} before @param {Bubble} bubble */
function isSame(before, bubble) {
  const sameName = before.message.sender?.name === bubble.message.sender?.name;
  return !before.is_unsent && before.author === bubble.author && sameName;
}

function loading() {
  return html`<div class="line theirs">
    ${shop()}
    <div class="bubble dots" role="status" aria-label=${t("chat.loading")}><i></i><i></i><i></i></div>
  </div>`;
}

/**
 * @param {Model} model
 * @param {import("../model.js").OpenChat} chat
 */
function below(model, chat) {
  if (chat.is_blocked)
    return html`<div class="strip strip-low">
      <span>${t("chat.blocked")}</span>
      <button class="pill" @click=${() => act("follow")}>${t("chat.unblock")}</button>
    </div>`;
  if (chat.has_left)
    return html`<div class="strip strip-low">
      <span>${t("chat.left")}</span>
      <button class="pill" @click=${() => act("invite")}>${t("chat.invite")}</button>
    </div>`;
  return html`${quickReplies(chat)} ${composer(model)} ${richMenu(model, chat)}`;
}

let shown = "";
/** Whether the newest words were in view when it was drawn last. */
let isAtEnd = true;

/** New words scroll into view, unless somebody reads further up. @param {Element|undefined} log */
function keepAtEnd(log) {
  if (!(log instanceof HTMLElement)) return;
  const own = `${state.open?.channel} ${state.open?.chat} ${state.chat ? 1 : 0}`;
  isAtEnd = own !== shown || log.scrollHeight - log.scrollTop - log.clientHeight < 160;
  shown = own;
  requestAnimationFrame(() => toEnd(log));
  // Pictures grow after they were drawn; their news do not bubble.
  log.addEventListener("load", onGrown, true);
}

/** @param {Event} event */
function onGrown(event) {
  toEnd(/** @type {HTMLElement} */ (event.currentTarget));
}

/** @param {HTMLElement} log */
function toEnd(log) {
  if (isAtEnd) log.scrollTo(0, log.scrollHeight);
}
