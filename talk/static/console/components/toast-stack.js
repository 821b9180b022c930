// @ts-check
/** Short news in a corner, read out by screen readers. */
import { html, repeat } from "/static/vendor/lit.js";
import { DeskElement } from "../element.js";
import { t } from "../i18n/index.js";
import { icon } from "./icons.js";

class ToastStack extends DeskElement {
  get topics() {
    return ["toast"];
  }

  render() {
    return html`<div class="toasts" role="status" aria-live="polite">
      ${repeat(
        this.desk.toasts.shown,
        (toast) => toast.id,
        (toast) => html`<div class="toast toast-${toast.tone}">
          ${icon(toast.tone === "bad" ? "alert" : "resolved")}
          <p><bdi>${t(toast.key, toast.params)}</bdi></p>
          <button
            type="button"
            class="icon-button icon-button-small"
            aria-label=${t("toast.dismiss")}
            @click=${() => this.desk.toasts.dismiss(toast.id)}
          >
            ${icon("close")}
          </button>
        </div>`,
      )}
    </div>`;
  }
}

customElements.define("toast-stack", ToastStack);
