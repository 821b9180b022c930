// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { choices, taken } from "../../talk/static/console/choosing.js";
import { Likenesses, whoIsWho } from "../../talk/static/console/likenesses.js";

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
  const here = again(customer("", { rank: ["gold", "site", "1"], plan: ["a", "crm:a", "1"] }));
  const there = customer("", { rank: ["silver", "site", "5"], plan: ["b", "crm:b", "5"] });
  assert.deepEqual(
    choices(here, there).map(({ key, chosen }) => [key, chosen]),
    [
      ["rank", "this"],
      ["plan", "other"],
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

test("who is who is asked for again when the thread has a newer line of it", async () => {
  let asked = 0;
  const likenesses = new Likenesses({
    fetch: async () => /** @type {any} */ ({ candidates: [], merges: [], asked: ++asked }),
    onChange: () => undefined,
  });
  const soon = () => new Promise((resolve) => setTimeout(resolve));
  const notes = new Map([["a", { version: 3, data: { code: "status" } }]]);
  const thread = /** @type {any} */ ({ notes });
  assert.equal(whoIsWho(undefined), 0);
  assert.equal(likenesses.of("c", `${whoIsWho(thread)}`, 0), null);
  await soon();
  likenesses.of("c", `${whoIsWho(thread)}`, 1);
  await soon();
  assert.equal(asked, 1);
  notes.set("b", { version: 7, data: { code: "merged" } });
  likenesses.of("c", `${whoIsWho(thread)}`, 2);
  await soon();
  assert.equal(asked, 2);
  likenesses.of("c", `${whoIsWho(thread)}`, 60_003);
  await soon();
  assert.equal(asked, 3);
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
