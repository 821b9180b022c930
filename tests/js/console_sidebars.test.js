// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { ordered } from "../../talk/static/console/block-order.js";
import { Reveals } from "../../talk/static/console/reveals.js";
import { knowledge, Sidebars } from "../../talk/static/console/sidebars.js";
import { othersAt, valueAt, words, write } from "../../talk/static/console/values.js";

/** @param {object} [changes] */
const row = (changes) =>
  /** @type {any} */ ({
    id: "v",
    customer_id: "c",
    name: "ゲスト",
    status: "open",
    inbox_id: "i",
    ...changes,
  });

/** @param {() => Promise<any>} fetch */
function make(fetch) {
  /** @type {string[]} */
  const changed = [];
  /** @type {{act: () => void, ms: number}[]} */
  const timers = [];
  const sidebars = new Sidebars({
    fetch,
    onChange: ({ id }) => changed.push(id),
    onExpiry: () => changed.push("expired"),
    operators: () => 3000,
    setTimer: (act, ms) => timers.push({ act, ms }),
    random: () => 0.5,
  });
  return { changed, timers, sidebars };
}

const soon = () => new Promise((resolve) => setTimeout(resolve));

test("a sidebar is asked for once, and again with another name or stage, or after a minute", async () => {
  let asked = 0;
  const { changed, sidebars } = make(async () => ({ asked: ++asked, customer: { id: "c" } }));
  const seen = (/** @type {any} */ which, /** @type {number} */ now) =>
    /** @type {any} */ (sidebars.of(which, now).sidebar)?.asked ?? null;
  assert.equal(seen(row(), 0), null);
  assert.equal(seen(row(), 1), null);
  await soon();
  assert.deepEqual([seen(row(), 2), changed], [1, ["v"]]);
  for (const [which, now] of [
    [row({ name: "高橋" }), 3],
    [row({ name: "高橋", status: "resolved" }), 4],
    [row({ name: "高橋", status: "resolved" }), 60_005],
  ]) {
    const before = seen(which, now);
    await soon();
    assert.equal(seen(which, now), before + 1);
  }
});

test("what came with the thread need not be asked for, until an event tells of other member data", async () => {
  let asked = 0;
  const { sidebars } = make(async () => ({ asked: ++asked, customer: { id: "c" } }));
  const sidebar = /** @type {any} */ ({ customer: { id: "c" } });
  assert.deepEqual(sidebars.meanwhile(row()), { sidebar: null, isAway: false });
  const note = /** @type {any} */ ({ id: "n", version: 7, data: { code: "merged" } });
  const context = /** @type {any} */ ({ member_version: 3 });
  const fetched = /** @type {any} */ ({ conversation: row(), context, notes: [note], sidebar });
  sidebars.take(fetched, 0);
  assert.equal(sidebars.meanwhile(row()).sidebar, sidebar);
  assert.equal(sidebars.meanwhile(row({ customer_id: "d" })).sidebar, null);
  const thread = { notes: new Map([["n", note]]) };
  assert.equal(sidebars.of(row(), 1, knowledge(thread, context)).sidebar, sidebar);
  assert.equal(asked, 0);
  sidebars.of(row(), 2, knowledge(thread, { member_version: 4 }));
  await soon();
  assert.equal(asked, 1);
  sidebars.take({ ...fetched, sidebar: null }, 5);
  sidebars.of(row(), 6, knowledge(thread, { member_version: 4 }));
  assert.equal(asked, 1);
});

test("who comes into a segment may get another layout", () => {
  const at = (/** @type {string[]} */ ...ids) =>
    knowledge(undefined, { member_version: 1, data: { segments: ids.map((id) => ({ id })) } });
  assert.equal(at("b", "a"), at("a", "b"));
  assert.notEqual(at("a"), at("a", "b"));
  assert.equal(at(), knowledge(undefined, { member_version: 1 }));
});

test("layouts that change are asked for once, spread over a while when there are many operators", async () => {
  let asked = 0;
  const made = make(async () => ({ asked: ++asked, customer: { id: "c" } }));
  const { sidebars, timers, changed } = made;
  const shown = (/** @type {number} */ now) => /** @type {any} */ (sidebars.of(row(), now).sidebar);
  shown(0);
  await soon();
  sidebars.expire();
  sidebars.expire();
  assert.deepEqual([timers.map(({ ms }) => ms), asked], [[10_000], 1]);
  assert.equal(shown(1).asked, 1);
  timers[0]?.act();
  assert.deepEqual(changed, ["v", "expired"]);
  assert.equal(shown(2).asked, 1);
  await soon();
  assert.deepEqual([shown(3).asked, asked], [2, 2]);
  sidebars.expire();
  assert.equal(timers.length, 2);
});

test("what is known stays while it is asked for anew and when that fails, but not for another", async () => {
  let isAway = false;
  const { sidebars } = make(async () => {
    if (isAway) throw new Error("away");
    return { customer: { id: "c" } };
  });
  sidebars.of(row(), 0);
  await soon();
  isAway = true;
  assert.deepEqual(sidebars.of(row({ name: "b" }), 1).sidebar, { customer: { id: "c" } });
  await soon();
  const { sidebar, isAway: told } = sidebars.of(row({ name: "b" }), 2);
  assert.deepEqual([sidebar, told], [{ customer: { id: "c" } }, true]);
  assert.equal(sidebars.of(row({ customer_id: "d" }), 3).sidebar, null);
});

