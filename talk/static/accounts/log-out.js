// @ts-check
/** The log-outs outside of the console ask about unsent words, and take them along, as its own does. */
import { countOwn, forgetOwn } from "../console/leftovers.js";
import { browserStore } from "../console/storage.js";

/** @import { Store } from "../console/storage.js" */

/**
 * @param {HTMLFormElement} form with the operator's id, and what to ask them
 * @param {Store} store
 * @param {(advice: string) => boolean} ask
 */
export function heed(form, store, ask) {
  const { operator = "", advice = "" } = form.dataset;
  form.addEventListener("submit", (event) => {
    const count = countOwn(store, operator);
    if (count > 0 && !ask(advice.replace("{count}", `${count}`))) event.preventDefault();
    else forgetOwn(store, operator);
  });
}

/** @type {NodeListOf<HTMLFormElement>} */
const forms = document.querySelectorAll("form[data-operator]");
for (const form of forms) heed(form, browserStore(), (advice) => confirm(advice));
