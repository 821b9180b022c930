// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { choices, taken } from "../../talk/static/console/choosing.js";
import { Likenesses, likenessOf } from "../../talk/static/console/likenesses.js";

/** @param {string} name @param {Record<string, [unknown, string, string?]>} traits @returns {any} */
function customer(name, traits) {
  const told = Object.entries(traits).map(([key, [value, source, changed_at = "1"]]) => [
    key,
    { value, source, changed_at, synced_at: changed_at },
  ]);
  return { id: name, name, traits: Object.fromEntries(told), identities: [], claims: [] };
}

test("what both tell differently is chosen from, the stronger source first, then the newer", () => {
  const here = customer("", {
    rank: ["gold", "site", "1"],
    plan: ["a", "survey", "1"],
    city: ["東京", "site", "1"],
    same: [{ a: 1 }, "site"],
    only: [1, "site"],
    email: ["a@b.example", "site"],
    "claimed.name": ["x", "claim"],
  });
  const there = customer("花子", {
    rank: ["silver", "survey", "9"],
    plan: ["b", "crm:x", "1"],
    city: ["大阪", "site", "2"],
    same: [{ a: 1 }, "crm"],
    email: ["c@d.example", "site"],
    mine: [2, "site"],
  });
  assert.deepEqual(choices(here, there), [
    { key: "rank", this: "gold", other: "silver", chosen: "this" },
    { key: "plan", this: "a", other: "b", chosen: "other" },
    { key: "city", this: "東京", other: "大阪", chosen: "other" },
  ]);
  assert.equal(taken(here, there), 2);
});

test("of one source its last word is chosen, of two equal ones the newer change", () => {
  const again = (/** @type {any} */ row) => {
    for (const known of Object.values(row.traits)) known.told_at = "7";
    return row;
  };
  const here = again(
    customer("", { rank: ["gold", "site", "1"], plan: ["a", "crm:a", "1"], fee: [1, "crm", "1"] }),
  );
  const there = customer("", {
    rank: ["silver", "site", "5"],
    plan: ["b", "crm:b", "5"],
    fee: [2, "crm", "5"],
  });
  assert.deepEqual(
    choices(here, there).map(({ key, chosen }) => [key, chosen]),
    [
      ["rank", "this"],
      ["plan", "other"],
      ["fee", "other"],
    ],
  );
});

test("two names are chosen from, a guest's missing one is not", () => {
  const here = customer("高橋", { name: ["高橋", "survey"] });
  const there = customer("髙橋", { name: ["髙橋", "site"] });
  assert.deepEqual(choices(here, there), [
    { key: "name", this: "高橋", other: "髙橋", chosen: "other" },
  ]);
  assert.deepEqual(choices(customer("", {}), there), []);
  assert.deepEqual(choices(here, here), []);
});

const soon = () => new Promise((resolve) => setTimeout(resolve));

/** A desk with one thread, and likenesses that count how often they were asked for. */
function asking() {
  const told = { count: 0, isAway: false };
  const likenesses = new Likenesses({
    fetch: async () => {
      told.count += 1;
      if (told.isAway) throw new TypeError("Failed to fetch");
      return /** @type {any} */ ({ candidates: [], merges: [], asked: told.count });
    },
    onChange: () => undefined,
  });
  const notes = new Map([["a", { version: 3, data: { code: "status" } }]]);
  const context = { member_version: 4 };
  const desk = /** @type {any} */ ({
    likenesses,
    now: 0,
    threads: { failures: new Map() },
    state: { threads: new Map(), contexts: new Map([["c", context]]) },
  });
  const row = /** @type {any} */ ({ id: "t", customer_id: "c", name: "花子" });
  return { told, likenesses, notes, context, desk, row };
}

test("who is who is asked for with the thread, and again when something is known otherwise, not by the clock", async () => {
  const { told, notes, context, desk, row } = asking();
  const ask = async (/** @type {number} */ now) => {
    likenessOf({ ...desk, now }, row);
    await soon();
    return told.count;
  };
  assert.equal(await ask(0), 0, "the thread is on its way, and what is known of them with it");
  desk.state.threads.set("t", { notes });
  assert.equal(await ask(1), 1);
  assert.equal(await ask(2), 1);
  assert.equal(await ask(24 * 3_600_000), 1, "open all day");
  notes.set("b", { version: 7, data: { code: "merged" } });
  assert.equal(await ask(24 * 3_600_000 + 1), 2);
  context.member_version = 5;
  assert.equal(await ask(24 * 3_600_000 + 2), 3);
  assert.equal(await ask(24 * 3_600_000 + 3), 3);
});

test("who is who is asked for again when the conversation is opened later, and after no answer", async () => {
  const { told, likenesses, notes, desk, row } = asking();
  desk.state.threads.set("t", { notes });
  likenessOf(desk, row);
  likenesses.open("c", 1_000);
  await soon();
  assert.equal(told.count, 1, "there and back");
  told.isAway = true;
  likenesses.open("c", 61_000);
  await soon();
  assert.equal(told.count, 2);
  assert.equal(/** @type {any} */ (likenesses.meanwhile("c")).asked, 1, "what was known stays");
  likenessOf({ ...desk, now: 62_000 }, row);
  await soon();
  assert.equal(told.count, 2, "not at every tick");
  assert.equal(await likenesses.anew("c", 63_000), null);
  told.isAway = false;
  likenessOf({ ...desk, now: 124_000 }, row);
  await soon();
  assert.equal(told.count, 4);
});

test("which source is believed about a key is the administrator's to say", () => {
  const here = customer("", {
    rank: ["gold", "crm:main", "9"],
    plan: ["a", "crm:main", "9"],
    city: ["東京", "crm:old", "9"],
  });
  const there = customer("花子", {
    rank: ["silver", "site", "1"],
    plan: ["b", "operator", "1"],
    city: ["大阪", "crm:main", "1"],
  });
  const precedence = { rank: ["site"], plan: ["crm"], city: ["crm:main"] };
  const chosen = (/** @type {any} */ rules) =>
    choices(here, there, rules).map((one) => [one.key, one.chosen]);
  assert.deepEqual(chosen({ precedence, empty_wins: [] }), [
    ["rank", "other"],
    ["plan", "other"],
    ["city", "other"],
  ]);
  assert.deepEqual(chosen(undefined), [
    ["rank", "this"],
    ["plan", "other"],
    ["city", "this"],
  ]);
});

test("an empty value is chosen only where the administrator lets it win", () => {
  const here = customer("", {
    rank: ["", "crm:main"],
    plan: [" ", "crm:main"],
    tags: [[], "crm:main"],
    count: [0, "crm:main"],
  });
  const there = customer("", {
    rank: ["gold", "site"],
    plan: ["free", "site"],
    tags: [{}, "site"],
    count: [3, "site"],
  });
  const chosen = (/** @type {string[]} */ ...empty_wins) =>
    choices(here, there, { precedence: {}, empty_wins }).map((one) => [one.key, one.chosen]);
  assert.deepEqual(chosen(), [["count", "this"]]);
  assert.deepEqual(chosen("plan"), [
    ["plan", "this"],
    ["count", "this"],
  ]);
});
