// @ts-check
/** The base of our elements: no shadow, one look for all, drawn again when a topic changes. */
import { LitElement } from "/static/vendor/lit.js";

/** @import { Desk } from "./desk.js" */

export class DeskElement extends LitElement {
  /** @type {import("/static/vendor/lit.js").PropertyDeclarations} */
  static properties = { desk: { attribute: false } };

  constructor() {
    super();
    /** @type {Desk} */
    this.desk = /** @type {any} */ (undefined);
  }

  /** What this element shows. @returns {string[]} */
  get topics() {
    return [];
  }

  /** Whether the focus is here, or was on what is gone: only then may it be put somewhere else. */
  get hasTheFocus() {
    const at = document.activeElement;
    return at === null || at === document.body || this.contains(at);
  }

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    this.#end = this.desk.subscribe((changed) => {
      if (changed.has("*") || this.topics.some((topic) => changed.has(topic))) this.heard(changed);
    });
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#end();
  }

  /** A topic of this element changed. @param {Set<string>} _changed */
  heard(_changed) {
    this.requestUpdate();
  }

  #end = () => {};
}
