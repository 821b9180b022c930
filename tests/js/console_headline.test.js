// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { Clauses } from "../../talk/static/console/clauses.js";
import { compare } from "../../talk/static/console/earlier.js";
import { headline, needsMember, wordsIn } from "../../talk/static/console/headline.js";
import { LookingBack, SLOW_MS } from "../../talk/static/console/looking-back.js";

const NOW = new Date(2026, 10, 27, 12).getTime(); // a Friday, of the operator's own
const before = (/** @type {number} */ seconds) => new Date(NOW - seconds * 1000).toISOString();
const DAY = 86_400;

/** @param {string} kind @param {object} [changes] */
const rule = (kind, changes) =>
  /** @type {any} */ ({
    kind,
    threshold: null,
    trait: "",
    value: "",
    texts: { ja: TEXTS[kind], en: `en ${kind}` },
    ...changes,
  });
/** @type {Record<string, string>} */
const TEXTS = {
  error_contact: "{error}{count}回 → {after}で問い合わせ",
  errors: "{error}{count}回",
  quick_contact: "来訪から{after}",
  cart: "カート{total} ({count}点)",
  order: "{total}購入",
  renewal: "契約更新まで{days}日",
  repeat: "今週{count}回目",
  trait: "{value}",
};
const [STARE, ERRORS, CART] = [
  rule("error_contact", { threshold: 300 }),
  rule("errors", { threshold: 1 }),
  rule("cart", { threshold: 0 }),
];

/** @param {string} at @param {object} [changes] */
const failed = (at, changes) =>
  /** @type {any} */ ({
    kind: "login",
    message: "ログイン失敗",
    url: "",
    at,
    count: 3,
    ...changes,
  });
/** @param {number} total @param {number} quantity */
const cart = (total, quantity) =>
  /** @type {any} */ ({
    at: before(60),
    lines: [{ item_id: "1", name: "茶", price: total, quantity, url: "" }],
    quantity,
    total,
    currency: "JPY",
  });
/** @param {object} shopping */
const shop = (shopping) => ({ items: [], cart: null, order: null, errors: [], ...shopping });
/** @param {object} [changes] @returns {any} */
const facts = (changes) => ({
  context: {},
  customer: null,
  said: [],
  returned: [],
  tongue: { now: NOW, locale: "ja", yes: "はい", no: "いいえ" },
  nameOf: (/** @type {any} */ { message }) => message,
  ...changes,
});
/** @param {Record<string, unknown>} traits @param {Record<string, boolean>} [masked] */
const member = (traits, masked = {}) => ({
  traits: Object.fromEntries(Object.entries(traits).map(([key, value]) => [key, { value }])),
  masked,
});
/** @param {any[]} rules @param {any} known */
const texts = (rules, known) => headline(rules, known).map(({ text }) => text);

test("a clause tells its facts and where their evidence is", () => {
  const known = facts({
    context: {
      shopping: shop({ errors: [failed(before(100))], cart: cart(12_800, 3) }),
      inquiries: { count: 9, began: [before(60), before(2 * DAY), before(5 * DAY)] },
    },
    customer: member({ contract_end: "2026-12-06" }),
    said: [before(9 * DAY), before(62), before(10)],
  });
  const rules = [STARE, ERRORS, CART, rule("renewal", { trait: "contract_end", threshold: 30 })];
  assert.deepEqual(headline(rules, known), [
    { text: "ログイン失敗3回 → 38秒で問い合わせ", block: "errors", key: "" },
    { text: "カート￥12,800 (3点)", block: "cart", key: "" },
    { text: "契約更新まで9日", block: "", key: "contract_end" },
  ]);
  assert.deepEqual(texts([rule("repeat", { threshold: 2 })], known), ["今週2回目"]);
});

test("at most three stand there, the first that hold, and each thing is told once", () => {
  const known = facts({
    context: { shopping: shop({ errors: [failed(before(100))], cart: cart(500, 1) }) },
    customer: member({ rank: "金", points: 7, since: "x" }),
    said: [before(62)],
  });
  const traits = ["rank", "rank", "points", "since"].map((trait) => rule("trait", { trait }));
  assert.deepEqual(texts([ERRORS, STARE, ...traits, CART], known), ["ログイン失敗3回", "金", "7"]);
});

test("they change with the facts, with time, and with what the administrator asks for", () => {
  const of = (/** @type {number} */ total, threshold = 0) =>
    texts(
      [rule("cart", { threshold })],
      facts({ context: { shopping: shop({ cart: total ? cart(total, 1) : null }) } }),
    );
  assert.deepEqual([of(0), of(500), of(800)], [[], ["カート￥500 (1点)"], ["カート￥800 (1点)"]]);
  assert.deepEqual([of(800, 801), of(800, 800).length], [[], 1]);
  const left = (/** @type {number} */ age) => ({ ...cart(800, 1), at: before(age) });
  const old = (/** @type {number} */ age) =>
    texts([CART], facts({ context: { shopping: shop({ cart: left(age) }) } })).length;
  assert.deepEqual([old(3 * DAY - 1), old(3 * DAY + 1)], [1, 0]);
  const errors = (/** @type {number} */ age) =>
    texts([ERRORS], facts({ context: { shopping: shop({ errors: [failed(before(age))] }) } }))
      .length;
  assert.deepEqual([errors(DAY - 1), errors(DAY + 1)], [1, 0]);
  const ends = (/** @type {string} */ date) =>
    texts(
      [rule("renewal", { trait: "ends", threshold: 9 })],
      facts({ customer: member({ ends: date }) }),
    );
  assert.deepEqual(ends("2026-12-06"), ["契約更新まで9日"]);
  assert.deepEqual([ends("2026-12-07"), ends("2026-11-26"), ends("soon")], [[], [], []]);
});

