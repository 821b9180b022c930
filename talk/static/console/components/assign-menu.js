// @ts-check
/** Who answers this conversation: me, another operator, a team, or nobody yet. */
import { html, live, nothing } from "/static/vendor/lit.js";
import { t } from "../i18n/index.js";
import { seesInbox } from "../people.js";
import { icon } from "./icons.js";
import { avatar } from "./parts.js";
import { PopoverElement } from "./popover.js";

/** @import { ConversationRow, OperatorRow, TeamRow } from "../../protocol/types.js" */

class AssignMenu extends PopoverElement {
  static properties = { row: { attribute: false }, filter: { state: true } };

  constructor() {
    super();
    /** @type {ConversationRow} */
    this.row = /** @type {any} */ (undefined);
    this.filter = "";
  }

  get topics() {
    return ["directory", `thread:${this.row.id}`];
  }

  get isDisabled() {
    return this.desk.actions.pending.has(this.row.id);
  }

  get #operator() {
    return this.desk.state.operators.get(this.row.assignee_id ?? "");
  }

  get #team() {
    return this.desk.state.teams.get(this.row.team_id ?? "");
  }

  get #shownName() {
    return this.#operator?.name ?? this.#team?.name ?? t("action.noAssignee");
  }

  get buttonLabel() {
    return `${t("action.assign")}: ${this.#shownName}`;
  }

  get buttonClass() {
    return "button button-quiet assign-button";
  }

  show() {
    this.filter = "";
    super.show();
  }

  button() {
    const operator = this.#operator;
    const picture = operator
      ? avatar({ id: operator.id, name: operator.name, url: operator.avatar, size: "s" })
      : icon(this.#team ? "people" : "unassigned");
    return html`${picture}<span class="button-label"><bdi>${this.#shownName}</bdi></span>${icon("down")}`;
  }

  panel() {
    const { me, state } = this.desk;
    const canTakeIt = this.row.assignee_id !== me.id && this.#matches(me.name);
    const teams = [...state.teams.values()].filter(
      (team) => team.inbox_ids.includes(this.row.inbox_id) && this.#matches(team.name),
    );
    const others = this.#others();
    return html`<input
        type="search"
        class="field menu-search"
        placeholder=${t("action.search")}
        aria-label=${t("action.search")}
        .value=${live(this.filter)}
        @input=${this.#filtered}
        @keydown=${this.#chooseFirst}
      />
      ${canTakeIt ? this.#person(me, t("action.assignSelf")) : nothing}
      ${others.length > 0 ? html`<p class="menu-title">${t("action.operators")}</p>` : nothing}
      <div class="menu-scroll">
        ${others.map((operator) => this.#person(operator, operator.name))}
        ${teams.length > 0 ? html`<p class="menu-title">${t("action.teams")}</p>` : nothing}
        ${teams.map((team) => this.#teamItem(team))}
        ${others.length + teams.length === 0 && !canTakeIt ? html`<p class="menu-none">${t("action.none")}</p>` : nothing}
      </div>
      ${this.row.assignee_id || this.row.team_id ? this.#nobody() : nothing}`;
  }

  /** Operators who can take it but me. */
  #others() {
    const { state, me } = this.desk;
    return [...state.operators.values()]
      .filter((row) => row.id !== me.id && this.#matches(row.name))
      .filter((row) => seesInbox(row, this.row.inbox_id, state.teams.values()))
      .sort((a, b) => a.name.localeCompare(b.name));
  }

  /** @param {string} name */
  #matches(name) {
    return name.toLocaleLowerCase().includes(this.filter.trim().toLocaleLowerCase());
  }

  /** @param {Event} event */
  #filtered(event) {
    this.filter = /** @type {HTMLInputElement} */ (event.target).value;
  }

  /** Enter takes the first of what was searched for. @param {KeyboardEvent} event */
  #chooseFirst(event) {
    if (event.key !== "Enter" || event.isComposing || event.keyCode === 229) return;
    if (this.filter.trim())
      /** @type {HTMLElement|null} */ (this.querySelector(".menu-found"))?.click();
  }

  /**
   * @param {OperatorRow} operator
   * @param {string} label
   */
  #person(operator, label) {
    const isChosen = operator.id === this.row.assignee_id;
    const assign = () => this.#assign({ assignee_id: operator.id });
    return html`<button type="button" class="menu-item menu-found" @click=${() => this.choose(assign)}>
      ${avatar({ id: operator.id, name: operator.name, url: operator.avatar, size: "s" })}
      <span class="menu-label"><bdi>${label}</bdi></span>
      ${isChosen ? icon("check") : nothing}
    </button>`;
  }

  /** @param {TeamRow} team */
  #teamItem(team) {
    const assign = () => this.#assign({ team_id: team.id, assignee_id: null });
    return html`<button type="button" class="menu-item menu-found" @click=${() => this.choose(assign)}>
      ${icon("people")}<span class="menu-label"><bdi>${team.name}</bdi></span>
      ${team.id === this.row.team_id ? icon("check") : nothing}
    </button>`;
  }

  #nobody() {
    const clear = () => this.#assign({ assignee_id: null, team_id: null });
    return html`<hr class="menu-line" />
      <button type="button" class="menu-item" @click=${() => this.choose(clear)}>
        ${icon("unassigned")}<span class="menu-label">${t("action.unassign")}</span>
      </button>`;
  }

  /** @param {{assignee_id?: string|null, team_id?: string|null}} to */
  #assign(to) {
    return this.desk.actions.assign(this.row, to);
  }
}

customElements.define("assign-menu", AssignMenu);
