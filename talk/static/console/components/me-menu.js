// @ts-check
/** The operator's own menu: appearance, language, keys, log-out. */
import { html, nothing } from "/static/vendor/lit.js";
import { locale, t } from "../i18n/index.js";
import { page } from "../page.js";
import { chooseLocale, setSingleKeys, setTheme, singleKeys, theme } from "../prefs.js";
import { icon } from "./icons.js";
import { avatar } from "./parts.js";
import { PopoverElement } from "./popover.js";

class MeMenu extends PopoverElement {
  get topics() {
    return ["prefs", "directory"];
  }

  get buttonLabel() {
    return t("me.label", { name: this.desk.me.name });
  }

  get buttonClass() {
    return "me-button";
  }

  button() {
    const { id, name, avatar: url } = this.desk.me;
    return html`${avatar({ id, name, url })}<span class="nav-label"><bdi>${name}</bdi></span>`;
  }

  panel() {
    const { name, email, role } = this.desk.me;
    return html`<div class="menu-head"><strong><bdi>${name}</bdi></strong><span><bdi>${email}</bdi></span></div>
      ${this.#choices("me.theme", theme(), [
        { value: "system", label: t("me.theme.system"), choose: () => setTheme("system") },
        { value: "light", label: t("me.theme.light"), choose: () => setTheme("light") },
        { value: "dark", label: t("me.theme.dark"), choose: () => setTheme("dark") },
      ])}
      ${this.#choices("me.language", locale(), [
        { value: "ja", label: "日本語", choose: () => chooseLocale("ja") },
        { value: "en", label: "English", choose: () => chooseLocale("en") },
      ])}
      <label class="menu-check">
        <input type="checkbox" .checked=${singleKeys()} @change=${this.#toggleKeys} />
        ${t("me.singleKeys")}
      </label>
      <hr class="menu-line" />
      <button type="button" class="menu-item" @click=${() => this.choose(() => this.#tell("show-keys"))}>
        ${icon("keyboard")}${t("me.shortcuts")}
      </button>
      <a class="menu-item" href=${page.account}>${icon("mine")}${t("me.account")}</a>
      ${role === "administrator" ? html`<a class="menu-item" href=${page.admin}>${icon("settings")}${t("me.admin")}</a>` : nothing}
      <button type="button" class="menu-item" @click=${() => this.choose(() => this.#tell("log-out"))}>
        ${icon("leave")}${t("me.logout")}
      </button>`;
  }

  /**
   * @param {string} key
   * @param {string} chosen
   * @param {{value: string, label: string, choose: () => void}[]} choices
   */
  #choices(key, chosen, choices) {
    return html`<div class="menu-choice" role="group" aria-label=${t(key)}>
      <span class="menu-choice-label">${t(key)}</span>
      <span class="segments">
        ${choices.map(
          ({ value, label, choose }) =>
            html`<button
              type="button"
              class="segment"
              aria-pressed=${value === chosen ? "true" : "false"}
              @click=${() => {
                choose();
                this.desk.touch("*");
              }}
            >
              ${label}
            </button>`,
        )}
      </span>
    </div>`;
  }

  /** @param {Event} event */
  #toggleKeys(event) {
    setSingleKeys(/** @type {HTMLInputElement} */ (event.target).checked);
  }

  /** @param {string} name */
  #tell(name) {
    this.dispatchEvent(new CustomEvent(name, { bubbles: true }));
  }
}

customElements.define("me-menu", MeMenu);
