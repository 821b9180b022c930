// @ts-check
/** Quick replies: under the newest message, and gone when a newer one comes. */
import { html, nothing } from "/line-simulator/static/vendor/lit.js";
import { tap } from "./taps.js";

/** @param {import("../model.js").OpenChat} chat */
export function quickReplies(chat) {
  const last = chat.bubbles.at(-1);
  const items = last && !last.author ? last.message.quickReply?.items : null;
  if (!items?.length) return nothing;
  return html`<div class="quick">
    ${items.map(
      (/** @type {any} */ item) => html`<button @click=${() => tap(item.action)}>
        ${item.imageUrl ? html`<img src=${item.imageUrl} alt="" />` : nothing}${item.action.label}
      </button>`,
    )}
  </div>`;
}
