// @ts-check
/** Where the person writes, and what else they may send. */
import { html, nothing } from "/line-simulator/static/vendor/lit.js";
import { EMOJIS, emojisIn } from "../emojis.js";
import { change, personNamed, say, sendFiles } from "../model.js";
import { PACKAGE, STICKERS } from "../stickers.js";
import { t } from "../texts.js";
import { drawn } from "./drawings.js";
import { icon } from "./icons.js";
import { inWords } from "./preview.js";

/** @typedef {typeof import("../model.js").model} Model */

const FILES = [
  { name: "photos", type: "image", accept: "image/*", many: true, icon: "photo" },
  { name: "video", type: "video", accept: "video/*", many: false, icon: "video" },
  { name: "audio", type: "audio", accept: "audio/*", many: false, icon: "audio" },
  { name: "file", type: "file", accept: "", many: false, icon: "file" },
];

/** @param {Model} model */
export function composer(model) {
  const { quoting, tray } = model;
  return html`<div class="composer">
    ${
      quoting
        ? html`<div class="quoting">
            <span><b>${t("composer.quoting", { name: quoting.author ? personNamed(quoting.author) : t("chat.official") })}</b>${inWords(quoting.message)}</span>
            <button class="round" aria-label=${t("composer.cancel")} @click=${() => change({ quoting: null })}>${icon("close")}</button>
          </div>`
        : nothing
    }
    <form class="composer-row" @submit=${submit}>
      ${trayButton(tray, "more", "more")}
      <textarea
        rows="1"
        name="text"
        aria-label=${t("composer.placeholder")}
        placeholder=${t("composer.placeholder")}
        .defaultValue=${model.draft}
        @keydown=${onKey}
        @focus=${() => tray && change({ tray: "" })}
      ></textarea>
      ${trayButton(tray, "stickers", "smile")}
      <button class="round send" aria-label=${t("composer.send")} title=${t("composer.send")}>${icon("send")}</button>
    </form>
    ${tray === "more" ? more() : tray === "stickers" ? stickers() : tray === "places" ? places() : nothing}
  </div>`;
}

/**
 * @param {string} open
 * @param {"more"|"stickers"} name
 * @param {"more"|"smile"} sign
 */
function trayButton(open, name, sign) {
  const isOpen = open === name;
  const label = t(isOpen ? "composer.keyboard" : `composer.${name}`);
  return html`<button
    type="button"
    class="round"
    title=${label}
    aria-label=${label}
    aria-expanded=${isOpen}
    @click=${() => change({ tray: isOpen ? "" : name })}
  >
    ${icon(isOpen ? "keyboard" : sign)}
  </button>`;
}

/** @param {KeyboardEvent} event Enter never sends while an input method is composing */
function onKey(event) {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
  event.preventDefault();
  /** @type {HTMLTextAreaElement} */ (event.target).form?.requestSubmit();
}

/** @param {SubmitEvent} event */
function submit(event) {
  event.preventDefault();
  const form = /** @type {HTMLFormElement} */ (event.target);
  const text = String(new FormData(form).get("text")).trim();
  if (!text) return;
  form.reset();
  const emojis = emojisIn(text);
  say({ type: "text", text, ...(emojis.length ? { emojis } : {}) });
}

function more() {
  return html`<div class="tray tray-more">
    ${FILES.map(
      (one) => html`<label class="way">
        <input
          type="file"
          name=${one.name}
          accept=${one.accept}
          ?multiple=${one.many}
          @change=${(/** @type {Event} */ event) => chosen(event, one.type)}
        />
        <span class="way-sign">${icon(/** @type {any} */ (one.icon))}</span>${t(`more.${one.name}`)}
      </label>`,
    )}
    <button class="way" @click=${() => change({ tray: "places" })}>
      <span class="way-sign">${icon("place")}</span>${t("more.location")}
    </button>
  </div>`;
}

/**
 * @param {Event} event
 * @param {string} type
 */
function chosen(event, type) {
  const field = /** @type {HTMLInputElement} */ (event.target);
  const files = [...(field.files ?? [])];
  field.value = "";
  change({ tray: "" });
  if (files.length) sendFiles(type, files);
}

function stickers() {
  return html`<div class="tray tray-emojis">
      ${EMOJIS.map(
        ({ word, shown }) => html`<button
          title=${`(${word})`}
          aria-label=${`(${word})`}
          @click=${() => insert(`(${word})`)}
        >
          ${shown}
        </button>`,
      )}
    </div>
    <div class="tray tray-stickers">
    ${STICKERS.map((one) => {
      const words = t(`stickers.${one.name}`);
      const message = {
        type: "sticker",
        packageId: PACKAGE,
        stickerId: one.id,
        stickerResourceType: "STATIC",
        keywords: one.keywords,
      };
      return html`<button class="sticker-button" title=${words} @click=${() => say(message)}>
        ${drawn(one, words)}
      </button>`;
    })}
  </div>`;
}

/** @param {string} text where the cursor was */
function insert(text) {
  const field = document.querySelector(".composer textarea");
  if (field instanceof HTMLTextAreaElement)
    field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
}

function places() {
  const found = [
    {
      title: t("places.station"),
      address: t("places.station_address"),
      latitude: 35.681236,
      longitude: 139.767125,
    },
    {
      title: t("places.tower"),
      address: t("places.tower_address"),
      latitude: 43.062562,
      longitude: 141.353611,
    },
    { latitude: 34.966671, longitude: 135.772736 },
  ];
  return html`<div class="tray tray-places">
    <p>${t("places.title")}</p>
    ${found.map(
      (place) => html`<button @click=${() => go(place)}>
        ${icon("place")}<span>${place.title ?? t("places.nameless")}<small>${place.address ?? `${place.latitude}, ${place.longitude}`}</small></span>
      </button>`,
    )}
  </div>`;
}

/** @param {Record<string, unknown>} place */
function go(place) {
  change({ tray: "" });
  say({ type: "location", ...place });
}
