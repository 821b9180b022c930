// @ts-check
/** The whole page: people at the left, the phone, the platform at the right. */
import { classMap, html, nothing } from "/line-simulator/static/vendor/lit.js";
import { change, readLog } from "../model.js";
import { locale, t } from "../texts.js";
import { chatScreen } from "./chat.js";
import { homeScreen } from "./home.js";
import { icon } from "./icons.js";
import { peopleRail } from "./people.js";
import { platformPane } from "./platform.js";
import { sheet } from "./sheet.js";

/** @param {typeof import("../model.js").model} model */
export function page(model) {
  return html`
    <header class="top">
      <div>
        <h1>${t("page.title")}</h1>
        <p>${t("page.about")}</p>
      </div>
      <div class="top-acts">
        <button class="plain" @click=${otherLanguage}>${t("page.language")}</button>
        <button
          class="plain"
          aria-expanded=${model.isPlatformShown}
          title=${t("platform.show")}
          @click=${() => showPlatform(!model.isPlatformShown)}
        >
          ${icon("switches")}<span>${t("platform.title")}</span>
        </button>
      </div>
    </header>
    <main class=${classMap({ stage: true, "stage-wide": model.isPlatformShown })}>
      ${peopleRail(model)}
      <section class="phone" aria-label=${model.people.find((p) => p.key === model.person)?.name ?? ""}>
        <div class="phone-glass">
          <div class="phone-bar" aria-hidden="true"><span>${clock()}</span><i></i></div>
          ${model.open ? chatScreen(model) : homeScreen(model)} ${sheet(model)}
          ${model.toast ? html`<p class="toast" role="status">${model.toast}</p>` : nothing}
        </div>
      </section>
      ${model.isPlatformShown ? platformPane(model) : nothing}
    </main>
  `;
}

function clock() {
  return new Date().toLocaleTimeString(locale(), { hour: "numeric", minute: "2-digit" });
}

/** @param {boolean} isPlatformShown */
function showPlatform(isPlatformShown) {
  change({ isPlatformShown });
  readLog();
}

function otherLanguage() {
  const other = locale() === "ja" ? "en" : "ja";
  // biome-ignore lint/suspicious/noDocumentCookie: the other way to set one is not in all browsers
  document.cookie = `line_simulator_language=${other}; path=/; max-age=31536000; SameSite=Lax`;
  location.reload();
}
