// @ts-check
/** A message in a few words. */
import { t } from "../texts.js";
import { drawingOf } from "./drawings.js";

/**
 * @param {import("../model.js").Bubble} bubble
 * @param {(key: string) => string} named
 * @returns {string}
 */
export function preview(bubble, named) {
  if (bubble.is_unsent) return t("chat.their_unsent", { name: named(bubble.author) });
  return inWords(bubble.message);
}

/** @param {any} message @returns {string} */
export function inWords(message) {
  switch (message.type) {
    case "text":
    case "textV2":
      return message.text;
    case "sticker":
      return `[${drawingOf(message).words}]`;
    case "image":
      return t("bubble.image");
    case "video":
      return t("bubble.video");
    case "audio":
      return t("bubble.audio");
    case "location":
      return message.title || t("bubble.location");
    case "file":
      return message.fileName;
    default:
      return message.altText ?? t("bubble.gone");
  }
}
