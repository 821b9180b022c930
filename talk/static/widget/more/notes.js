// @ts-check

/**
 * @typedef {object} Notes
 * @property {import("./things.js").Thing[]} [items] of the cart
 * @property {string} [currency]
 * @property {Record<string, string>} [said] by product, who it was told the visitor is
 * @property {Record<string, string>} [ids] by product, the visitor's id there
 */

/**
 * What other products were told, kept between the pages.
 * @param {import("../loader/drawer.js").Drawer} drawer
 */
export function makeNotes(drawer) {
  /** @returns {Notes} */
  function notes() {
    try {
      return JSON.parse(drawer.get("shim") ?? "{}") ?? {};
    } catch {
      return {};
    }
  }

  /** @param {Notes} more */
  const note = (more) => drawer.set("shim", JSON.stringify({ ...notes(), ...more }));

  /** Who the visitor was to other products, before the site has signed who they are. */
  function forgetWho() {
    const { said, ids, ...rest } = notes();
    if (said || ids) drawer.set("shim", JSON.stringify(rest));
  }
  return { notes, note, forgetWho };
}
