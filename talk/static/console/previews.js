// @ts-check
/** A conversation's last words in a list; of what is no words, what it is. */
import { has, t } from "./i18n/index.js";

/** @param {{preview: string, preview_kind: string, last_seq?: number}} row */
export function previewOf({ preview, preview_kind, last_seq = 1 }) {
  if (preview) return preview;
  const key = `preview.${preview_kind}`;
  if (preview_kind && has(key)) return t(key);
  return last_seq > 0 ? t("row.attachment") : "";
}
