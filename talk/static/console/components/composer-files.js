// @ts-check
/** The files of a message that is being written. */
import { html, nothing } from "/static/vendor/lit.js";
import { size } from "../format.js";
import { locale, t } from "../i18n/index.js";
import { reasonOf } from "../problems.js";
import { isPicture } from "./attachments.js";
import { icon } from "./icons.js";

/**
 * @import { AttachmentRow } from "../../protocol/types.js"
 * @import { Draft } from "../drafts.js"
 * @import { Upload } from "../uploads.js"
 */

/**
 * @param {Draft} draft
 * @param {Upload[]} uploads
 * @param {{remove: (file: AttachmentRow) => void, cancel: (upload: Upload) => void}} acts
 */
export function composerFiles(draft, uploads, { remove, cancel }) {
  if (draft.attachments.length + uploads.length === 0) return nothing;
  return html`<ul class="composer-files">
    ${draft.attachments.map((file) => html`<li>${ready(file, () => remove(file))}</li>`)}
    ${uploads.map((upload) => html`<li>${running(upload, () => cancel(upload))}</li>`)}
  </ul>`;
}

/**
 * @param {AttachmentRow} file
 * @param {() => void} remove
 */
function ready(file, remove) {
  return html`<span class="file">
    ${isPicture(file) ? html`<img class="file-thumb" src=${file.url} alt="" />` : icon("file")}
    <span class="file-words"><bdi class="file-name">${file.name}</bdi><span class="file-size">${size(file.size, locale())}</span></span>
    ${cross(file.name, remove)}
  </span>`;
}

/**
 * @param {Upload} upload
 * @param {() => void} remove
 */
function running({ name, share, error }, remove) {
  const failed = error !== null;
  const percent = Math.round(share * 100);
  return html`<span class=${failed ? "file file-failed" : "file"}>
    ${icon(failed ? "alert" : "file")}
    <span class="file-words">
      <bdi class="file-name">${name}</bdi>
      ${
        failed
          ? html`<span class="file-size" role="alert">${reasonOf(error)}</span>`
          : html`<progress max="100" value=${percent} aria-label=${name}>${t("file.progress", { percent })}</progress>`
      }
    </span>
    ${cross(name, remove)}
  </span>`;
}

/**
 * @param {string} name
 * @param {() => void} remove
 */
function cross(name, remove) {
  const label = t("file.remove", { name });
  return html`<button type="button" class="icon-button icon-button-small" aria-label=${label} title=${label} @click=${remove}>
    ${icon("close")}
  </button>`;
}
