// @ts-check
/** Which sticker: by what it means, or by its number as LINE's own list shows it. */
import { html, live, nothing } from "/static/vendor/lit.js";
import { DeskElement } from "../element.js";
import { locale, t } from "../i18n/index.js";
import { foundStickers, LIST_HREF, PACKAGES, stickersOf } from "../line/stickers.js";
import { hueClass } from "../names.js";
import { icon } from "./icons.js";
import { outLink } from "./parts.js";
import { face, stickerWord } from "./sticker-face.js";

/** @import { Sticker } from "../line/stickers.js" */

class StickerPicker extends DeskElement {
  static properties = { needle: { state: true }, kit: { state: true } };

  constructor() {
    super();
    this.needle = "";
    this.kit = PACKAGES[0];
    /** @type {(said: any) => void} */
    this.done = () => {};
  }

  show() {
    this.needle = "";
    this.querySelector("dialog")?.showModal();
  }

  render() {
    const found = this.needle.trim()
      ? foundStickers(this.needle, stickerWord)
      : stickersOf(this.kit);
    return html`<dialog class="sheet sheet-wide line-sheet" aria-labelledby="sticker-title">
      <header class="sheet-head">
        <h2 id="sticker-title">${t("line.sticker")}</h2>
        <button type="button" class="icon-button" aria-label=${t("dialog.close")} title=${t("dialog.close")} @click=${this.#close}>${icon("close")}</button>
      </header>
      <div class="sticker-tools">
        <input type="search" class="field" autofocus aria-label=${t("sticker.search")} placeholder=${t("sticker.search")} .value=${live(this.needle)} @input=${this.#sought} @keydown=${this.#entered} />
        <select class="field" aria-label=${t("sticker.package")} @change=${this.#chosenKit}>
          ${PACKAGES.map((kit) => html`<option value=${kit.id} .selected=${kit === this.kit}>${kit[locale()]}${kit.speaks ? ` – ${t(`sticker.speaks.${kit.speaks}`)}` : ""}</option>`)}
        </select>
      </div>
      <ul class="sticker-grid" @keydown=${this.#move}>${found.map((sticker) => html`<li>${this.#choice(sticker)}</li>`)}</ul>
      ${found.length === 0 ? html`<p class="menu-none" role="status">${t("sticker.none")}</p>` : nothing}
      <p class="sticker-advice">${t("sticker.advice")} ${outLink(LIST_HREF, t("sticker.list"))}</p>
    </dialog>`;
  }

  /** @param {Sticker} sticker */
  #choice(sticker) {
    const meaning = sticker.keywords.map(stickerWord).join(t("then.comma"));
    const { sticker_id, speaks } = sticker;
    const foreign = speaks && t(`sticker.speaks.${speaks}`);
    const label = [meaning || t("said.sticker"), foreign, sticker_id].filter(Boolean).join(" ");
    return html`<button type="button" class="sticker-choice ${hueClass(sticker.sticker_id)}" aria-label=${label} title=${label} @click=${() => this.#take(sticker)}>
      ${face(sticker)}${meaning ? html`<span class="sticker-name">${meaning}</span>` : nothing}<span class="sticker-number">${foreign || sticker_id}</span>
    </button>`;
  }

  /** @param {Sticker} sticker */
  #take(sticker) {
    const { keywords, package_id, sticker_id } = sticker;
    this.done({
      kind: "sticker",
      package_id,
      sticker_id,
      ...(keywords.length > 0 && { keywords }),
    });
    this.#close();
  }

  /** @param {Event} event */
  #sought(event) {
    this.needle = /** @type {HTMLInputElement} */ (event.target).value;
  }

  /** Enter goes to the first that is found: it sends nothing. @param {KeyboardEvent} event */
  #entered(event) {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    /** @type {HTMLElement|null} */ (this.querySelector(".sticker-choice"))?.focus();
  }

  /** @param {Event} event */
  #chosenKit(event) {
    const id = Number(/** @type {HTMLSelectElement} */ (event.target).value);
    this.kit = PACKAGES.find((kit) => kit.id === id) ?? PACKAGES[0];
    this.needle = "";
  }

  /** Arrows go from one to the next. @param {KeyboardEvent} event */
  #move(event) {
    const all = /** @type {HTMLElement[]} */ ([...this.querySelectorAll(".sticker-choice")]);
    const at = all.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    const grid = all.findIndex((each) => each.offsetTop > all[0].offsetTop);
    const row = grid < 0 ? all.length : grid;
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: row, ArrowUp: -row }[event.key];
    if (at < 0 || !step) return;
    event.preventDefault();
    all[at + step]?.focus();
  }

  #close() {
    this.querySelector("dialog")?.close();
  }
}

customElements.define("sticker-picker", StickerPicker);