test("what was said before the error, or long after, does not follow from it", () => {
  const of = (/** @type {string[]} */ said, /** @type {number} */ age) =>
    texts([STARE], facts({ said, context: { shopping: shop({ errors: [failed(before(age))] }) } }));
  assert.deepEqual(of([before(100)], 130), ["ログイン失敗3回 → 30秒で問い合わせ"]);
  assert.deepEqual([of([before(100)], 90), of([before(100)], 500), of([], 90)], [[], [], []]);
  assert.deepEqual(of([before(4 * DAY)], 4 * DAY + 30), []);
});

test("what is masked is not there: neither its value nor that it is one", () => {
  const secret = { plan: "••••", ends: "••••" };
  const rules = [
    rule("trait", { trait: "plan" }),
    rule("trait", { trait: "plan", value: "金" }),
    rule("renewal", { trait: "ends", threshold: 30 }),
  ];
  const claimed = [rule("trait", { trait: "claimed.plan" })];
  const said = (/** @type {Record<string, boolean>} */ masked) =>
    texts(claimed, facts({ customer: member({ "claimed.plan": "金" }, masked) }));
  assert.deepEqual([said({}), said({ plan: true })], [["金"], []]);
  assert.deepEqual(
    texts(rules, facts({ customer: member(secret, { plan: true, ends: false }) })),
    [],
  );
  assert.equal(
    texts(rules, facts({ customer: member({ plan: "金", ends: "2026-12-06" }) })).length,
    2,
  );
  const veiled = { shopping: shop({}), visit_at: null, inquiries: { count: 0, began: [] } };
  const all = Object.keys(TEXTS).map((kind) => rule(kind, { threshold: 1_000_000 }));
  assert.deepEqual(texts(all, facts({ context: veiled, said: [before(1)] })), []);
});

test("a text's names stand for words only once, and long words are cut", () => {
  const known = facts({ customer: member({ nick: `{value}${"長".repeat(40)}` }) });
  const [text] = texts([rule("trait", { trait: "nick" })], known);
  assert.equal(text, `{value}${"長".repeat(16)}…`);
});

test("who writes again in what was resolved is back, once for each time", () => {
  const line = (/** @type {number} */ seq, /** @type {number} */ age, sender = "customer") => [
    `m${seq}`,
    { seq, sender, created_at: before(age) },
  ];
  const note = (/** @type {number} */ after_seq, to = "resolved") => [
    `n${after_seq}${to}`,
    { after_seq, data: { code: "status", to } },
  ];
  const messages = [line(3, 50), line(1, 90), line(2, 80, "operator"), line(4, 40), line(5, 30)];
  const notes = [note(2), note(3, "snoozed"), note(4), note(5)];
  const [said, told] = [messages, notes].map((rows) => new Map(/** @type {any} */ (rows)));
  const words = wordsIn(/** @type {any} */ ({ messages: said, notes: told }));
  assert.deepEqual(words.said, [90, 50, 40, 30].map(before));
  assert.deepEqual(words.returned, [50, 30].map(before));
  const context = { inquiries: { count: 1, began: [before(90)] } };
  const rules = [rule("repeat", { threshold: 2 })];
  assert.deepEqual(headline(rules, facts({ context, ...words })), [
    { text: "今週3回目", block: "conversation", key: "" },
  ]);
  assert.deepEqual(headline(rules, facts({ ...words })), []);
});

test("member data is asked for only when a clause is about it", () => {
  assert.equal(needsMember([STARE, CART]), false);
  assert.equal(needsMember([STARE, rule("renewal")]), true);
});

test("the clauses are kept when asking for them fails, and without any that is told", async () => {
  let answer = async () => [CART];
  const clauses = new Clauses({ fetch: () => answer(), onChange: () => undefined });
  assert.deepEqual(clauses.of(0), { rules: [], isAway: false });
  await clauses.ask(1);
  answer = async () => {
    throw new Error("away");
  };
  await clauses.ask(2);
  assert.deepEqual(clauses.of(3), { rules: [CART], isAway: false });
  const poor = new Clauses({ fetch: () => answer(), onChange: () => undefined });
  await poor.ask(1);
  assert.deepEqual(poor.of(2), { rules: [], isAway: true });
});

