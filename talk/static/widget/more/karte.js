// @ts-check
import { afterLoad, safely, watchGlobal } from "./globals.js";

/** @typedef {import("./site.js").Site} Site */

/** Pages are told of by the tracker itself. */
const PAGES = ["view"];

/**
 * Hear `krt('send', name, values)`, calls from before included.
 * @param {any} win
 * @param {Site} site
 */
export function hearKarte(win, site) {
  const hear = (/** @type {ArrayLike<any>} */ call) =>
    safely(() => {
      const [what, name, values] = Array.from(call);
      if (what === "send") tell(site, `${name}`, values ?? {});
    });
  watchGlobal(win, "krt", (/** @type {any} */ krt) => {
    for (const call of krt.q ?? []) hear(call);
    // A proxy: the real library hangs its own things on the stub.
    return new Proxy(krt, {
      apply(target, self, call) {
        hear(call);
        return Reflect.apply(target, self, call);
      },
    });
  });
  afterLoad(win, () => {
    win.krt ??= () => {};
  });
}

/**
 * @param {Site} site
 * @param {string} name
 * @param {any} values
 */
function tell(site, name, values) {
  if (PAGES.includes(name)) return;
  if (name === "cart") site.setCart(values);
  else if (name === "buy") site.order(values);
  else if (name === "identify" || name === "attribute") site.who(values, "karte");
  else if (name === "_error") site.error(values.kind ?? "karte", values.message ?? values.error);
  else if (name === "item_view" || name === "view_item") site.viewItem(values);
  else if (!name.startsWith("_")) site.custom(name, values);
  if (name === "login" && values.status === false) site.left();
}