test("a revealed value is forgotten when its time is over, unless it was revealed again", async () => {
  /** @type {(() => void)[]} */
  const timers = [];
  const now = 1000;
  const reveals = new Reveals({
    ask: async () => /** @type {any} */ ({ customer: { id: "c" }, seconds: 60 }),
    onChange: () => {},
    setTimer: (act) => timers.push(act),
    now: () => now,
  });
  await reveals.show("c", "card", "asked", "v");
  assert.deepEqual(reveals.of("c", "card"), { customer: { id: "c" }, until: 61_000 });
  assert.deepEqual([reveals.of("c", "phone"), reveals.of("d", "card")], [null, null]);
  await reveals.show("c", "card", "asked again", "v");
  timers[0]?.();
  assert.notEqual(reveals.of("c", "card"), null);
  timers[1]?.();
  assert.equal(reveals.of("c", "card"), null);
});

test("a revealed value is gone after its minute though its machine slept through the timer", async () => {
  let now = 0;
  /** @type {(() => void)[]} */
  const timers = [];
  /** @type {string[]} */
  const changed = [];
  const reveals = new Reveals({
    ask: async () => /** @type {any} */ ({ customer: { id: "c" }, seconds: 60 }),
    onChange: (id) => changed.push(id),
    setTimer: (act) => timers.push(act),
    now: () => now,
  });
  await reveals.show("c", "card", "asked", "v");
  now = 59_999;
  assert.notEqual(reveals.of("c", "card"), null);
  now = 60_000;
  assert.equal(reveals.of("c", "card"), null);
  timers[0]?.();
  assert.deepEqual(changed, ["c", "c"]); // and who shows it hears of it all the same
});

const tongue = { now: Date.parse("2026-11-27T03:00:00Z"), locale: "ja", yes: "はい", no: "いいえ" };
/** @type {[unknown, any, object][]} */
const WRITTEN = [
  [12800, "money", { text: "￥12,800" }],
  ["12800", "number", { text: "12,800" }],
  [{ amount: 5, currency: "USD" }, "money", { text: "$5.00" }],
  ["gold", "badge", { text: "gold", isBadge: true }],
  ["no", "yes_no", { text: "いいえ" }],
  [true, "", { text: "はい" }],
  [["a", "b"], "list", { text: "", list: ["a", "b"] }],
  ["2027-03-01", "date", { text: "2027年3月1日", title: "2027年3月1日" }],
  ["not a date", "date", { text: "not a date" }],
  ["soon", "money", { text: "soon" }],
  ["https://crm.example/1", "link", { text: "crm.example/1", href: "https://crm.example/1" }],
  ["http://crm.example/1", "link", { text: "http://crm.example/1" }],
  ["javascript:alert(1)", "link", { text: "javascript:alert(1)" }],
  ["java\nscript:alert(1)", "link", { text: "java\nscript:alert(1)" }],
  ["https://bank.example@evil.example", "link", { text: "https://bank.example@evil.example" }],
  [{ plan: "gold", until: null }, "", { text: "", facts: [["plan", { text: "gold" }]] }],
];

const CASES_OF_ANY_SHAPE = /** @type {[unknown, object][]} */ ([
  [[1, 3000000, null, true], { text: "", list: ["1", "3,000,000", "はい"] }],
  [
    [
      [1, 2],
      [3, [4]],
    ],
    { text: "", list: ["1, 2", "[3,[4]]"] },
  ],
  [
    ["一", { a: 1 }],
    { text: "", cards: [{ text: "一" }, { text: "", facts: [["a", { text: "1" }]] }] },
  ],
  [
    { empty: {}, none: [null], a: { b: { c: { d: { e: 1 } } } } },
    deep(["a", "b", "c", "d"], '{"e":1}'),
  ],
  ["<b>太字</b>", { text: "<b>太字</b>" }],
]);

/** @param {string[]} names @param {string} text @returns {object} */
function deep([name, ...rest], text) {
  if (name === undefined) return { text };
  return { text: "", facts: [[name, deep(rest, text)]] };
}

for (const [value, expected] of CASES_OF_ANY_SHAPE) {
  test(`whatever an API sends: ${JSON.stringify(value)}`, () => {
    assert.deepEqual(write(value, "", tongue), expected);
  });
}

test("an object with nothing in it is nothing", () => {
  const known = { value: { a: {}, b: [null] }, source: "crm" };
  assert.equal(valueAt(/** @type {any} */ ({ empty: known }), "empty"), null);
});

for (const [value, format, expected] of WRITTEN) {
  test(`${JSON.stringify(value)} as ${format || "it is"}`, () => {
    assert.deepEqual(write(value, format, tongue), expected);
  });
}

