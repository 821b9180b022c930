// @ts-check
/** A button with a panel over everything else: placed by hand, closed by Escape or a click outside. */
import { html } from "/static/vendor/lit.js";
import { DeskElement } from "../element.js";

const GAP_PX = 6;

/** Draw `button()` and `panel()`; both are drawn anew whenever the panel opens. */
export class PopoverElement extends DeskElement {
  /** @type {import("/static/vendor/lit.js").PropertyDeclarations} */
  static properties = { open: { state: true } };

  constructor() {
    super();
    this.open = false;
  }

  /** @returns {unknown} what the button shows */
  button() {
    return "";
  }

  /** @returns {unknown} what the panel shows */
  panel() {
    return "";
  }

  get buttonLabel() {
    return "";
  }

  get buttonClass() {
    return "button";
  }

  get isDisabled() {
    return false;
  }

  render() {
    return html`<button
        type="button"
        class=${this.buttonClass}
        aria-haspopup="dialog"
        aria-expanded=${this.open ? "true" : "false"}
        aria-label=${this.buttonLabel}
        title=${this.buttonLabel}
        ?disabled=${this.isDisabled}
        @pointerdown=${this.#press}
        @click=${this.toggle}
      >
        ${this.button()}
      </button>
      <div
        class="popover"
        popover="auto"
        role="dialog"
        aria-label=${this.buttonLabel}
        @beforetoggle=${this.#leaving}
        @toggle=${this.#toggled}
        @keydown=${this.#move}
      >
        ${this.open ? this.panel() : ""}
      </div>`;
  }

  toggle() {
    const wasOpen = this.#pressedOpen ?? this.open;
    this.#pressedOpen = null;
    if (wasOpen) this.hide();
    else this.show();
  }

  show() {
    if (this.isDisabled) return;
    this.open = true;
    void this.updateComplete.then(() => {
      this.#panel.showPopover();
      this.#place();
      this.#items[0]?.focus();
    });
  }

  hide() {
    this.#panel.hidePopover();
  }

  /** Close, then do what was chosen. @param {() => unknown} act */
  choose(act) {
    this.hide();
    act();
  }

  /** Releasing the pointer on the button closes an open panel before the click comes. */
  #press() {
    this.#pressedOpen = this.open;
  }

  /** @type {boolean|null} */
  #pressedOpen = null;

  get #panel() {
    return /** @type {HTMLElement} */ (this.querySelector(".popover"));
  }

  get #items() {
    const selector = "input, select, .menu-item:not([disabled])";
    return /** @type {HTMLElement[]} */ ([...this.#panel.querySelectorAll(selector)]);
  }

  /** Who closes it by the keyboard goes on from its button. @param {Event} event */
  #leaving(event) {
    if (event.target !== this.#panel || /** @type {ToggleEvent} */ (event).newState === "open")
      return;
    if (this.#panel.contains(document.activeElement)) this.querySelector("button")?.focus();
  }

  /** @param {Event} event */
  #toggled(event) {
    if (event.target !== this.#panel) return;
    this.open = /** @type {ToggleEvent} */ (event).newState === "open";
  }

  #place() {
    const anchor = /** @type {HTMLElement} */ (
      this.querySelector("button")
    ).getBoundingClientRect();
    const panel = this.#panel;
    const { offsetWidth: width, offsetHeight: height } = panel;
    const left = Math.min(anchor.left, window.innerWidth - width - GAP_PX);
    const below = anchor.bottom + GAP_PX;
    const fits = below + height <= window.innerHeight - GAP_PX;
    panel.style.left = `${Math.max(GAP_PX, left)}px`;
    panel.style.top = `${fits ? below : Math.max(GAP_PX, anchor.top - GAP_PX - height)}px`;
  }

  /** @param {KeyboardEvent} event */
  #move(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    event.stopPropagation();
    if (!step || event.isComposing) return;
    const items = this.#items;
    const at = items.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    items[(at + step + items.length) % items.length]?.focus();
    event.preventDefault();
  }
}
