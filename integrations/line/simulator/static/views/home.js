// @ts-check
/** The list of chats, as the phone opens with it. */
import { html, nothing, repeat } from "/line-simulator/static/vendor/lit.js";
import { ask, makeGroup, openChat, personNamed } from "../model.js";
import { t } from "../texts.js";
import { stampOf } from "../times.js";
import { face, shop } from "./faces.js";
import { icon } from "./icons.js";
import { preview } from "./preview.js";

/** @typedef {typeof import("../model.js").model} Model */

/** @param {Model} model */
export function homeScreen(model) {
  const groups = model.chats.filter((chat) => chat.kind !== "user");
  return html`<div class="screen home">
    <header class="screen-head">
      <h2>${t("home.title")}</h2>
      ${
        model.accounts.length
          ? html`<button class="round" title=${t("home.group")} aria-label=${t("home.group")} @click=${group}>
              ${icon("people")}
            </button>`
          : nothing
      }
    </header>
    <ul class="chats">
      ${repeat(
        model.accounts,
        (account) => account.channel_id,
        (account) => accountLine(model, account),
      )}
      ${repeat(
        groups,
        (chat) => chat.id,
        (chat) => groupLine(chat),
      )}
    </ul>
    ${model.accounts.length ? nothing : html`<p class="hollow">${t("home.none")}</p>`}
  </div>`;
}

/**
 * @param {Model} model
 * @param {import("../model.js").Account} account
 */
function accountLine(model, account) {
  const chat = model.chats.find(
    (one) => one.channel_id === account.channel_id && one.kind === "user",
  );
  const state = chat?.is_blocked ? t("home.blocked") : chat?.is_friend ? "" : t("home.stranger");
  return line({
    picture: shop(),
    name: account.name,
    chat,
    state,
    open: () => openChat(account.channel_id, "own"),
  });
}

/** @param {import("../model.js").Chat} chat */
function groupLine(chat) {
  const name = t("chat.group_count", { name: chat.name, count: chat.members.length });
  return line({
    picture: face(chat.id, chat.name),
    name,
    chat,
    state: "",
    open: () => openChat(chat.channel_id, chat.id),
  });
}

/**
 * @param {{picture: unknown, name: string, chat: import("../model.js").Chat|undefined,
 *   state: string, open: () => void}} shown
 */
function line({ picture, name, chat, state, open }) {
  const last = chat?.bubbles.at(-1);
  return html`<li>
    <button class="chat-line" @click=${open}>
      ${picture}
      <span class="chat-words">
        <b>${name}</b>
        <span class="chat-last">${last ? preview(last, personNamed) : t("home.start")}</span>
      </span>
      <span class="chat-side">
        ${last ? html`<time>${stampOf(last.at_ms)}</time>` : nothing}
        ${
          chat?.unread
            ? html`<span class="count" aria-label=${t("home.unread", { count: chat.unread })}>
                ${chat.unread > 99 ? "99+" : chat.unread}
              </span>`
            : state
              ? html`<span class="state">${state}</span>`
              : nothing
        }
      </span>
    </button>
  </li>`;
}

function group() {
  ask(t("home.group_ask"), t("home.group_default"), makeGroup);
}
