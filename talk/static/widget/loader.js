// @ts-check
import { openDrawer } from "./loader/drawer.js";
import { makeEvents } from "./loader/events.js";
import { makePanel } from "./loader/panel.js";
import { makeSession } from "./loader/session.js";
import { makeTracker } from "./loader/tracker.js";
import { makeVisit } from "./loader/visit.js";
import { wordsFor } from "./loader/words.js";

const RETRY_MS = 60_000;
const FORGET_MS = 5_000;

/** @param {HTMLScriptElement} tag */
function start(tag) {
  const inbox = tag.dataset.inbox ?? "";
  const base = new URL(tag.src).origin;
  const drawer = openDrawer(`sobani:${inbox}:`, () => localStorage);
  const tab = openDrawer(`sobani:${inbox}:`, () => sessionStorage);
  const session = makeSession(base, inbox, drawer, more);
  const tracker = makeTracker({
    ready: () => !!terms() && session.isSettled(),
    send,
    beacon,
    drawer,
  });
  const panel = makePanel(`${base}/widget/${encodeURIComponent(inbox)}/`, {
    toggle,
    close,
    landed: greet,
  });
  const { on, emit } = makeEvents();
  const visit = makeVisit(tracker, isQuiet, () => session.look?.query);
  let locale = tag.dataset.locale || document.documentElement.lang || navigator.language;
  let isReady = false;
  let isWanted = false;
  /** @type {string | object | null} who has been told us, and not the server yet */
  let stranger = null;
  let isTelling = false;
  let isBegun = false;
  let isListening = false;
  /** @type {Promise<typeof import("./more.js")> | undefined} */
  let loaded;
  let tries = 0;

  /** The second file: what most pages need not. A browser remembers by address what failed. */
  function more() {
    loaded ??= import(`${base}/widget-more.js#${tries++}`).catch((error) => {
      loaded = undefined;
      throw error;
    });
    return loaded;
  }

  /** "granted" or "denied"; nothing while neither the site nor the inbox has said. */
  function terms() {
    return session.consent ?? session.look?.consent;
  }

  /** With Global Privacy Control as after a no, nothing is tracked. Chatting works all the same. */
  function isQuiet() {
    const { globalPrivacyControl } = /** @type {any} */ (navigator);
    const isOptedOut = globalPrivacyControl && session.look?.gpc !== false;
    return terms() === "denied" || isOptedOut;
  }

  /** After a no, and before anybody has said yes, nothing lies in the browser's storage. */
  function settle() {
    const isShut = terms() ? terms() === "denied" : !session.token;
    drawer.shut(isShut);
    tab.shut(isShut);
    if (isQuiet()) tracker.forget();
    return isShut;
  }

  /** @param {unknown[]} batch */
  async function send(batch) {
    try {
      const body = session.envelope(batch);
      const { status } = await fetch(`${base}/widget/v1/activities`, {
        method: "POST",
        credentials: "omit",
        body,
      });
      if (status === 401) await renew();
      return status < 500 && status !== 401 && status !== 429;
    } catch {
      return false;
    }
  }

  /** @param {unknown[]} batch */
  function beacon(batch) {
    const { onLine } = navigator;
    return onLine && navigator.sendBeacon(`${base}/widget/v1/activities`, session.envelope(batch));
  }

  /**
   * @param {string} type
   * @param {object} [more]
   */
  function tell(type, more) {
    panel.frameWindow()?.postMessage({ sobani: 1, type, ...more }, base);
  }

  async function greet() {
    if (isLeft()) return forget();
    await session.begin(false, true);
    if (!session.token) return;
    await introduce();
    dress();
    const { token, profile, look } = session;
    const forgetful = settle();
    drawer.remove("kept");
    if (!forgetful) drawer.set("kept", "1");
    tell("init", { token, profile, inbox, look, locale: wordsFor(locale).tag, forgetful });
    if (panel.isOpen()) tell("show", { focus: panel.hasFocus() });
  }

  /** Whether the token is still good only the server knows: a slow hello was closed alike. */
  async function renew() {
    session.profile = "";
    await session.begin(false, true);
  }

  function dress() {
    const { color, ink } = session.look ?? {};
    if (color && ink) panel.paint(color, ink);
    panel.speak(wordsFor(locale));
  }

  /** @param {boolean} [takeFocus] */
  function open(takeFocus = true) {
    isWanted = true;
    if (!isReady) return;
    const isNew = !panel.isOpen();
    panel.show(takeFocus);
    tab.set("open", "1");
    tell("show", { focus: takeFocus });
    if (isNew) emit("open");
  }

  function close() {
    if (!panel.isOpen()) return;
    panel.hide();
    tab.set("open", "0");
    tell("hide");
    emit("close");
  }

  function toggle() {
    if (panel.isOpen()) close();
    else open();
  }

  /** For a shared device: the next visitor is a new one. */
  async function reset() {
    stranger = null;
    close();
    tab.set("open", "0"); // it may not have been restored yet
    tracker.leave(); // what was done before is theirs
    session.end();
    part();
    await session.begin(isQuiet());
    settle();
    visit.page();
  }

  /** What was told of the one who was here, and what the frame keeps of theirs, goes. */
  function part() {
    visit.restart();
    panel.tally(0);
    if (!drawer.get("kept")) return panel.drop();
    drawer.set("kept", "0");
    forget();
  }

  /** Whether unsent words of who was here may still lie with the frame; "1" are those of now. */
  function isLeft() {
    return drawer.get("kept") === "0";
  }

  /** The frame says when it has forgotten; until then every page asks it to. */
  function forget() {
    panel.load();
    tell("reset");
    setTimeout(() => isLeft() && panel.drop(), FORGET_MS);
  }

  /**
   * For who must not be tracked it waits until they chat: before, nobody asks for a token.
   * @param {string | object} who
   */
  function identify(who) {
    stranger = who;
    return introduce();
  }

  /** Until the server has heard it: what fails is told again. */
  async function introduce() {
    const who = stranger;
    if (!who || isTelling || (isQuiet() && !session.token)) return;
    isTelling = true;
    const isHere = (await session.begin(false)) && stranger === who;
    const became = isHere ? await session.identify(who) : null;
    isTelling = false;
    tracker.flush();
    if (stranger !== who) return introduce();
    if (became === null) return setTimeout(appear, RETRY_MS);
    stranger = null;
    if (became === "other") {
      part();
      visit.page();
    } else if (became && panel.frameWindow()) greet();
  }

  /** @param {string} to */
  function speak(to) {
    locale = to;
    dress();
    tell("locale", { locale: wordsFor(locale).tag });
  }

  /**
   * Whether the visitor may be tracked, as they have told the site.
   * @param {string} choice "granted"; anything else is a no
   */
  async function consent(choice) {
    session.consent = choice === "granted" ? choice : "denied";
    settle();
    if (choice === "granted") drawer.set("consent", choice);
    else drawer.remove("consent");
    if (!isBegun) return;
    session.profile = "";
    await appear();
    if (panel.frameWindow()) greet();
    else if (drawer.get("kept")) panel.load(); // for its storage holds what is chosen, too
  }

  /** Errors on the page, and the tags of other products, if the inbox or the tag asks for it. */
  function listenToPage() {
    const { look } = session;
    if (isListening || !(look?.errors ?? look?.shims ?? tag.dataset.shim)) return;
    isListening = true;
    const waiting = () => stranger;
    const ears = { tag, store: drawer, base, look, waiting, .../** @type {any} */ (commands) };
    more().then(({ hearPage }) => hearPage(ears));
  }

  const { track, page } = visit;
  /** @type {Record<string, (...values: any[]) => void>} */
  const commands = {
    open: () => open(),
    close,
    toggle,
    track,
    page,
    reset,
    identify,
    consent,
    locale: speak,
    on,
  };

  /** @param {Iterable<any>} call */
  function run([name, ...values]) {
    try {
      if (Object.hasOwn(commands, name)) commands[name](...values);
      else console.warn("sobani: no command", name);
    } catch (error) {
      console.error(error);
    }
  }

  /** @type {Record<import("./more/bridge.js").Word, (data: any) => void>} */
  const said = {
    ready: panel.ready,
    close,
    expired: () => renew().then(greet),
    forgotten() {
      drawer.remove("kept");
      panel.drop();
    },
    unread({ count }) {
      panel.tally(count);
      emit("unread", count);
    },
    message: ({ id, author, preview }) => emit("message", { id, author, preview }),
  };

  /** @param {MessageEvent} event */
  async function listen(event) {
    if (event.source !== panel.frameWindow()) return;
    const word = (await more()).heard(event, base, panel.frameWindow());
    if (word) said[word](event.data);
  }

  /** What was open stays open over a page move, except where it would cover the page. */
  function restore() {
    if (tab.get("open") === "1" && innerWidth > 480) open(false);
    else if (isLeft()) panel.load();
    else if (tab.get("open")) setTimeout(panel.load, 1500);
  }

  function begin() {
    addEventListener("message", listen);
    addEventListener("online", appear);
    visit.watch();
    isBegun = true;
    appear();
  }

  async function appear() {
    const isAnswered = await session.begin(isQuiet());
    settle();
    if (!isQuiet()) {
      if (isAnswered && !session.token) await session.begin(false);
      visit.begin();
      listenToPage();
    }
    tracker.flush();
    introduce();
    if (isReady) return;
    if (isAnswered || session.token) return show();
    // A site that the inbox does not list gets no readable answer at all.
    console.warn("sobani: no answer:", inbox);
    setTimeout(appear, RETRY_MS);
  }

  function show() {
    dress();
    panel.tally(session.unread);
    panel.attach();
    isReady = true;
    emit("ready");
    if (session.unread) emit("unread", session.unread);
    if (isWanted) open();
    else restore();
  }

  const early = /** @type {any} */ (window).sobani?.q ?? [];
  /** @type {any} */ (window).sobani = Object.assign((/** @type {any[]} */ ...call) => run(call), {
    loaded: true,
  });
  settle();
  dress();
  early.forEach(run);
  if (document.body) begin();
  else addEventListener("DOMContentLoaded", begin);
}

// Markup that is named so shadows `document.currentScript`, but not the prototype's getter.
const tag = /** @type {HTMLScriptElement | null} */ (
  Reflect.get(Document.prototype, "currentScript", document)
);
if (!(tag?.src && tag.dataset.inbox)) console.error("sobani: no data-inbox");
else if (/** @type {any} */ (window).sobani?.loaded) console.warn("sobani: loaded twice");
else start(tag);
