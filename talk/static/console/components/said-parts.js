// @ts-check
/** What people say besides words: stickers, pictures, films, places, presses of buttons. */
import { html, nothing } from "/static/vendor/lit.js";
import { size } from "../format.js";
import { locale, t } from "../i18n/index.js";
import { sketch } from "../line/flex.js";
import { safeHref } from "../linkify.js";
import { buttonLabels, mapHref, saidOf, segments } from "../said.js";
import { attachments, isPicture } from "./attachments.js";
import { icon } from "./icons.js";
import { outLink, richText } from "./parts.js";
import { stickerFigure } from "./sticker-face.js";

/**
 * @import { AnySaid, AttachmentRow, Audio, File, Image, Location, MessageRow, Postback,
 *   Template, Video } from "../../protocol/types.js"
 * @import { IconName } from "./icons.js"
 * @typedef {Image|Video|Audio|File} Media
 */

const MOST_EXCERPT = 300;

/** @type {Record<Media["kind"], IconName>} */
const MEDIA_ICONS = { image: "image", video: "film", audio: "sound", file: "file" };

/** What a message says, of whatever kind it is. @param {MessageRow} message */
export function content(message) {
  const said = saidOf(message);
  return html`${ofKind(message, said)}${quickReplies(said)}`;
}

/**
 * @param {MessageRow} message
 * @param {AnySaid} said
 */
function ofKind(message, said) {
  switch (said.kind) {
    case "sticker":
      return html`${words(message, said)}${stickerFigure(said)}`;
    case "image":
    case "video":
    case "audio":
    case "file":
      return media(message, said);
    case "location":
      return place(said);
    case "postback":
      return press(said);
    case "template":
      return html`${words(message, said)}${templateCard(said)}`;
    case "unsent":
      return html`<p class="said-shell">${icon("undo")}${t("said.unsent")}</p>`;
    case "unknown":
      return html`<p class="said-shell">${icon("question")}${t("said.unknown")}</p>`;
    default:
      return words(message, said);
  }
}

/**
 * @param {MessageRow} message
 * @param {AnySaid} said
 */
function words({ body }, said) {
  if (!body) return nothing;
  return html`<div class="bubble"><bdi>${segments(body, said).map(segment)}</bdi></div>`;
}

/** @param {import("../said.js").Segment} segment */
function segment({ text, kind }) {
  return kind === "text" ? richText(text) : html`<span class="said-${kind}">${text}</span>`;
}

/**
 * @param {MessageRow} message
 * @param {Media} said
 */
function media(message, said) {
  if (message.data.expired_files) return nothing;
  if (said.state === "external") return elsewhere(said);
  if (said.state === "failed") return lost(said);
  const files = message.attachments.filter((file) => file.id !== said.preview_id);
  const preview = message.attachments.find((file) => file.id === said.preview_id);
  if (said.state === "coming" || files.length === 0) return coming(said, preview);
  if (said.kind === "video") return html`${files.map((file) => film(file, preview))}`;
  if (said.kind === "audio") return html`${files.map((file) => sound(file))}`;
  return attachments(files);
}

/**
 * @param {Media} said
 * @param {AttachmentRow} [preview]
 */
function coming(said, preview) {
  const wait = html`<span class="file media-coming" role="status">
    <span class="spinner"></span>
    <span class="file-words"><bdi class="file-name">${said.name || t(`said.${said.kind}`)}</bdi><span class="file-size">${t("said.coming")}${said.size ? ` · ${size(said.size, locale())}` : nothing}</span></span>
  </span>`;
  if (!preview || !isPicture(preview)) return wait;
  return html`<span class="picture picture-coming">
    <img src=${preview.url} width=${preview.width} height=${preview.height} alt=${t(`said.${said.kind}`)} />
    <span class="picture-wait" role="status"><span class="spinner"></span><span class="visually-hidden">${t("said.coming")}</span></span>
  </span>`;
}

/** @param {Media} said */
function lost(said) {
  return html`<span class="file file-failed">
    ${icon("alert")}
    <span class="file-words">
      <bdi class="file-name">${said.name || t(`said.${said.kind}`)}</bdi>
      <span class="file-size">${t(lostKey(said.why))}</span>
    </span>
  </span>`;
}

const WHYS = new Set(["expired", "gone", "too_large", "transcoding"]);

/** @param {string} [why] */
function lostKey(why = "") {
  return WHYS.has(why) ? `said.failed.${why}` : "said.failed";
}

/** Where it lies was told by whoever sent it: for people to follow, never fetched. @param {Media} said */
function elsewhere(said) {
  const href = safeHref(said.url ?? "");
  if (!href) return lost(said);
  const { host } = new URL(href);
  return outLink(
    href,
    html`<span class="file">${icon(MEDIA_ICONS[said.kind])}
      <span class="file-words"><span class="file-name">${t(`said.open.${said.kind}`)}</span><span class="file-size">${host}</span></span>
      ${icon("leave")}</span>`,
  );
}

/**
 * @param {AttachmentRow} file
 * @param {AttachmentRow} [preview]
 */
function film(file, preview) {
  if (!file.media_type.startsWith("video/")) return attachments([file]);
  return html`<video class="film" controls preload="metadata" playsinline src=${file.url} poster=${preview?.url ?? nothing} aria-label=${t("said.video")}></video>`;
}

