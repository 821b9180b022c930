// @ts-check
import { makeChat } from "./app/chat.js";
import { forgetAll } from "./app/keep.js";
import { heard } from "./app/parent.js";

const { inbox = "", origins = "" } = document.documentElement.dataset;
const sites = origins.split(" ").filter(Boolean);
/** The one site that this frame speaks to, once it has said hello. */
let site = "";
/** @type {ReturnType<typeof makeChat> | null} */
let chat = null;

/**
 * @param {string} type
 * @param {object} [more]
 */
function tell(type, more) {
  if (site) parent.postMessage({ sobani: 1, type, ...more }, site);
}

/** @param {import("./app/parent.js").Init} init */
function begin(init) {
  if (init.inbox !== inbox) return;
  const style = document.documentElement.style;
  style.setProperty("--fill", init.look.color);
  style.setProperty("--ink", init.look.ink);
  if (chat?.profile === init.profile) {
    chat.use(init.token);
    chat.wear(init.look);
    chat.speak(init.locale);
    chat.shut(init.forgetful === true);
  } else {
    chat?.stop();
    chat = makeChat(init, tell);
    document.body.replaceChildren(chat.element);
  }
  tell("ready");
}

addEventListener("message", (event) => {
  const said = heard(event, parent, sites);
  if (!said || (site && event.origin !== site)) return;
  site = event.origin;
  if (said.type === "init") begin(said);
  if (said.type === "show") chat?.show(said.focus === true);
  if (said.type === "hide") chat?.hide();
  if (said.type === "locale") chat?.speak(said.locale);
  if (said.type === "reset") {
    chat?.forget();
    chat?.stop();
    chat = null;
    forgetAll(() => localStorage, inbox);
    tell("forgotten");
  }
});

addEventListener("keydown", (event) => {
  // Escape that closes an input method's candidates is not ours.
  if (event.key === "Escape" && !event.isComposing && event.keyCode !== 229) tell("close");
});