test("days until and since are calendar days", () => {
  const day = (/** @type {string} */ value) => write(value, "relative", tongue).text;
  assert.deepEqual(
    [day("2026-12-06"), day("2026-11-28"), day("2026-11-20")],
    ["9日後", "明日", "7日前"],
  );
});

test("a table becomes cards, and all its words are found", () => {
  const written = write([{ plan: "gold" }, { plan: "silver" }], "", tongue);
  assert.equal(written.cards?.length, 2);
  assert.match(words(written), /gold.*silver/);
});

test("of a table only the columns that are named are shown, in their order", () => {
  const columns = /** @type {any} */ ([
    { key: "until", label: "", format: "date" },
    { key: "fee", label: "金額", format: "money" },
    { key: "gone", label: "", format: "" },
  ]);
  const row = { fee: 12, id: 7, gone: null, until: "2026-12-06" };
  const rest = [["id", { text: "7" }]];
  const facts = [
    ["until", { text: "2026年12月6日", title: "2026年12月6日" }],
    ["金額", { text: "￥12" }],
  ];
  assert.deepEqual(write([row], "", tongue, columns), {
    text: "",
    cards: [{ text: "", facts, rest }],
  });
  assert.deepEqual(write(row, "", tongue, columns), { text: "", facts, rest });
  assert.deepEqual(write("none", "", tongue, columns), { text: "none" });
  const other = { text: "", facts: [["id", { text: "7" }]] };
  assert.deepEqual(write({ id: 7 }, "", tongue, columns), other);
});

/** Numbers that look random and are the same in every run. */
function numbers(seed = 7) {
  let at = seed;
  return (/** @type {number} */ most) => {
    at = (at * 48271) % 2147483647;
    return at % most;
  };
}

/**
 * @param {(most: number) => number} next
 * @param {string[]} leaves texts that it holds
 * @param {number} [depth]
 * @returns {unknown}
 */
function made(next, leaves, depth = 0) {
  const kind = depth > 2 ? 0 : next(4);
  if (kind === 0) {
    const leaf = `leaf${leaves.length}`;
    leaves.push(leaf);
    return leaf;
  }
  const count = next(4);
  const inner = Array.from({ length: count }, () => made(next, leaves, depth + 1));
  if (kind === 1) return inner;
  return Object.fromEntries(inner.map((one, at) => [`k${at}`, one]));
}

test("whatever the value and the columns, every part of it is shown and found", () => {
  const next = numbers();
  let shortened = 0;
  for (let run = 0; run < 500; run += 1) {
    /** @type {string[]} */
    const leaves = [];
    const value = made(next, leaves);
    const keys = ["k0", "k1", "k2", "none"].filter(() => next(2));
    const columns = /** @type {any} */ (
      keys.map((key) => ({ key, label: next(2) ? "L" : "", format: "" }))
    );
    const written = write(value, "", tongue, columns);
    const missing = leaves.filter((leaf) => !words(written).includes(leaf));
    assert.deepEqual(missing, [], JSON.stringify({ value, keys }));
    if (JSON.stringify(written).includes('"rest"')) shortened += 1;
  }
  assert.ok(shortened > 50, "columns left something out often enough");
});

test("what other sources say otherwise is told, where they say anything of it", () => {
  const other = (/** @type {string} */ source, /** @type {unknown} */ value) => ({ source, value });
  const known = /** @type {any} */ ({
    value: { plan: "gold", fee: 1 },
    others: [
      other("site", { plan: "silver", fee: 1 }),
      other("site", { plan: "silver", fee: 1 }),
      other("survey", { plan: null }),
    ],
  });
  const say = (/** @type {string} */ key) => {
    const found = valueAt({ contract: known }, key);
    return found && othersAt(found, key).map(({ source, value }) => [source, value]);
  };
  assert.deepEqual(say("contract.plan"), [["site", "silver"]]);
  assert.deepEqual(say("contract.fee"), []);
  assert.deepEqual(say("contract"), [["site", { plan: "silver", fee: 1 }]]);
  const alone = /** @type {any} */ ({ value: 1 });
  assert.deepEqual(othersAt({ name: "rank", known: alone, value: 1 }, "rank"), []);
});

test("a key reaches into objects, and never past them", () => {
  const known = {
    value: { plan: { name: "gold" } },
    source: "site",
    changed_at: "",
    synced_at: "",
  };
  const traits = /** @type {any} */ ({
    contract: known,
    "a.b": { ...known, value: 1 },
    none: { ...known, value: [] },
  });
  const at = (/** @type {string} */ key) => valueAt(traits, key)?.value ?? null;
  assert.deepEqual(
    [
      "contract.plan.name",
      "a.b",
      "contract.plan.name.length",
      "contract.constructor",
      "b",
      "none",
    ].map(at),
    ["gold", 1, null, null, null, null],
  );
});

test("blocks come in the operator's order, and a new one stays behind its neighbour", () => {
  const blocks = /** @type {any} */ (["a", "b", "new", "c"].map((id) => ({ id })));
  const ids = ordered(blocks, ["c", "a", "b"]).map(({ id }) => id);
  assert.deepEqual(ids, ["c", "a", "b", "new"]);
});
