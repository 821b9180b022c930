// @ts-check
/** One message as it stands in the chat. */
import { classMap, html, nothing } from "/line-simulator/static/vendor/lit.js";
import { contentUrl } from "../api.js";
import { change, model, personNamed } from "../model.js";
import { t } from "../texts.js";
import { timeOf } from "../times.js";
import { drawingOf, drawn } from "./drawings.js";
import { face, shop } from "./faces.js";
import { flex } from "./flex.js";
import { icon } from "./icons.js";
import { inWords } from "./preview.js";
import { template } from "./template.js";
import { wordsWithLinks } from "./words.js";

/** @typedef {import("../model.js").Bubble} Bubble */

const BARE = new Set(["sticker", "image", "video", "template", "flex", "imagemap"]);
const PRESS_MS = 450;

/**
 * @param {Bubble[]} group one bubble, or a set of photos
 * @param {import("../model.js").OpenChat} chat
 * @param {import("../model.js").Account|undefined} account
 * @param {boolean} isFollowing the same one has just spoken
 */
export function bubbleLine(group, chat, account, isFollowing) {
  const [bubble] = group;
  const isMine = bubble.author === model.person;
  if (bubble.is_unsent) return unsent(bubble, isMine);
  return html`<div class=${classMap({ line: true, mine: isMine, theirs: !isMine, following: isFollowing })} data-id=${bubble.id}>
    ${isMine ? nothing : isFollowing ? html`<span class="face-place"></span>` : picture(bubble)}
    <div class="said">
      ${isMine || isFollowing ? nothing : html`<b class="who">${who(bubble, chat, account)}</b>`}
      ${quoted(bubble, chat)}
      <div class="said-row">
        ${body(group)} ${when(bubble, isMine)}
      </div>
    </div>
  </div>`;
}

/** @param {Bubble[]} group */
function body(group) {
  const [bubble] = group;
  const { message } = bubble;
  const isBare = BARE.has(message.type);
  return html`<div
    class=${classMap({ bubble: !isBare, bare: isBare, [`kind-${message.type}`]: true })}
    @contextmenu=${(/** @type {Event} */ event) => menu(event, bubble)}
    @pointerdown=${(/** @type {PointerEvent} */ event) => press(event, bubble)}
  >
    ${group.length > 1 ? album(group) : content(bubble)}
    <button class="more" title=${t("bubble.menu")} aria-label=${t("bubble.menu")} @click=${(/** @type {Event} */ event) => menu(event, bubble)}>
      ${icon("down")}
    </button>
  </div>`;
}

/** @param {Bubble} bubble */
function content(bubble) {
  const { message } = bubble;
  const isMine = bubble.author !== "";
  switch (message.type) {
    case "text":
    case "textV2":
      return html`<p class="words">${wordsWithLinks(message)}</p>`;
    case "sticker": {
      const { sticker, words } = drawingOf(message);
      return drawn(sticker, words);
    }
    case "image":
      return photo(
        isMine ? contentUrl(bubble.id) : message.previewImageUrl,
        isMine ? contentUrl(bubble.id) : message.originalContentUrl,
      );
    case "video":
      return html`<video class="film" controls preload="metadata" src=${isMine ? contentUrl(bubble.id) : message.originalContentUrl}></video>`;
    case "audio":
      return html`<audio class="sound" controls preload="metadata" src=${isMine ? contentUrl(bubble.id) : message.originalContentUrl}></audio>`;
    case "file":
      return html`<a class="file" href=${contentUrl(bubble.id)} download=${message.fileName}>
        ${icon("file")}<span><b>${message.fileName}</b><small>${weight(message.fileSize)}</small></span>
      </a>`;
    case "location":
      return place(message);
    case "template":
      return template(message);
    case "flex":
      return flex(message);
    default:
      return html`<p class="words">${message.altText ?? t("bubble.unknown", { type: message.type })}</p>`;
  }
}

/**
 * @param {string} small
 * @param {string} whole
 */
