// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { makeVisit } from "../../talk/static/widget/loader/visit.js";

/** A page of the site, as far as the tracker looks at it. */
function stage() {
  /** @type {Record<string, () => void>} */
  const heard = {};
  const listen = (/** @type {string} */ name, /** @type {() => void} */ act) => {
    heard[name] = act;
  };
  const location = { href: "https://shop.example/a", pathname: "/a", search: "" };
  const document = {
    title: "",
    referrer: "",
    visibilityState: "visible",
    addEventListener: listen,
  };
  const history = { pushState() {}, replaceState() {} };
  const window = { location, history, addEventListener: listen };
  Object.assign(globalThis, { location, document, window, addEventListener: listen });
  /** @type {any[]} */
  const told = [];
  const tracker = {
    add(/** @type {string} */ kind, /** @type {object} */ facts) {
      told.push({ id: `id ${told.length}`, kind, ...facts });
      return told.at(-1).id;
    },
    leave() {},
    forget() {},
    async flush() {},
  };
  makeVisit(tracker, () => false).watch();
  return { told, heard };
}

test("leaving names the view that ends, and coming back is another view", () => {
  const { told, heard } = stage();
  heard.pagehide();
  heard.pageshow();
  heard.pagehide();
  assert.deepEqual(
    told.map(({ id, kind, view }) => [id, kind, view]),
    [
      ["id 0", "page", undefined],
      ["id 1", "page_leave", "id 0"],
      ["id 2", "page", undefined],
      ["id 3", "page_leave", "id 2"],
    ],
  );
});
