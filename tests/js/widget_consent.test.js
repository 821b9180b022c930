// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { makeKeep } from "../../talk/static/widget/app/keep.js";
import { openDrawer } from "../../talk/static/widget/loader/drawer.js";
import { hearRequests } from "../../talk/static/widget/more/requests.js";
import { memoryStorage, refusingStorage } from "./widget_storage.js";

/** @param {Storage} storage */
const names = (storage) =>
  Array.from({ length: storage.length }, (_, index) => storage.key(index)).sort();

test("a drawer that is shut holds in memory what lay in storage, and gives it back", () => {
  const storage = memoryStorage();
  const drawer = openDrawer("t:", () => storage);
  storage.setItem("the site's own", "stays");
  drawer.set("token", "secret");
  drawer.shut(true);
  assert.deepEqual(names(storage), ["the site's own"]);
  assert.equal(drawer.get("token"), "secret");
  drawer.set("queue", "[]");
  assert.deepEqual(names(storage), ["the site's own"]);
  drawer.shut(false);
  assert.deepEqual(names(storage), ["t:queue", "t:token", "the site's own"]);
});

test("where storage is refused, shutting and opening loses nothing", () => {
  const drawer = openDrawer("t:", refusingStorage);
  drawer.set("token", "secret");
  drawer.shut(true);
  drawer.shut(false);
  assert.equal(drawer.get("token"), "secret");
});

test("the frame keeps drafts and unsent messages in memory alone when nothing may be stored", () => {
  const storage = memoryStorage();
  const keep = makeKeep(() => storage, "shop", "me");
  keep.keepDraft({ body: "書きかけ", attachments: [] });
  keep.shut(true);
  assert.equal(storage.length, 0);
  assert.equal(keep.draft().body, "書きかけ");
  keep.keepDraft({ body: "続き", attachments: [] });
  assert.equal(storage.length, 0);
  keep.shut(false);
  assert.equal(storage.length, 1);
  assert.equal(keep.draft().body, "続き");
});

test("refused requests to the page's own server are told, others and ours are not", async () => {
  /** @type {Record<string, number>} */
  const answers = { "/fine": 200, "/pay": 502, "/widget/v1/activities": 500 };
  class Xhr {
    status = 0;
    /** @type {(() => void)[]} */
    listeners = [];
    /** @param {string} _name @param {() => void} listener */
    addEventListener(_name, listener) {
      this.listeners.push(listener);
    }
    open() {}
    /** @param {number} status */
    end(status) {
      this.status = status;
      this.listeners[0].call(this);
    }
  }
  const own = async (/** @type {any} */ to) => {
    const { pathname } = new URL(to.url ?? to, "https://shop.example/");
    if (pathname === "/gone") throw new TypeError("Failed to fetch");
    return new Response("", { status: answers[pathname] ?? 404 });
  };
  const location = { href: "https://shop.example/cart/", origin: "https://shop.example" };
  Object.assign(globalThis, { location, window: { fetch: own }, XMLHttpRequest: Xhr });
  /** @type {string[]} */
  const told = [];
  hearRequests("https://shop.example", (text) => told.push(text));
  const fetch = window.fetch;
  assert.equal((await fetch("/pay?card=4111", { method: "post" })).status, 502);
  await fetch("/fine");
  await fetch("/widget/v1/activities");
  await fetch("https://other.example/pay");
  await fetch(new Request("https://shop.example/missing"));
  await assert.rejects(fetch("/gone"), TypeError);
  const xhr = /** @type {any} */ (new XMLHttpRequest());
  xhr.open("GET", "/first");
  xhr.end(500);
  xhr.open("PUT", "/second");
  xhr.end(200);
  xhr.open("PUT", "/third");
  xhr.end(409);
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(told.sort(), [
    "GET /first 500",
    "GET /gone failed",
    "GET /missing 404",
    "POST /pay 502",
    "PUT /third 409",
  ]);
});
