// @ts-check
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { openDrawer } from "../../talk/static/widget/loader/drawer.js";
import { makeSession } from "../../talk/static/widget/loader/session.js";
import { memoryStorage } from "./widget_storage.js";

/** @typedef {{method: string, path: string, token: string, body: any}} Asked */
/** @typedef {{status?: number, body?: object}} Answer */

/** @type {Asked[]} */
let asked = [];
/** @type {(question: Asked) => Answer | Promise<Answer>} */
let server = () => ({});
let storage = memoryStorage();
const drawer = openDrawer("t:", () => storage);

beforeEach(() => {
  asked = [];
  storage = memoryStorage();
  Object.defineProperty(globalThis, "navigator", { value: { language: "ja" }, configurable: true });
  Object.assign(globalThis, {
    screen: { width: 1, height: 1 },
    /** @type {(url: string, options: any) => Promise<Response>} */
    async fetch(url, { method, headers, body }) {
      const path = url.replace("https://chat.example/widget/v1/", "");
      const token = (headers.Authorization ?? "").slice(7);
      const question = { method, path, token, body: body && JSON.parse(body) };
      asked.push(question);
      const { status = 200, body: told = {} } = await server(question);
      return new Response(status === 204 ? null : JSON.stringify(told), { status });
    },
  });
});

const session = () =>
  makeSession(
    "https://chat.example",
    "shop",
    drawer,
    () => import("../../talk/static/widget/more.js"),
  );
const paths = () => asked.map(({ method, path, token }) => `${method} ${path} ${token}`);
const lost = () => Promise.reject(new TypeError("Failed to fetch"));
const settled = () => new Promise((resolve) => setTimeout(resolve, 20));

/** @param {Asked} question */
function honest({ path, token, body }) {
  if (path === "identify") return { body: { token: body.proposed, profile_id: "member" } };
  return { body: token ? { profile_id: "p" } : { token: "old", profile_id: "p" } };
}

test("who is told of becomes the member, and keeps the token that was proposed", async () => {
  server = honest;
  const self = session();
  await self.begin(false);
  const became = await self.identify("jwt");
  assert.ok(became);
  assert.equal(self.token, became);
  assert.equal(drawer.get("token"), became);
  assert.equal(drawer.get("next"), null);
  assert.ok(self.isSettled());
});

test("who a visitor was to other products before is no matter once the site has signed for them", async () => {
  server = honest;
  const self = session();
  await self.begin(false);
  const cart = { items: [], currency: "JPY" };
  drawer.set("shim", JSON.stringify({ ...cart, ids: { ga4: "u-7" }, said: { ga4: "{}" } }));
  await self.identify("jwt");
  assert.deepEqual(JSON.parse(drawer.get("shim") ?? ""), cart);
});

test("the same holds when the answer that said so was lost, with the page that had asked", async () => {
  const known = new Set(["old"]);
  server = (question) => {
    if (question.path !== "identify") return honest(question);
    const isAsBefore = known.has(question.token) && question.token !== "old";
    known.add(question.body.proposed);
    if (!isAsBefore) return lost();
    return { body: { token: "", profile_id: "member", switched: false } };
  };
  const before = session();
  await before.begin(false);
  const cart = { items: [], currency: "JPY" };
  drawer.set("shim", JSON.stringify({ ...cart, ids: { ga4: "u-7" }, said: { ga4: "{}" } }));
  assert.equal(await before.identify("jwt"), null);
  const after = session();
  await after.begin(false);
  assert.equal(await after.identify("jwt"), "", "it is as the server has it");
  assert.deepEqual(JSON.parse(drawer.get("shim") ?? ""), cart);
  drawer.set("shim", JSON.stringify({ ...cart, ids: { ga4: "u-8" } }));
  assert.equal(await after.identify("jwt"), "");
  assert.ok(drawer.get("shim")?.includes("u-8"), "what is said since is of the member");
});

