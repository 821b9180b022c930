// @ts-check
/** What the page shows, and everything that changes it. */
import { get, NEWS, Refused, send, upload } from "./api.js";
import { durationOf } from "./durations.js";
import { t } from "./texts.js";

/**
 * @typedef {{key: string, name: string}} Person
 * @typedef {{used: number, limit: number|null}} Quota
 * @typedef {{url: string, redelivers: boolean, is_held: boolean}} Webhook
 * @typedef {{channel_id: string, name: string, basic_id: string, mode: string, quota: Quota,
 *   webhook: Webhook, faults: {kind: string}[]}} Account
 * @typedef {{id: string, author: string, at_ms: number, message: any, via: string,
 *   quote_token: string, is_unsent: boolean, is_edited: boolean, is_read: boolean}} Bubble
 * @typedef {{channel_id: string, id: string, kind: string, name: string, members: string[],
 *   is_friend: boolean, is_blocked: boolean, has_left: boolean, bubbles: Bubble[],
 *   unread: number}} Chat
 * @typedef {Chat & {loading_seconds: number, menu: any}} OpenChat
 */

const TOAST_MS = 2500;
const MIB = 1024 * 1024;
// The server that it runs in takes no more, and ends the connection of who sends more.
const MOST_BYTES = 20 * MIB;
const SETTLE_MS = 40;
const LOG_MS = 250;
const LOG_LINES = 60;

export const model = {
  person: "",
  /** @type {Person[]} */
  people: [],
  /** @type {Account[]} */
  accounts: [],
  /** @type {Chat[]} */
  chats: [],
  /** @type {{channel: string, chat: string}|null} */
  open: null,
  /** @type {OpenChat|null} */
  chat: null,
  tray: "",
  /** What stands in the composer when the chat is opened. */
  draft: "",
  isMenuOpen: true,
  /** @type {{kind: string, bubble?: Bubble}|null} */
  sheet: null,
  /** @type {{title: string, value: string, done: (text: string) => void}|null} */
  question: null,
  /** @type {Bubble|null} */
  quoting: null,
  toast: "",
  isSlow: false,
  isPlatformShown: false,
  /** @type {any[]} */
  log: [],
  isOffline: false,
};

/** @type {() => void} */
let draw = () => {};
let isDue = false;
/** @type {Record<string, ReturnType<typeof setTimeout>|undefined>} */
const timers = {};

/** @param {() => void} drawing */
export function start(drawing) {
  draw = drawing;
  const asked = new URLSearchParams(location.search);
  model.person = asked.get("person") ?? localStorage.getItem("person") ?? "";
  const channel = asked.get("open");
  if (channel)
    Object.assign(model, { open: { channel, chat: "own" }, draft: asked.get("text") ?? "" });
  history.replaceState(null, "", location.pathname);
  const news = new EventSource(NEWS);
  news.onmessage = (event) => hear(JSON.parse(event.data));
  news.onopen = () => {
    model.isOffline = false;
    refresh();
  };
  news.onerror = () => {
    model.isOffline = true;
    touch();
  };
  refresh();
}

/** Draw soon; many changes together are drawn once. */
export function touch() {
  if (isDue) return;
  isDue = true;
  requestAnimationFrame(() => {
    isDue = false;
    draw();
  });
}

/** @param {{kind: string, channel_id?: string}} one */
function hear(one) {
  if (one.kind === "call" || one.kind === "delivery") later("log", LOG_MS, readLog);
  if (one.kind !== "call") later("refresh", SETTLE_MS, refresh);
}

/**
 * @param {string} name
 * @param {number} ms
 * @param {() => unknown} work
 */
function later(name, ms, work) {
  timers[name] ??= setTimeout(() => {
    timers[name] = undefined;
    work();
  }, ms);
}

export async function refresh() {
  const found = await get(`state?person=${encodeURIComponent(model.person)}`).catch(() => null);
  if (!found) return;
  Object.assign(model, found);
  model.person = found.person ?? "";
  remember();
  await readChat();
  touch();
}

/** Dialogs of the platform ask whose browser this is. */
function remember() {
  localStorage.setItem("person", model.person);
  const value = encodeURIComponent(model.person);
  // biome-ignore lint/suspicious/noDocumentCookie: the other way to set one is not in all browsers
  document.cookie = `line_simulator_person=${value}; path=/; SameSite=Lax`;
}

async function readChat() {
  const { open, person } = model;
  if (!open) return;
  const path = `accounts/${open.channel}/chats/${open.chat}?person=${encodeURIComponent(person)}`;
  const chat = await get(path).catch(() => null);
  if (model.open !== open) return;
  if (chat && !model.chat) model.isMenuOpen = chat.menu?.selected ?? true;
  model.chat = chat;
  if (chat) await see(chat);
}

