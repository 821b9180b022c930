// @ts-check
/** What a reply is besides words and files: what it quotes, a sticker or card, quick replies. */
import { html, nothing } from "/static/vendor/lit.js";
import { quoteStrip } from "./composer-parts.js";
import { extraStrip } from "./line-tools.js";

/**
 * @import { ConversationRow } from "../../protocol/types.js"
 * @import { Desk } from "../desk.js"
 * @import { Draft } from "../drafts.js"
 * @import { Extra, Tool } from "./line-tools.js"
 */

export class DraftExtras {
  /**
   * @param {object} ports
   * @param {() => Desk} ports.desk
   * @param {() => ConversationRow} ports.row
   * @param {() => Draft} ports.draft
   * @param {(draft: Draft) => void} ports.put
   * @param {() => void} ports.focus go on writing
   * @param {() => any} ports.tools the element, once it is drawn
   */
  constructor(ports) {
    this.ports = ports;
  }

  /** Words and stickers can quote, files and cards cannot. */
  get isBareQuote() {
    const { body, extra, quoted } = this.ports.draft();
    return Boolean(quoted) && body.trim() === "" && extra?.kind !== "sticker";
  }

  quote() {
    const { quoted, attachments, extra } = this.ports.draft();
    if (!quoted) return nothing;
    const hasOthers = attachments.length > 0 || Boolean(extra?.kind);
    const thread = this.ports.desk().state.threads.get(this.ports.row().id);
    const message = thread?.messages.get(quoted) ?? null;
    const drop = () => this.ports.put({ ...this.ports.draft(), quoted: undefined });
    return quoteStrip(message, this.isBareQuote && hasOthers, drop);
  }

  view() {
    const edit = (/** @type {Tool} */ tool) => this.ports.tools()?.open(tool);
    return extraStrip(this.ports.draft().extra ?? {}, { put: this.#put, edit });
  }

  tools() {
    const [desk, row] = [this.ports.desk(), this.ports.row()];
    const extra = this.ports.draft().extra ?? {};
    return html`<line-tools .desk=${desk} .row=${row} .extra=${extra} .put=${this.#put}></line-tools>`;
  }

  #put = (/** @type {Extra} */ extra) => {
    const isAny = Object.keys(extra).length > 0;
    this.ports.put({ ...this.ports.draft(), extra: isAny ? extra : undefined });
    this.ports.focus();
  };
}