test("when another member was signed for and the answer was lost, the first one's cart is not theirs", async () => {
  let live = "";
  server = ({ path, token, body }) => {
    if (path === "identify" && body.token === "jwt of b" && token === live) {
      live = body.proposed;
      return lost();
    }
    if (path === "identify") live = body.proposed;
    if (path === "identify") return { body: { token: live, profile_id: "m", switched: false } };
    if (!token) live = "guest";
    if (!token) return { body: { token: live, profile_id: "p" } };
    return token === live ? { body: { profile_id: "p" } } : { status: 401 };
  };
  const first = session();
  await first.begin(false);
  await first.identify("jwt of a");
  drawer.set("shim", JSON.stringify({ items: [{ item_id: "ring" }] }));
  assert.equal(await first.identify("jwt of b"), null);
  assert.ok(drawer.get("shim"), "it may not have been heard: then they are still here");
  const later = session();
  await later.begin(false);
  assert.equal(drawer.get("shim"), null);
  assert.equal(later.token, "guest");
});

test("what no server has heard takes no cart away", async () => {
  server = (question) => {
    if (question.path === "identify") return lost();
    return ["", "old"].includes(question.token) ? honest(question) : { status: 401 };
  };
  const self = session();
  await self.begin(false);
  drawer.set("shim", JSON.stringify({ items: [{ item_id: "ring" }] }));
  assert.equal(await self.identify("jwt"), null);
  await self.begin(false);
  assert.equal(self.token, "old");
  assert.ok(drawer.get("shim"));
});

test("a reset while the answer is on its way ends the member's token", async () => {
  /** @type {() => void} */
  let answer = () => {};
  server = async (question) => {
    if (question.path === "identify")
      await new Promise((resolve) => {
        answer = () => resolve(undefined);
      });
    return question.method === "DELETE" ? { status: 204 } : honest(question);
  };
  const self = session();
  await self.begin(false);
  const telling = self.identify("jwt");
  await settled();
  self.end();
  const next = self.begin(false);
  answer();
  assert.equal(await telling, "");
  await next;
  const proposed = asked.find(({ path }) => path === "identify")?.body.proposed;
  assert.ok(paths().includes(`DELETE session ${proposed}`));
  assert.ok(paths().includes("DELETE session old"));
  assert.equal(paths().at(-1), "POST session ", "the next one is a new visitor");
  assert.equal(self.token, "old");
  assert.equal(drawer.get("next"), null);
});

test("a reset before it was told tells nothing", async () => {
  server = honest;
  const self = session();
  await self.begin(false);
  const telling = self.identify("jwt");
  self.end();
  await telling;
  assert.ok(!paths().some((line) => line.includes("identify")));
  assert.equal(self.token, null);
});

test("an answer that was lost leaves the proposed token to be tried first", async () => {
  server = (question) => (question.path === "identify" ? lost() : honest(question));
  const self = session();
  await self.begin(false);
  assert.equal(await self.identify("jwt"), null);
  const proposed = drawer.get("next");
  assert.ok(proposed);
  assert.ok(!self.isSettled(), "nothing is sent with a token that may have ended");
  await self.begin(false);
  assert.equal(paths().at(-1), `POST session ${proposed}`);
  assert.equal(drawer.get("token"), proposed);
  assert.ok(self.isSettled());
});

test("a member's token is tried first: it stays when they are told of again", async () => {
  server = honest;
  const first = session();
  await first.begin(false);
  const token = await first.identify("jwt");
  server = (question) => (question.path === "identify" ? lost() : honest(question));
  assert.equal(await first.identify("jwt"), null);
  const later = session();
  assert.equal(later.token, token);
  await later.begin(false);
  assert.equal(paths().at(-1), `POST session ${token}`);
  assert.ok(later.isSettled());
});

test("a bad identity is not told again, another refusal is", async () => {
  const refusals = { bad_identity_token: "", unauthenticated: null, throttled: null };
  for (const [code, became] of Object.entries(refusals)) {
    server = (question) =>
      question.path === "identify" ? { status: 401, body: { code } } : honest(question);
    const self = session();
    await self.begin(false);
    assert.equal(await self.identify("jwt"), became, code);
    self.end();
  }
});
