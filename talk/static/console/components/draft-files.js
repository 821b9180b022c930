// @ts-check
/** The files of a reply that is being written: chosen, on their way, ready, given up. */
import { problemOf, roomFor } from "../file-limits.js";
import { page } from "../page.js";
import { composerFiles } from "./composer-files.js";

/**
 * @import { AttachmentRow, ConversationRow } from "../../protocol/types.js"
 * @import { Desk } from "../desk.js"
 * @import { Draft } from "../drafts.js"
 */

export class DraftFiles {
  /**
   * @param {object} composer
   * @param {() => Desk} composer.desk
   * @param {() => ConversationRow} composer.row
   * @param {() => Draft} composer.draft the reply in hand
   * @param {(attachments: AttachmentRow[]) => void} composer.put
   */
  constructor(composer) {
    this.composer = composer;
  }

  /** What is uploading or was refused. */
  get uploads() {
    return this.composer.desk().uploads.of(this.composer.row().id);
  }

  get isBusy() {
    return this.composer.desk().uploads.isBusy(this.composer.row().id);
  }

  /** How many there are, in any state. */
  get count() {
    return this.composer.draft().attachments.length + this.uploads.length;
  }

  view() {
    const { desk, row, draft } = this.composer;
    return composerFiles(draft(), this.uploads, {
      remove: (file) => this.#remove(file),
      cancel: (upload) => desk().uploads.remove(row().id, upload.key),
    });
  }

  /** Uploads end in the kept draft, wherever the operator is then. */
  take() {
    const { desk, row, draft, put } = this.composer;
    const { attachments } = desk().drafts.get(row().id, "reply");
    if (attachments.length !== draft().attachments.length) put(attachments);
  }

  /** @param {File[]} files */
  attach(files) {
    const [desk, row] = [this.composer.desk(), this.composer.row()];
    const inbox = desk.state.inboxes.get(row.inbox_id);
    const going = this.uploads.filter((upload) => upload.error === null);
    const free = roomFor(inbox, this.composer.draft().attachments.length + going.length);
    if (files.length > free) {
      const count = inbox?.attachments_per_message ?? 0;
      desk.toasts.say("file.tooMany", { params: { count }, tone: "bad" });
    }
    for (const file of files.slice(0, free)) {
      const problem = problemOf(file, inbox, page.fileKinds);
      if (problem) desk.uploads.refuse(row.id, file.name, problem);
      else void desk.uploads.add(row.id, file);
    }
  }

  /** @param {AttachmentRow} file */
  #remove(file) {
    const { desk, draft, put } = this.composer;
    put(draft().attachments.filter((other) => other.id !== file.id));
    desk().uploads.discard(file);
  }
}