function photo(small, whole) {
  return html`<a href=${whole} target="_blank" rel="noopener noreferrer">
    <img class="photo" src=${small} alt=${t("bubble.image")} referrerpolicy="no-referrer" />
  </a>`;
}

/** @param {Bubble[]} group */
function album(group) {
  return html`<div class="album album-${Math.min(group.length, 4)}">
    ${group.map((bubble) => photo(contentUrl(bubble.id), contentUrl(bubble.id)))}
  </div>`;
}

/** @param {any} message */
function place(message) {
  const { latitude, longitude } = message;
  const map = `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=16/${latitude}/${longitude}`;
  return html`<div class="place">
    <div class="place-map" aria-hidden="true">${icon("place")}</div>
    <b>${message.title || t("bubble.location")}</b>
    ${message.address ? html`<span>${message.address}</span>` : nothing}
    <a href=${map} target="_blank" rel="noopener noreferrer">${t("bubble.open_map")}</a>
  </div>`;
}

/** @param {Bubble} bubble */
function picture(bubble) {
  if (bubble.author) return face(bubble.author, personNamed(bubble.author));
  return shop(bubble.message.sender?.iconUrl);
}

/**
 * @param {Bubble} bubble
 * @param {import("../model.js").OpenChat} _chat
 * @param {import("../model.js").Account|undefined} account
 */
function who(bubble, _chat, account) {
  if (bubble.author) return personNamed(bubble.author);
  const name = bubble.message.sender?.name;
  const own = account?.name ?? "";
  return name ? t("bubble.from", { name, account: own }) : own;
}

/**
 * @param {Bubble} bubble
 * @param {import("../model.js").OpenChat} chat
 */
function quoted(bubble, chat) {
  const { quotedMessageId, quoteToken } = bubble.message;
  const token = bubble.author ? "" : quoteToken;
  const found = chat.bubbles.find(
    (one) => one.id === quotedMessageId || (token && one.quote_token === token && one !== bubble),
  );
  if (!found) return nothing;
  const words = found.is_unsent ? t("bubble.gone") : inWords(found.message);
  const name = found.author ? personNamed(found.author) : t("chat.official");
  return html`<div class="quoted"><b>${name}</b><span>${words}</span></div>`;
}

/**
 * @param {Bubble} bubble
 * @param {boolean} isMine
 */
function when(bubble, isMine) {
  const how = bubble.via === "reply" ? "bubble.via_reply" : bubble.via ? "bubble.via_push" : "";
  return html`<span class="when" title=${how ? t(how) : ""}>
    ${isMine && bubble.is_read ? html`<span>${t("chat.read")}</span>` : nothing}
    ${bubble.is_edited ? html`<span>${t("chat.edited")}</span>` : nothing}
    <time>${timeOf(bubble.at_ms)}</time>
  </span>`;
}

/**
 * @param {Bubble} bubble
 * @param {boolean} isMine
 */
function unsent(bubble, isMine) {
  const words = isMine
    ? t("chat.unsent")
    : t("chat.their_unsent", { name: personNamed(bubble.author) });
  return html`<p class="notice" data-id=${bubble.id}>${words}</p>`;
}

/**
 * @param {Event} event
 * @param {Bubble} bubble
 */
function menu(event, bubble) {
  event.preventDefault();
  change({ sheet: { kind: "bubble", bubble } });
}

/** A finger that stays opens the menu. @param {PointerEvent} event @param {Bubble} bubble */
function press(event, bubble) {
  if (event.pointerType === "mouse") return;
  const timer = setTimeout(() => change({ sheet: { kind: "bubble", bubble } }), PRESS_MS);
  const stop = () => clearTimeout(timer);
  for (const end of ["pointerup", "pointercancel", "pointermove"])
    event.target?.addEventListener(end, stop, { once: true });
}

/** @param {number} bytes */
function weight(bytes) {
  return bytes > 1e6
    ? `${(bytes / 1e6).toFixed(1)} MB`
    : `${Math.max(1, Math.round(bytes / 1e3))} kB`;
}
