// @ts-check
/** Files of a message: pictures in a box of their own proportions, everything else as a download. */
import { html, nothing } from "/static/vendor/lit.js";
import { size } from "../format.js";
import { locale, t } from "../i18n/index.js";
import { icon } from "./icons.js";

/** @import { AttachmentRow } from "../../protocol/types.js" */

const BOX_PX = 320;

/** @param {AttachmentRow[]} files */
export function attachments(files) {
  if (files.length === 0) return nothing;
  return html`<ul class="files">${files.map((file) => html`<li>${isPicture(file) ? picture(file) : chip(file)}</li>`)}</ul>`;
}

/** @param {AttachmentRow} file */
export function isPicture(file) {
  return file.media_type.startsWith("image/") && Boolean(file.width && file.height);
}

/** The width and height attributes keep the place before the picture has come. @param {AttachmentRow} file */
function picture(file) {
  const [width, height] = fitted(Number(file.width), Number(file.height));
  const label = t("file.open", { name: file.name });
  return html`<a class="picture" href=${file.url} target="_blank" rel="noopener" title=${file.name}>
    <img src=${file.url} width=${width} height=${height} alt=${label} loading="lazy" decoding="async" />
  </a>`;
}

/** @param {AttachmentRow} file */
function chip(file) {
  return html`<a class="file" href=${file.url} download=${file.name} aria-label=${t("file.download", { name: file.name })}>
    ${icon("file")}
    <span class="file-words"><bdi class="file-name">${file.name}</bdi><span class="file-size">${size(file.size, locale())}</span></span>
    ${icon("download")}
  </a>`;
}

/**
 * The largest size within the box that keeps the proportions; small pictures stay as they are.
 * @param {number} width
 * @param {number} height
 */
function fitted(width, height) {
  const scale = Math.min(1, BOX_PX / width, BOX_PX / height);
  return [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))];
}
