// @ts-check
/** Who may be the same person, with the evidence, and who was joined: to compare, join and part. */
import { html, nothing } from "/static/vendor/lit.js";
import { Refused } from "../commands.js";
import { DeskElement } from "../element.js";
import { ago } from "../format.js";
import { locale, t } from "../i18n/index.js";
import { likenessOf } from "../likenesses.js";
import { fixedBlock } from "./pane-parts.js";
import { kindName, known, standingChip, verifierName } from "./pane-words.js";
import { customerAvatar, named, time } from "./parts.js";
import "./merge-dialog.js";
import "./reason-dialog.js";

/**
 * @import { ConversationRow, CustomerRow, Evidence } from "../../protocol/types.js"
 * @import { Candidate, Conflict, Joined } from "../likenesses.js"
 */

/** @type {Record<string, "same.limit"|"same.apart"|"same.taken">} */
const NOT_KEPT = { limit: "same.limit", parted: "same.apart", two_members: "same.taken" };

/** Somebody by name, or what proved it. @param {string} by */
function joinedBy(by) {
  const proof = verifierName(by);
  return proof === by ? t("same.by", { by }) : t("same.byItself", { proof });
}

/** @param {string} reason Somebody's words, or the code of a reason of ours. */
const reasonOf = (reason) => known(`same.because.${reason}`, reason);

class SamePerson extends DeskElement {
  static properties = { row: { attribute: false } };

  constructor() {
    super();
    /** @type {ConversationRow} */
    this.row = /** @type {any} */ (undefined);
  }

  get topics() {
    return [`context:${this.row.customer_id}`, `thread:${this.row.id}`, "clock"];
  }

  /** @param {Map<string, any>} changed */
  willUpdate(changed) {
    if (changed.has("row") && changed.get("row")?.id !== this.row.id)
      this.desk.likenesses.open(this.row.customer_id, this.desk.now);
  }

  render() {
    const { desk, row } = this;
    const likeness = likenessOf(desk, row);
    if (!likeness) return nothing;
    const { candidates, conflicts, merges, may_merge } = likeness;
    return html`${
      candidates.length > 0
        ? fixedBlock(
            t("same.title"),
            html`<ul class="same">${candidates.map((one) => this.#candidate(one, may_merge))}</ul>`,
          )
        : nothing
    }
      ${
        conflicts.length > 0
          ? fixedBlock(
              t("same.notKept"),
              html`<ul class="same-log">${conflicts.map((one) => this.#notKept(one))}</ul>`,
            )
          : nothing
      }
      ${
        merges.length > 0
          ? fixedBlock(
              t("same.joined"),
              html`<ul class="same-log">${merges.map((one) => this.#joined(one, may_merge))}</ul>`,
            )
          : nothing
      }
      <merge-dialog .desk=${desk}></merge-dialog>
      <reason-dialog .desk=${desk}></reason-dialog>`;
  }

  /** @param {Candidate} one @param {boolean} mayMerge */
  #candidate(one, mayMerge) {
    const { customer, evidence, conversations, two_members, too_many } = one;
    const hint = (two_members && "same.twoMembers") || (too_many && "same.tooMany");
    const person = { name: customer.name, customer_id: customer.id, id: customer.id };
    return html`<li class="same-one">
      <div class="same-head">
        ${customerAvatar(person, "m")}
        <p class="same-name">${named(person)}<span class="same-count">${t("same.conversations", { count: conversations })}</span></p>
      </div>
      ${evidence.map((each) => this.#evidence(each))}
      ${
        hint
          ? html`<p class="same-hint">${t(hint)}</p>`
          : mayMerge
            ? html`<button type="button" class="button same-act" @click=${() => this.#merge(one)}>${t("same.compare")}</button>`
            : nothing
      }
    </li>`;
  }

  /** The same identifier, and what it is worth on either side. @param {Evidence} one */
  #evidence({ kind, value, here, there }) {
    return html`<dl class="same-proof">
      <div><dt>${kindName(kind)}</dt><dd><bdi>${value}</bdi></dd></div>
      <div><dt>${t("same.here")}</dt><dd>${standingChip(here)}</dd></div>
      <div><dt>${t("same.there")}</dt><dd>${standingChip(there)}</dd></div>
    </dl>`;
  }

  /** Somebody vouched for it, and it is not among the customer's. @param {Conflict} one */
  #notKept({ kind, value, by, reason, at }) {
    const why = NOT_KEPT[reason] ?? "same.limit";
    return html`<li class="same-joined">
      <span class="same-by">${kindName(kind)} · ${verifierName(by)} · ${time(at, ago(at, this.desk.now, locale()))}</span>
      <span class="same-why"><bdi>${value}</bdi></span>
      <span class="same-hint">${t(why)}</span>
    </li>`;
  }

  /** @param {Joined} one @param {boolean} mayMerge */
  #joined(one, mayMerge) {
    return html`<li class="same-joined">
      <span class="same-by"><bdi>${joinedBy(one.by)}</bdi> · ${time(one.at, ago(one.at, this.desk.now, locale()))}</span>
      <span class="same-why"><bdi>${reasonOf(one.reason)}</bdi></span>
      ${
        mayMerge && one.is_newest
          ? html`<button type="button" class="text-button" @click=${() => this.#part(one)}>${t("same.part")}</button>`
          : nothing
      }
    </li>`;
  }

  /** @param {Candidate} one */
  async #merge({ customer }) {
    const { row, desk } = this;
    // What is chosen from is what is known now, of both and of the rules.
    const [told, likeness] = await Promise.all([
      desk.api.get(`customers/${row.customer_id}`).catch(() => null),
      desk.likenesses.anew(row.customer_id, desk.now),
    ]);
    if (!told || !likeness) return desk.toasts.say("error.network", { tone: "bad" });
    const there = likeness.candidates.find((one) => one.customer.id === customer.id);
    if (!there) return desk.toasts.say("same.gone", { tone: "bad" });
    const here = /** @type {CustomerRow} */ (told.customer);
    const dialog = /** @type {import("./merge-dialog.js").MergeDialog} */ (
      this.querySelector("merge-dialog")
    );
    const decision = await dialog.ask(here, there.customer, likeness);
    if (!decision) return;
    const asked = { other_id: customer.id, ...decision };
    await this.#tell(`customers/${here.id}/merge`, asked, "same.merged");
  }

  /** @param {Joined} one */
  async #part(one) {
    const dialog = /** @type {import("./reason-dialog.js").ReasonDialog} */ (
      this.querySelector("reason-dialog")
    );
    const reason = await dialog.ask({
      title: t("same.partTitle"),
      advice: t("same.partAdvice"),
      act: t("same.partAct"),
    });
    if (reason) await this.#tell(`merges/${one.id}/undo`, { reason }, "same.parted");
  }

  /**
   * @param {string} path
   * @param {unknown} body
   * @param {string} done
   */
  async #tell(path, body, done) {
    const { toasts, api } = this.desk;
    try {
      await api.post(path, body);
      toasts.say(done);
    } catch (error) {
      // Of an identifier that cannot be confirmed the reason is another.
      const isRefused =
        error instanceof Refused && error.status === 409 && error.problem.field !== "value";
      if (isRefused) toasts.say("same.refused", { tone: "bad" });
      else toasts.complain(error);
    }
  }
}

customElements.define("same-person", SamePerson);
