// @ts-check
/** What an inbox takes of files, so that nobody waits for an upload that will be refused. */

/**
 * @import { InboxRow } from "../protocol/types.js"
 * @import { Problem } from "./problems.js"
 */

const PLAYED = "video/mp4,audio/mp4,audio/x-m4a,audio/mpeg,.mp4,.m4a,.mp3";

/**
 * How many more files one message takes.
 * @param {InboxRow|undefined} inbox
 * @param {number} taken
 */
export function roomFor(inbox, taken) {
  return Math.max(0, (inbox?.attachments_per_message ?? Infinity) - taken);
}

/**
 * What may be chosen in an inbox, as in the `accept` of an input: LINE plays films and sounds.
 * @param {InboxRow|undefined} inbox
 * @param {string} offered types and extensions that every inbox takes
 */
export function offeredIn(inbox, offered) {
  return inbox?.kind === "line" ? `${offered},${PLAYED}` : offered;
}

/**
 * The problem that the server would answer with, as far as the browser can tell.
 * @param {Pick<File, "name"|"size"|"type">} file
 * @param {InboxRow|undefined} inbox undefined while it is not known: then the server decides
 * @param {string} offered types and extensions, as in the `accept` of an input
 * @returns {Problem|null}
 */
export function problemOf(file, inbox, offered) {
  if (file.size === 0) return { code: "broken_file", field: "file" };
  const most_bytes = inbox?.attachment_max_bytes ?? Infinity;
  if (file.size > most_bytes) return { code: "too_large", field: "file", most_bytes };
  return isOffered(file, offeredIn(inbox, offered).split(","))
    ? null
    : { code: "unsupported_file", field: "file" };
}

/**
 * @param {Pick<File, "name"|"type">} file
 * @param {string[]} offered
 */
function isOffered({ name, type }, offered) {
  const lower = name.toLowerCase();
  const isNamed = offered.some((kind) => kind.startsWith(".") && lower.endsWith(kind));
  return isNamed || type === "" || offered.includes(type);
}
