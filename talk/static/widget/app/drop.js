// @ts-check
import { el } from "./dom.js";

/**
 * Files dropped anywhere on the chat are attached.
 * @param {HTMLElement} chat
 * @param {() => string} invitation
 * @param {(files: FileList) => void} add
 */
export function acceptDrops(chat, invitation, add) {
  const sheet = el("div", { class: "drop", hidden: true });
  chat.append(sheet);
  chat.addEventListener("dragover", (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    sheet.textContent = invitation();
    sheet.hidden = false;
  });
  chat.addEventListener("dragleave", ({ relatedTarget }) => {
    if (!chat.contains(/** @type {Node | null} */ (relatedTarget))) sheet.hidden = true;
  });
  chat.addEventListener("drop", (event) => {
    event.preventDefault();
    sheet.hidden = true;
    if (event.dataTransfer) add(event.dataTransfer.files);
  });
}
