// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { ordered } from "../../talk/static/console/block-order.js";
import { Reveals } from "../../talk/static/console/reveals.js";
import { knowledge, Sidebars } from "../../talk/static/console/sidebars.js";
import { valueAt, words, write } from "../../talk/static/console/values.js";

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
  assert.equal(sidebars.of(row(), 1, knowledge(thread, 3)).sidebar, sidebar);
  assert.equal(asked, 0);
  sidebars.of(row(), 2, knowledge(thread, 4));
  await soon();
  assert.equal(asked, 1);
  sidebars.take({ ...fetched, sidebar: null }, 5);
  sidebars.of(row(), 6, knowledge(thread, 4));
  assert.equal(asked, 1);
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
  const reveals = new Reveals({
    ask: async () => /** @type {any} */ ({ customer: { id: "c" }, seconds: 60 }),
    onChange: () => {},
    setTimer: (act) => timers.push(act),
    now: () => 1000,
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
    ["9 日後", "明日", "7 日前"],
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
  const row = { fee: 12, id: 7, until: "2026-12-06" };
  const facts = [
    ["until", { text: "2026年12月6日", title: "2026年12月6日" }],
    ["金額", { text: "￥12" }],
  ];
  assert.deepEqual(write([row], "", tongue, columns), { text: "", cards: [{ text: "", facts }] });
  assert.deepEqual(write(row, "", tongue, columns), { text: "", facts });
  assert.deepEqual(write("none", "", tongue, columns), { text: "none" });
  const other = { text: "", facts: [["id", { text: "7" }]] };
  assert.deepEqual(write({ id: 7 }, "", tongue, columns), other);
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
