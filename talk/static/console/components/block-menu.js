// @ts-check
/** What can be done with a block of the pane, and why it is there. */
import { html, nothing } from "/static/vendor/lit.js";
import { t } from "../i18n/index.js";
import { valueAt } from "../values.js";
import { icon } from "./icons.js";
import { sourceName } from "./pane-words.js";
import { PopoverElement } from "./popover.js";

/** @import { FieldShown, Sidebar } from "../../protocol/types.js" @import { Placed } from "./pane-blocks.js" */

class BlockMenu extends PopoverElement {
  static properties = {
    block: { attribute: false },
    sidebar: { attribute: false },
    ids: { attribute: false },
    isMoved: { attribute: false },
    move: { attribute: false },
  };

  constructor() {
    super();
    /** @type {Placed} */
    this.block = /** @type {any} */ (undefined);
    /** @type {Sidebar|null} */
    this.sidebar = null;
    /** @type {string[]} the blocks that can be moved, in their order */
    this.ids = [];
    this.isMoved = false;
    /** @type {(ids: string[]) => void} */
    this.move = () => {};
  }

  get buttonLabel() {
    return t("pane.blockMenu", { title: this.block.drawn.title });
  }

  get buttonClass() {
    return "icon-button block-more";
  }

  button() {
    return icon("more");
  }

  panel() {
    const at = this.ids.indexOf(this.block.id);
    return html`${at > 0 ? this.#item("up", "pane.moveUp", () => this.#swap(at, at - 1)) : nothing}
      ${at >= 0 && at < this.ids.length - 1 ? this.#item("down", "pane.moveDown", () => this.#swap(at, at + 1)) : nothing}
      ${this.isMoved ? this.#item("retry", "pane.moveBack", () => this.move([])) : nothing}
      <div class="menu-why">
        <p class="menu-why-title">${t("pane.why")}</p>
        ${this.#why()}
      </div>`;
  }

  /** @param {import("./icons.js").IconName} picture @param {string} key @param {() => void} act */
  #item(picture, key, act) {
    return html`<button type="button" class="menu-item" @click=${() => this.choose(act)}>
      ${icon(picture)}<span class="menu-label">${t(key)}</span>
    </button>`;
  }

  /** @param {number} from @param {number} to */
  #swap(from, to) {
    const ids = [...this.ids];
    ids.splice(to, 0, ...ids.splice(from, 1));
    this.move(ids);
  }

  #why() {
    const { shown } = this.block;
    const chosen = this.sidebar?.tried[0];
    if (!this.sidebar || !chosen) return html`<p>${t("pane.whyAway")}</p>`;
    const met = chosen.met.map((one) => t(`pane.met.${one}`)).join(t("pane.and"));
    const layout = chosen.id ? chosen.name : t("pane.builtIn");
    return html`<p>${t("pane.whyLayout", { layout })}${met ? ` ${t("pane.whyMet", { met })}` : ""}</p>
      <p>${whyHere(shown.place)}</p>
      ${
        shown.fields.length > 0
          ? html`<ul class="menu-why-fields">${shown.fields.map((field) => this.#field(field))}</ul>`
          : html`<p>${t(`pane.whySource.${SOURCES[shown.kind] ?? "activity"}`)}</p>`
      }`;
  }

  /** @param {FieldShown} field */
  #field({ key }) {
    const found = this.sidebar && valueAt(this.sidebar.customer.traits, key);
    return html`<li><code>${key}</code>${found ? html`<span>${sourceName(found.known.source)}</span>` : nothing}</li>`;
  }
}

/** @param {number} place its line; 0 without any, below when it came after the layout was made */
function whyHere(place) {
  if (place > 0) return t("pane.whyPlace", { place });
  return t(place < 0 ? "pane.whyNew" : "pane.whyOther");
}

/** Where what a block shows comes from, unless customers did it. @type {Record<string, string>} */
const SOURCES = {
  identifiers: "identities",
  past: "conversations",
  conversation: "conversations",
  links: "links",
  segments: "segments",
  labels: "marks",
  notes: "marks",
};

customElements.define("block-menu", BlockMenu);
