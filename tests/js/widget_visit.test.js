// @ts-check
import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { makeVisit } from "../../talk/static/widget/loader/visit.js";

/** A page of the site, as far as the tracker looks at it. */
function stage(isHidden = false) {
  /** @type {Record<string, () => void>} */
  const heard = {};
  const listen = (/** @type {string} */ name, /** @type {() => void} */ act) => {
    heard[name] = act;
  };
  const location = { href: "https://shop.example/a", pathname: "/a", search: "" };
  const document = {
    hidden: isHidden,
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
  const visit = makeVisit(
    tracker,
    () => false,
    () => ["utm_*"],
  );
  visit.watch();
  visit.begin();
  const look = (/** @type {boolean} */ isSeen) => {
    document.hidden = !isSeen;
    heard.visibilitychange();
  };
  return { told, heard, look };
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

test("only the time in which a page is seen counts", () => {
  let now = 4000; // since the navigation, all of it seen
  const clock = mock.method(performance, "now", () => now);
  const { told, look } = stage();
  now = 9000;
  look(false);
  now = 60_000;
  look(true);
  now = 61_500;
  look(false);
  clock.mock.restore();
  const left = told.filter(({ kind }) => kind === "page_leave");
  assert.deepEqual(
    left.map(({ seconds }) => seconds),
    [9, 1.5],
  );
});

test("a page that was opened behind others is seen from when it comes to the front", () => {
  let now = 1000;
  const clock = mock.method(performance, "now", () => now);
  const { told, look } = stage(true);
  now = 50_000;
  look(true);
  now = 53_000;
  look(false);
  clock.mock.restore();
  assert.deepEqual(
    told.map(({ kind, seconds }) => [kind, seconds]),
    [
      ["page", undefined],
      ["page_leave", 3],
    ],
  );
});
