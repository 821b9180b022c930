// @ts-check
import { newId } from "../id.js";
import { apply as change, newState, unread } from "../store.js";
import { makeApi } from "./api.js";
import { makeComposer } from "./composer.js";
import { el } from "./dom.js";
import { acceptDrops } from "./drop.js";
import { forgetFiles } from "./files.js";
import { makeHeader } from "./header.js";
import { makeKeep } from "./keep.js";
import { makeLine } from "./line.js";
import { makeReading } from "./reading.js";
import { makeSender } from "./sender.js";
import { openSocket } from "./socket.js";
import { makeSync } from "./sync.js";
import { makeThread } from "./thread.js";
import { makeTyping } from "./typing.js";
import { wordsFor } from "./words.js";

const POLL_MS = 10_000;

/** @typedef {import("../store.js").Frame} Frame */

/**
 * One visitor's chat: knows, shows and sends. `tell` speaks to the page around the frame.
 * @param {import("./parent.js").Init} init
 * @param {(type: string, more?: object) => void} tell
 */
export function makeChat(init, tell) {
  const { inbox, profile } = init;
  let { token, look, locale } = init;
  let isShown = false;
  let isDrawing = false;
  let isStopped = false;
  let toldUnread = -1;
  const state = newState();
  const keep = makeKeep(() => localStorage, inbox, profile);
  keep.shut(init.forgetful === true);
  const api = makeApi(() => token);
  const address = new URL("/ws/widget", location.href.replace(/^http/, "ws")).href;
  const refused = () => tell("expired");
  const socket = openSocket(address, () => ({ inbox, token }), {
    frame: hear,
    ready: begin,
    connection: (connection) => apply({ type: "connection", state: connection }),
    refused,
    beat: compare,
  });
  const isOnline = () => navigator.onLine !== false;
  const sync = makeSync(state, apply, api, refused);
  const sender = makeSender({ state, apply, keep, socket, api, isOnline, refused });
  const typing = makeTyping(state, apply, socket);
  const reading = makeReading(state, apply, socket);
  const header = makeHeader(state, keep.isLasting, () => tell("close"));
  const thread = makeThread(state, { older: sync.older, seen: noticeSeen });
  const composer = makeComposer({
    keep,
    look: () => look,
    upload: api.upload,
    discard: api.discard,
    words: () => wordsFor(locale),
    locale: () => locale,
    send,
    writing: typing.write,
  });
  const line = makeLine({
    begin: () => api.goToLine(locale),
    look: api.lineState,
    words: () => wordsFor(locale),
  });
  const isOffered = document.documentElement.dataset.line === "1";
  const foot = el("div", { class: "foot" }, isOffered && line.button, composer.element);
  const parts = [header.element, header.status, thread.element, foot];
  const element = el("div", { class: "chat" }, ...parts, isOffered && line.sheet);
  acceptDrops(element, () => wordsFor(locale).drop, composer.add);

  /** @param {import("./socket.js").Wire} wire */
  function hear(wire) {
    const before = unread(state).length;
    apply(/** @type {Frame} */ (wire));
    if (wire.type === "soft" && wire.active) typing.heard();
    if (wire.type !== "event") return;
    sync.mend();
    if (unread(state).length > before) announce();
  }

  /** @param {Frame} frame */
  function apply(frame) {
    if (isStopped) return;
    change(state, frame);
    if (frame.type === "event" || frame.type === "history") settle();
    draw();
  }

  /** What the server has need not be kept here any more. */
  function settle() {
    for (const { client_id } of keep.unsent(Date.now()))
      if (!state.outbox.has(client_id)) keep.drop(client_id);
  }

  function announce() {
    const { id, author_name, body } = unread(state).slice(-1)[0];
    tell("message", { id, author: author_name.slice(0, 100), preview: body.slice(0, 140) });
  }

  function draw() {
    if (isDrawing) return;
    isDrawing = true;
    queueMicrotask(() => {
      isDrawing = false;
      if (!isStopped) render();
    });
  }

  function render() {
    const words = wordsFor(locale);
    const { content } = api;
    const { retry, discard } = sender;
    header.render(words, look, sync.isSyncing());
    thread.render({ words, locale, content, retry, discard }, look);
    noticeSeen();
    const count = unread(state).length;
    if (count !== toldUnread) tell("unread", { count });
    toldUnread = count;
  }

  function noticeSeen() {
    if (isShown && document.visibilityState === "visible" && thread.isAtEnd()) reading.look();
  }

  /**
   * @param {boolean} resynced
   * @param {boolean} restarted
   */
  function begin(resynced, restarted) {
    if (restarted) apply({ type: "restart" });
    reading.restart();
    if (resynced || !state.isKnown) sync.restart();
    else sync.mend();
    sender.flush();
    draw();
  }

  /** @param {Record<string, number>} versions the newest ones of the visitor's conversations */
  function compare(versions) {
    const isBehind = Object.entries(versions).some(
      ([id, version]) => version > (state.conversations.get(id)?.visitor_version ?? 0),
    );
    if (isBehind) sync.restart();
  }

  /** @param {import("./keep.js").Draft} draft */
  function send({ body, attachments }) {
    const client_id = newId();
    const at = Date.now();
    sender.add({ client_id, body, attachments, at, progress: "queued", reason: "" });
  }

  function backOnline() {
    socket.hurry();
    sender.flush();
  }

  function looked() {
    if (document.visibilityState === "visible") socket.hurry();
    noticeSeen();
  }

  /** Where no socket gets through, reading still works. */
  const poll = setInterval(() => {
    if (isShown && isOnline() && !socket.isReady()) sync.restart();
  }, POLL_MS);

  function speak() {
    document.documentElement.lang = locale;
    composer.speak();
    line.speak();
    draw();
  }

  keep.forgetOthers();
  for (const entry of keep.unsent(Date.now())) apply({ type: "unsent", entry });
  addEventListener("online", backOnline);
  addEventListener("offline", socket.networkLost);
  document.addEventListener("visibilitychange", looked);
  composer.restore();
  speak();
  socket.connect();

  return {
    element,
    profile,
    /**
     * The same visitor with another token: what they read and write stays as it is.
     * @param {string} to
     */
    use(to) {
      if (to === token) return;
      token = to;
      socket.renew();
      sync.restart();
    },
    /** @param {boolean} takeFocus */
    show(takeFocus) {
      isShown = true;
      composer.fit();
      thread.toEnd();
      thread.fill();
      // On a phone the keyboard would cover what there is to read.
      if (takeFocus && matchMedia("(pointer: fine)").matches) composer.focus();
      else if (takeFocus) header.focus();
      looked();
    },
    hide() {
      isShown = false;
    },
    /** @param {string} to */
    speak(to) {
      locale = to;
      speak();
    },
    /** @param {import("./parent.js").Look} to */
    wear(to) {
      look = to;
      speak();
    },
    forget: () => keep.forget(),
    /** @param {boolean} to whether nothing may lie in the browser's storage */
    shut: (to) => keep.shut(to),
    stop() {
      isStopped = true;
      clearInterval(poll);
      removeEventListener("online", backOnline);
      removeEventListener("offline", socket.networkLost);
      document.removeEventListener("visibilitychange", looked);
      socket.close();
      for (const part of [sync, sender, typing, header, composer, line]) part.stop();
      forgetFiles();
      element.remove();
    },
  };
}
