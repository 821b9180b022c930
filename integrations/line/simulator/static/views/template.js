// @ts-check
/** Template messages: buttons, confirm, carousels. */
import { html, nothing } from "/line-simulator/static/vendor/lit.js";
import { tap } from "./taps.js";

/** @param {any} message */
export function template({ template }) {
  switch (template.type) {
    case "confirm":
      return html`<div class="card card-confirm">
        <p>${template.text}</p>
        <div class="card-pair">${template.actions.map(act)}</div>
      </div>`;
    case "carousel":
      return html`<div class="cards">${template.columns.map(column)}</div>`;
    case "image_carousel":
      return html`<div class="cards">
        ${template.columns.map(
          (
            /** @type {any} */ one,
          ) => html`<button class="card card-image" @click=${() => tap(one.action)}>
            <img src=${one.imageUrl} alt="" />
            ${one.action.label ? html`<span>${one.action.label}</span>` : nothing}
          </button>`,
        )}
      </div>`;
    default:
      return column(template);
  }
}

/** @param {any} part */
function column({ thumbnailImageUrl, title, text, actions }) {
  return html`<div class="card">
    ${thumbnailImageUrl ? html`<img src=${thumbnailImageUrl} alt="" />` : nothing}
    <div class="card-words">
      ${title ? html`<b>${title}</b>` : nothing}
      <p>${text}</p>
    </div>
    ${actions.map(act)}
  </div>`;
}

/** @param {any} action */
function act(action) {
  return html`<button class="card-act" @click=${() => tap(action)}>${action.label}</button>`;
}