test("then and now differ in the page, in each line of the cart, in what came later", () => {
  const line = (/** @type {string} */ item_id, quantity = 1) => ({
    item_id,
    quantity,
    name: item_id,
  });
  const at = before(100);
  const [then, now] = [
    {
      page: { url: "/cart" },
      pages: [{ url: "/cart", at: before(120) }],
      did: [{ kind: "faq_search", at: before(110) }],
      shopping: shop({ cart: { lines: [line("a"), line("b"), line("c", 2)] }, errors: [] }),
    },
    {
      pages: [
        { url: "/pay", at: before(50) },
        { url: "/cart", at: before(120) },
      ],
      did: [
        { kind: "contact_click", at: before(90) },
        { kind: "faq_search", at: before(110) },
      ],
      shopping: shop({
        cart: { lines: [line("a"), line("c", 3), line("d")] },
        order: { id: "9" },
        errors: [failed(before(20)), failed(before(300))],
      }),
    },
  ].map((data) => /** @type {any} */ (data));
  const told = compare(then, now, at, null);
  assert.deepEqual(told.page, { past: { url: "/cart" }, now: null, isSame: false });
  assert.deepEqual(
    [told.did.past, told.did.later.map(({ kind }) => kind)],
    [then.did, ["contact_click"]],
  );
  assert.deepEqual(
    told.cart.lines.map(({ line, fate, quantity }) => [line.item_id, fate, quantity]),
    [
      ["a", "same", 1],
      ["b", "gone", 0],
      ["c", "changed", 3],
    ],
  );
  assert.deepEqual(
    [told.cart.isSame, told.cart.added.map(({ item_id }) => item_id)],
    [false, ["d"]],
  );
  assert.deepEqual([told.order.isSame, told.order.now?.id], [false, "9"]);
  assert.deepEqual(
    [told.errors.later.length, told.pages.later.map(({ url }) => url)],
    [1, ["/pay"]],
  );
  const same = compare(then, then, at, then.page);
  assert.deepEqual([same.page.isSame, same.cart.isSame, same.order.isSame], [true, true, true]);
  assert.deepEqual(same.pages.later, []);
});

test("of segments those are told that the customer is still in, apart from those entered since", () => {
  const at = new Date(NOW).toISOString();
  const member = { id: "m", name: "定期便会員", since: before(60), why: [] };
  const rich = { id: "r", name: "高額カート", since: before(-60), why: [] };
  const then = /** @type {any} */ ({ shopping: {}, pages: [], did: [] });
  const told = compare(then, { segments: [member, rich] }, at, null);
  assert.deepEqual(told.segments, { past: [member], later: [rich] });
  assert.deepEqual(compare(then, {}, at, null).segments, { past: [], later: [] });
});

/** @param {(id: string) => Promise<any>} fetch */
function makeLookingBack(fetch) {
  /** @type {[() => void, number][]} */
  const timers = [];
  const looking = new LookingBack({
    fetch,
    onChange: () => undefined,
    setTimer: (fn, ms) => timers.push([fn, ms]),
  });
  return { looking, timers };
}
const message = (/** @type {string} */ id) => /** @type {any} */ ({ id });

test("looking back tells that it waits, that it is slow, and what it found", async () => {
  /** @type {(told: any) => void} */
  let answer = () => undefined;
  const { looking, timers } = makeLookingBack(
    () =>
      new Promise((resolve) => {
        answer = resolve;
      }),
  );
  const asked = looking.show(message("m"));
  assert.equal(looking.looked?.state, "loading");
  assert.equal(timers[0]?.[1], SLOW_MS);
  timers[0]?.[0]();
  assert.equal(looking.looked?.state, "slow");
  answer({ is_known: true });
  await asked;
  assert.deepEqual([looking.looked?.state, looking.looked?.told], ["done", { is_known: true }]);
  looking.end();
  assert.equal(looking.looked, null);
});

test("an answer for a message that is no longer looked at is nobody's", async () => {
  /** @type {Map<string, (told: any) => void>} */
  const answers = new Map();
  const { looking } = makeLookingBack(
    (id) => new Promise((resolve) => void answers.set(id, resolve)),
  );
  const [first, second] = [looking.show(message("1")), looking.show(message("2"))];
  answers.get("2")?.({ which: "2" });
  answers.get("1")?.({ which: "1" });
  await Promise.all([first, second]);
  assert.deepEqual(looking.looked?.told, { which: "2" });
});

test("a refusal takes away what was shown, and a lost network can be tried again", async () => {
  let answer = async () => /** @type {any} */ ({ is_known: true });
  const { looking } = makeLookingBack(() => answer());
  await looking.show(message("m"));
  answer = async () => {
    throw Object.assign(new Error("no"), { status: 404 });
  };
  await looking.refresh();
  assert.deepEqual(
    [looking.looked?.state, looking.looked?.told, looking.looked?.isGone],
    ["failed", null, true],
  );
  answer = async () => {
    throw new TypeError("network");
  };
  await looking.retry();
  assert.deepEqual([looking.looked?.state, looking.looked?.isGone], ["failed", false]);
});
