// @ts-check
/** The words of a system line; its data names what happened, never a language. */
import { t } from "../i18n/index.js";
import { saidOf } from "../said.js";

/** @import { SystemItem } from "../timeline.js" */

/**
 * @param {SystemItem} item
 * @param {(iso: string) => string} when
 */
export function systemText({ note, message }, when) {
  const { kind } = saidOf(message ?? { data: {} });
  if (kind === "follow" || kind === "unfollow") return t(`system.${kind}`);
  if (message)
    return (
      message.body ||
      t(
        `system.${message.data.code === "reopened" ? "reopened" : message.data.code === "resolved" ? "resolved" : "other"}`,
      )
    );
  if (note?.data.code === "assigned") return assigned(note);
  if (note?.data.code === "status") return status(note, when);
  if (note?.data.code === "labels") return labels(note);
  if (note?.data.code === "device") {
    const data = /** @type {Record<string, string>} */ (note.data);
    return t("system.device", { from: device(data.from), to: device(data.to) });
  }
  const inChannel = channelText(note?.data ?? {});
  if (inChannel) return inChannel;
  if (note?.data.code === "erased") return t("system.erased");
  if (note?.data.code === "expired") return t("system.expired");
  if (note?.data.code === "from_web") return fromWeb(note);
  if (note?.data.code === "linked") return t(`system.linked_${note.data.way}`);
  const elsewhere = /^(handed_over|to_channel|unlinked|given_back)$/.exec(String(note?.data.code));
  if (note && elsewhere) return t(`system.${elsewhere[0]}`, place(note));
  const whoIsWho = /^(merged|parted|confirmed)$/.exec(String(note?.data.code));
  if (note && whoIsWho) return t(`system.${whoIsWho[0]}`, { actor: note.author_name });
  return note?.body || t("system.other");
}

/** @param {import("../../protocol/types.js").NoteRow} note */
function place(note) {
  const data = /** @type {Record<string, string>} */ (note.data);
  return { from: data.from ?? "", to: data.to ?? "" };
}

/**
 * Who comes with a code alone has not proved to be the one who had the chat.
 * @param {import("../../protocol/types.js").NoteRow} note
 */
function fromWeb(note) {
  const data = /** @type {Record<string, any>} */ (note.data);
  if (data.is_proven) return t("system.from_web");
  const page = data.title || data.url || "";
  return t(page ? "system.from_web_page" : "system.from_web_code", { inbox: data.inbox, page });
}

const CHANNEL_CODES = new Set(["followed", "back", "blocked", "joined_group", "left_group"]);

/** What happened in a channel; "" for other news. @param {Record<string, unknown>} data */
function channelText(data) {
  const code = String(data.code);
  if (CHANNEL_CODES.has(code)) return t(`system.${code}`);
  if (code === "unknown_event" || code === "unread_event")
    return t(`system.${code}`, { type: String(data.type) });
  if (code !== "members_joined" && code !== "members_left") return "";
  const names = /** @type {string[]} */ (data.names ?? []).join(t("then.comma"));
  const count = Number(data.count ?? 0);
  return names ? t(`system.${code}.named`, { names }) : t(`system.${code}`, { count });
}

/** @param {string} told kind, browser and system: "mobile/Safari/iOS" */
function device(told) {
  const [kind, browser, system] = told.split("/");
  const names = [browser, system].filter(Boolean).join(" / ");
  const kindName = kind === "bot" ? "" : t(`pane.kind.${kind}`);
  return names && kindName ? t("system.deviceName", { names, kind: kindName }) : names || kindName;
}

/** @param {import("../../protocol/types.js").NoteRow} note */
function assigned(note) {
  const data = /** @type {Record<string, string|null>} */ (note.data);
  const params = {
    actor: note.author_name,
    to: data.assignee_name ?? "",
    team: data.team_name ?? "",
  };
  if (data.assignee_id) {
    if (data.assignee_id === note.operator_id) return t("system.assignedSelf", params);
    return t(note.author_name ? "system.assigned" : "system.autoAssigned", params);
  }
  if (data.team_id) return t("system.assignedTeam", params);
  return t(note.author_name ? "system.unassigned" : "system.autoUnassigned", params);
}

/** @param {import("../../protocol/types.js").NoteRow} note */
function labels(note) {
  const { added, removed } = /** @type {Record<string, string[]>} */ (note.data);
  const named = (/** @type {string[]|undefined} */ names) =>
    (names ?? []).map((name) => t("system.labelName", { name })).join(t("system.labelAnd"));
  const key = added?.length
    ? removed?.length
      ? "system.labelsChanged"
      : "system.labelsAdded"
    : "system.labelsRemoved";
  return t(key, { actor: note.author_name, added: named(added), removed: named(removed) });
}

/**
 * @param {import("../../protocol/types.js").NoteRow} note
 * @param {(iso: string) => string} when
 */
function status(note, when) {
  const data = /** @type {Record<string, string|null>} */ (note.data);
  const params = { actor: note.author_name, to: t(`status.${data.to}`) };
  if (!note.author_name) return t("system.autoStatus", params);
  if (data.to !== "snoozed") return t("system.status", params);
  if (!data.snoozed_until) return t("system.snoozed", params);
  return t("system.snoozedUntil", { ...params, time: when(data.snoozed_until) });
}

/** The conversation that a line tells of, where the same customer wrote before or goes on. @param {import("../../protocol/types.js").NoteRow} [note] */
export function otherConversation(note) {
  const { code, conversation_id } = note?.data ?? {};
  const isOther = (code === "to_channel" || code === "from_web") && conversation_id;
  return isOther ? String(conversation_id) : "";
}
