// @ts-check
/** What happens when an action is tapped, whatever it is part of. */
import { act, ask, change, model, say, tell } from "../model.js";
import { t } from "../texts.js";
import { copy } from "./sheet.js";

/** @param {any} action */
export function tap(action) {
  const work = TAPS[action?.type];
  if (work) work(action);
}

/** @type {Record<string, (action: any) => unknown>} */
const TAPS = {
  message: ({ text }) => say({ type: "text", text }),
  postback: ({ data, displayText, text, fillInText, inputOption }) => {
    act("tap", { data, text: displayText ?? text ?? "" });
    if (inputOption === "openKeyboard" && fillInText) fill(fillInText);
    if (inputOption === "openRichMenu") change({ isMenuOpen: true });
    if (inputOption === "closeRichMenu") change({ isMenuOpen: false });
  },
  uri: ({ uri }) => visit(uri),
  datetimepicker: (action) => pick(action),
  richmenuswitch: ({ data, richMenuAliasId }) =>
    act("tap", { data, params: { newRichMenuAliasId: richMenuAliasId, status: "SUCCESS" } }),
  clipboard: ({ clipboardText }) => copy(clipboardText),
  camera: () => click("photos"),
  cameraRoll: () => click("photos"),
  location: () => change({ tray: "places" }),
};

/** @param {string} uri */
function visit(uri) {
  if (/^https?:/.test(uri)) window.open(uri, "_blank", "noopener,noreferrer");
  else tell(uri);
}

/** @param {any} action */
function pick({ data, mode, initial }) {
  const now = new Date(Date.now() - new Date().getTimezoneOffset() * 60_000).toISOString();
  const start = { date: now.slice(0, 10), time: now.slice(11, 16), datetime: now.slice(0, 16) };
  const value = initial ?? start[/** @type {"date"} */ (mode)];
  ask(t("picker.ask"), value, (chosen) => act("tap", { data, params: { [mode]: chosen } }));
}

/** @param {string} text */
function fill(text) {
  const field = document.querySelector(".composer textarea");
  if (field instanceof HTMLTextAreaElement) {
    field.value = text;
    field.focus();
  }
}

/** @param {string} name */
function click(name) {
  change({ tray: "more" });
  requestAnimationFrame(() => {
    const field = document.querySelector(`input[name=${name}]`);
    if (field instanceof HTMLInputElement) field.click();
    else tell(model.person);
  });
}