/** @param {OpenChat} chat */
async function see(chat) {
  const unread = model.chats.find((one) => one.id === chat.id && one.unread > 0);
  if (!unread || document.hidden) return;
  unread.unread = 0;
  await act("see");
}

export async function readLog() {
  const account = accountShown();
  if (!model.isPlatformShown || !account) return;
  const where = `accounts/${account.channel_id}`;
  const asked = ["calls", "deliveries"].map((name) => get(`${where}/${name}?newest=${LOG_LINES}`));
  const [calls, deliveries] = await Promise.all(asked);
  model.log = [...calls, ...deliveries].sort((a, b) => b.at - a.at).slice(0, LOG_LINES);
  touch();
}

/** The account of the open chat, or the first one. */
export function accountShown() {
  const channel = model.open?.channel;
  return model.accounts.find((one) => one.channel_id === channel) ?? model.accounts[0];
}

/** @param {string} key */
export function personNamed(key) {
  return model.people.find((one) => one.key === key)?.name ?? key;
}

/** @param {string} key */
export function choosePerson(key) {
  Object.assign(model, { person: key, open: null, chat: null, tray: "", draft: "", quoting: null });
  remember();
  refresh();
}

/**
 * @param {string} channel
 * @param {string} chat
 */
export function openChat(channel, chat) {
  Object.assign(model, { open: { channel, chat }, chat: null, tray: "", draft: "", quoting: null });
  refresh().then(readLog);
}

export function closeChat() {
  Object.assign(model, { open: null, chat: null, tray: "", draft: "", quoting: null });
  refresh();
}

/** @param {Partial<typeof model>} changed */
export function change(changed) {
  Object.assign(model, changed);
  touch();
}

/**
 * Do something in the open chat as the person whose phone this is.
 * @param {string} deed
 * @param {Record<string, unknown>} [parts]
 */
export async function act(deed, parts = {}) {
  const { open, person } = model;
  if (!open) return;
  const body = { person, chat: open.chat === "own" ? "" : open.chat, ...parts };
  await tried(send(`accounts/${open.channel}/acts/${deed}`, body));
}

/** @param {Record<string, unknown>} message */
export async function say(message) {
  const quotes = model.quoting?.id ?? "";
  change({ quoting: null });
  await act("say", { message, how: { quotes } });
}

/**
 * @param {string} type
 * @param {File[]} files several photos together are a set
 */
export async function sendFiles(type, files) {
  const { open, person } = model;
  if (!open) return;
  const id = Array.from(crypto.getRandomValues(new Uint8Array(32)), (one) =>
    one.toString(16).padStart(2, "0").toUpperCase(),
  ).join("");
  if (files.some((file) => file.size > MOST_BYTES)) {
    tell(t("failed.too_large", { most: MOST_BYTES / MIB }));
    return;
  }
  for (const [at, file] of files.entries()) {
    const isSet = type === "image" && files.length > 1;
    const imageSet = isSet ? { imageSet: { id, index: at + 1, total: files.length } } : {};
    const named = type === "file" ? { fileName: file.name } : {};
    const lasting = await durationOf(type, file);
    const how = model.isSlow ? { asks_before_ready: 3 } : {};
    const chat = open.chat === "own" ? "" : open.chat;
    const message = { type, ...named, ...imageSet, ...lasting };
    await tried(upload(open.channel, file, { person, chat, message, how }));
  }
}

/** @param {Promise<unknown>} asked */
export async function tried(asked) {
  try {
    return await asked;
  } catch (error) {
    tell(error instanceof Refused ? error.message : t("failed.offline"));
  }
}

/**
 * Ask for a word or two on the phone; nothing is done without one.
 * @param {string} title
 * @param {string} value
 * @param {(text: string) => void} done
 */
export function ask(title, value, done) {
  change({ question: { title, value, done } });
}

/** @param {string} toast */
export function tell(toast) {
  change({ toast });
  setTimeout(() => model.toast === toast && change({ toast: "" }), TOAST_MS);
}

/**
 * Turn something of the platform.
 * @param {string} path
 * @param {unknown} [body]
 * @param {string} [method]
 */
export async function turn(path, body = {}, method = "POST") {
  const account = accountShown();
  if (!account) return;
  await tried(send(`accounts/${account.channel_id}/${path}`, body, method));
  await refresh();
  await readLog();
}

/** @param {string} name */
export async function addPerson(name) {
  const key = `p${Date.now().toString(36)}`;
  await tried(send("people", { key, name }));
  choosePerson(key);
}

/** @param {string} name */
export async function makeGroup(name) {
  const account = accountShown();
  if (!account) return;
  const members = model.people.map((one) => one.key);
  const made = await tried(send(`accounts/${account.channel_id}/groups`, { name, members }));
  if (made) openChat(account.channel_id, /** @type {any} */ (made).id);
}
