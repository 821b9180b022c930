// @ts-check
/** The rich menu under the composer: a picture with areas to tap. */
import { html, nothing, ref } from "/line-simulator/static/vendor/lit.js";
import { menuUrl } from "../api.js";
import { change } from "../model.js";
import { t } from "../texts.js";
import { icon } from "./icons.js";
import { tap } from "./taps.js";

/**
 * @param {typeof import("../model.js").model} model
 * @param {import("../model.js").OpenChat} chat
 */
export function richMenu(model, chat) {
  const { menu } = chat;
  if (!menu || chat.kind !== "user") return nothing;
  const name = menu.chatBarText;
  const isOpen = model.isMenuOpen && !model.tray;
  return html`<div class="rich">
    <button
      class="rich-bar"
      aria-expanded=${isOpen}
      aria-label=${t(isOpen ? "menu.close" : "menu.open", { name })}
      @click=${() => change({ isMenuOpen: !isOpen, tray: "" })}
    >
      ${name} ${icon(isOpen ? "down" : "up")}
    </button>
    ${isOpen ? picture(menu) : nothing}
  </div>`;
}

/** @param {any} menu */
function picture(menu) {
  return html`<div class="rich-picture">
    <img src=${menuUrl(menu.id)} alt=${menu.name} />
    ${menu.areas.map(
      (/** @type {any} */ area) => html`<button
        aria-label=${area.action.label ?? area.action.text ?? area.action.data ?? area.action.uri ?? ""}
        title=${area.action.label ?? ""}
        @click=${() => tap(area.action)}
        ${ref((element) => place(element, area.bounds, menu.size))}
      ></button>`,
    )}
  </div>`;
}

/**
 * @param {Element|undefined} element
 * @param {{x: number, y: number, width: number, height: number}} bounds
 * @param {{width: number, height: number}} size
 */
function place(element, bounds, size) {
  if (!(element instanceof HTMLElement)) return;
  element.style.left = `${(100 * bounds.x) / size.width}%`;
  element.style.top = `${(100 * bounds.y) / size.height}%`;
  element.style.width = `${(100 * bounds.width) / size.width}%`;
  element.style.height = `${(100 * bounds.height) / size.height}%`;
}