/** @param {AttachmentRow} file */
function sound(file) {
  if (!/^(audio|video)\//.test(file.media_type)) return attachments([file]);
  return html`<audio class="sound" controls preload="none" src=${file.url} aria-label=${t("said.audio")}></audio>`;
}

/** @param {Location} said */
function place(said) {
  const degrees = `${said.latitude.toFixed(5)}, ${said.longitude.toFixed(5)}`;
  return html`<div class="place">
    <span class="place-pin">${icon("pin")}</span>
    <span class="place-words">
      <bdi class="place-title">${said.title || t("said.location")}</bdi>
      ${said.address ? html`<bdi>${said.address}</bdi>` : nothing}
      <span class="place-degrees">${degrees}</span>
      ${outLink(mapHref(said), t("said.map"))}
    </span>
  </div>`;
}

/** A button of ours that they have pressed. @param {Postback} said */
function press(said) {
  const when = said.params?.datetime ?? said.params?.date ?? said.params?.time;
  const label = said.label || when?.replace("T", " ") || t("said.press");
  return html`<div class="press">
    ${said.question ? html`<bdi class="press-question">${said.question}</bdi>` : nothing}
    <span class="press-answer">${icon("press")}<bdi>${label}</bdi>${when && said.label ? html`<bdi>${when.replace("T", " ")}</bdi>` : nothing}</span>
  </div>`;
}

/** A card as it was sent: LINE draws it in its own way. @param {Pick<Template, "alt"|"contents">} said */
export function templateCard({ alt, contents }) {
  const { type, text, title } = /** @type {Record<string, unknown>} */ (contents);
  if (type === "bubble" || type === "carousel") return flexCard(contents);
  return html`<div class="card-sent">
    ${typeof title === "string" && title ? html`<strong><bdi>${title}</bdi></strong>` : nothing}
    <p><bdi>${typeof text === "string" ? text : alt}</bdi></p>
    <ul class="card-buttons">${buttonLabels(contents).map((label) => html`<li><bdi>${label}</bdi></li>`)}</ul>
  </div>`;
}

/** Its words and buttons in their order, bubble by bubble. @param {unknown} contents */
function flexCard(contents) {
  return html`<div class="flex-sent">${sketch(contents).map((pieces) => html`<div class="card-sent">${pieces.map(piece)}</div>`)}</div>`;
}

/** @param {import("../line/flex.js").Piece} piece */
function piece({ kind, text }) {
  if (kind === "line") return html`<hr />`;
  if (kind === "image") return html`<span class="flex-image">${icon("image")}</span>`;
  if (kind === "button") return html`<span class="flex-button"><bdi>${text}</bdi></span>`;
  return kind === "strong"
    ? html`<strong><bdi>${text}</bdi></strong>`
    : html`<p><bdi>${text}</bdi></p>`;
}

/** @param {AnySaid} said */
function quickReplies({ quick_replies = [] }) {
  if (quick_replies.length === 0) return nothing;
  return html`<ul class="quick-replies" aria-label=${t("said.quickReplies")}>
    ${quick_replies.map(({ label }) => html`<li><bdi>${label}</bdi></li>`)}
  </ul>`;
}

/**
 * Pictures that were sent together.
 * @param {MessageRow[]} messages in their order
 * @param {number} total how many there are to be
 */
export function album(messages, total) {
  return html`<div class="album-whole">
    <ul class="album album-${Math.min(messages.length, 4)}">${messages.map((message) => html`<li>${cell(message)}</li>`)}</ul>
    ${total > messages.length ? html`<p class="album-count">${t("said.album", { count: messages.length, total })}</p>` : nothing}
  </div>`;
}

/** @param {MessageRow} message */
function cell(message) {
  const said = /** @type {Image} */ (saidOf(message));
  const pictures = message.attachments.filter(isPicture);
  const file = pictures.find(({ id }) => id !== said.preview_id) ?? pictures[0];
  if (said.state === "here" && file) {
    const label = t("file.open", { name: file.name });
    return html`<a class="album-cell" href=${file.url} target="_blank" rel="noopener" title=${file.name}>
      <img src=${file.url} alt=${label} loading="lazy" decoding="async" />
    </a>`;
  }
  if (said.state === "external") return elsewhere(said);
  if (message.data.expired_files) return html`<span class="album-cell">${icon("image")}</span>`;
  if (said.state === "failed") {
    return html`<span class="album-cell album-lost" title=${t(lostKey(said.why))}>${icon("alert")}<span class="visually-hidden">${t(lostKey(said.why))}</span></span>`;
  }
  return html`<span class="album-cell" role="status">
    ${file ? html`<img src=${file.url} alt="" />` : nothing}
    <span class="spinner"></span><span class="visually-hidden">${t("said.coming")}</span>
  </span>`;
}

/** A few words of a message, for where it is quoted. @param {MessageRow} message */
export function excerpt(message) {
  const said = saidOf(message);
  if (said.kind === "text" || (said.kind === "template" && message.body)) {
    return (
      message.body.slice(0, MOST_EXCERPT) || (message.attachments[0]?.name ?? t("message.removed"))
    );
  }
  if (said.kind === "sticker" && said.text) return said.text;
  if (said.kind === "file" && said.name) return said.name;
  return t(`preview.${said.kind}`);
}
