// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { openDrawer } from "../../talk/static/widget/loader/drawer.js";
import { hearDataLayer } from "../../talk/static/widget/more/ga4.js";
import { hearKarte } from "../../talk/static/widget/more/karte.js";
import { makeNotes } from "../../talk/static/widget/more/notes.js";
import { plain } from "../../talk/static/widget/more/plain.js";
import { hearSegment } from "../../talk/static/widget/more/segment.js";
import { folded, makeSite, snake } from "../../talk/static/widget/more/site.js";
import { itemOf } from "../../talk/static/widget/more/things.js";
import { memoryStorage } from "./widget_storage.js";

function stage(storage = memoryStorage()) {
  /** @type {[string, any][]} */
  const told = [];
  /** @type {object[]} */
  const claimed = [];
  /** @type {number[]} after how many claims somebody has gone */
  const left = [];
  const signing = { isOn: false };
  const drawer = openDrawer("t:", () => storage);
  const site = makeSite(
    (kind, props) => told.push([kind, props]),
    (who) => claimed.push(who),
    () => {
      left.push(claimed.length);
      for (const name of ["shim", "member"]) drawer.remove(name); // as the session does
    },
    drawer,
    () => signing.isOn,
  );
  /** @type {any} */
  const win = { document: { readyState: "complete" }, addEventListener() {} };
  return { told, claimed, left, drawer, site, win, signing };
}

/** @param {string} id @param {number} quantity */
const cup = (id, quantity, price = 100) => /** @type {any} */ ({ item_id: id, quantity, price });

test("steps make a cart in which a thing is one line and what is at nothing is gone", () => {
  const one = folded([], [cup("a", 1), cup("b", 2)], 1);
  const more = folded(one, [cup("a", 2, 0)], 1);
  assert.deepEqual(more, [
    { item_id: "a", quantity: 3, price: 100 },
    { item_id: "b", quantity: 2, price: 100 },
  ]);
  assert.deepEqual(folded(more, [cup("a", 9)], -1), [cup("b", 2)]);
  assert.deepEqual(folded([], [cup("never put in", 1)], -1), []);
});

test("two colours of one thing are two lines", () => {
  const red = { ...cup("a", 1), variant: "red" };
  const blue = { ...cup("a", 1), variant: "blue" };
  assert.deepEqual(folded([red], [blue], 1), [red, blue]);
});

test("an item is understood in the names of each product, and in none that says nothing", () => {
  const known = {
    item_id: "7",
    name: "湯のみ",
    price: 1200,
    quantity: 2,
    item_url: "https://shop.example/7",
    item_image_url: "https://shop.example/7.png",
    category: "器",
    brand: "雪",
    variant: "",
  };
  const links = { item_url: known.item_url, item_image_url: known.item_image_url };
  const sums = { price: "1,200", quantity: "2" };
  const karte = { item_id: 7, name: "湯のみ", l_category_name: "器", brand_name: "雪" };
  const ga4 = { item_id: "7", item_name: "湯のみ", item_category: "器", item_brand: "雪" };
  const segment = { product_id: "7", name: "湯のみ", category: "器", brand: "雪" };
  assert.deepEqual(itemOf({ ...karte, ...links, ...sums }), known);
  assert.deepEqual(itemOf({ ...ga4, ...links, ...sums }), known);
  const images = { url: known.item_url, image_url: known.item_image_url };
  assert.deepEqual(itemOf({ ...segment, ...images, ...sums }), known);
  assert.equal(itemOf({ price: 1 }), null);
  assert.equal(itemOf(null), null);
  assert.equal(itemOf("text"), null);
});

test("calls from before the shim was there are heard once, and the product gets them all", () => {
  const { told, site, win } = stage();
  /** @type {any} */
  const stub = (/** @type {any[]} */ ...call) => stub.q.push(call);
  stub.q = [["send", "cart", { status: false }]];
  win.krt = stub;
  hearKarte(win, site);
  win.krt("send", "coupon", { code: "A" });
  win.krt.x = "what the real library hangs on it";
  assert.equal(stub.x, "what the real library hangs on it");
  assert.equal(stub.q.length, 2);
  assert.deepEqual(
    told.map(([kind]) => kind),
    ["cart", "coupon"],
  );
});

test("a site that has left KARTE and Segment may go on calling them", () => {
  const { told, site, win } = stage();
  hearKarte(win, site);
  hearSegment(win, site);
  win.krt("send", "favourite", { item: 1 });
  win.analytics.track("List Shared", { to: 2 });
  win.analytics.page();
  assert.deepEqual(told, [
    ["favourite", { item: 1 }],
    ["list_shared", { to: 2 }],
  ]);
});

test("what cannot be understood stops neither the page nor the product", () => {
  const { told, site, win } = stage();
  /** @type {any[]} */
  const pushed = [];
  win.dataLayer = pushed;
  hearDataLayer(win, site);
  const warn = console.warn;
  console.warn = () => {};
  try {
    for (const odd of [
      null,
      0,
      "text",
      [],
      {},
      { event: "purchase", ecommerce: null },
      { event: {} },
    ])
      win.dataLayer.push(odd);
    win.dataLayer.push({ event: "view_item", ecommerce: { items: [null, 5] } });
  } finally {
    console.warn = warn;
  }
  assert.equal(pushed.length, 8);
  assert.deepEqual(
    told.map(([kind]) => kind),
    ["order"],
  );
});

test("a layer that the tag manager makes later is heard as well", () => {
  const { told, site, win } = stage();
  hearDataLayer(win, site);
  win.dataLayer = win.dataLayer || [];
  win.dataLayer = win.dataLayer || [];
  win.dataLayer.push(["event", "view_item", { items: [{ item_id: "a" }] }]);
  assert.deepEqual(
    told.map(([kind, props]) => [kind, props.item_id]),
    [["item_view", "a"]],
  );
});

test("who the visitor says they are is told once, over the pages too, and only what is plain", () => {
  const storage = memoryStorage();
  const { claimed, site } = stage(storage);
  const values = { user_id: 12, mail: "a@b.example", rank: "gold", points: 5, more: { deep: 1 } };
  site.who(values, "karte");
  site.who(values, "karte");
  stage(storage).site.who(values, "karte");
  const next = stage(storage);
  next.site.who({ ...values, rank: "silver" }, "karte");
  const who = { user_id: "12", email: "a@b.example", traits: { rank: "gold", points: 5 } };
  assert.deepEqual(claimed, [who]);
  assert.deepEqual(next.claimed, [{ ...who, traits: { rank: "silver", points: 5 } }]);
});

test("an order empties the cart that steps have made", () => {
  const { told, site } = stage();
  site.changeCart({ items: [{ item_id: "a", price: 5 }] }, 1);
  site.order({ transaction_id: "T", value: 5 });
  site.changeCart({ items: [{ item_id: "b", price: 7 }] }, 1);
  assert.equal(told[2][1].total, 7);
});

test("names in any writing become names of activities", () => {
  assert.deepEqual(["Coupon Used", "couponUsed", "coupon-used ", "クーポン"].map(snake), [
    "coupon_used",
    "coupon_used",
    "coupon_used",
    "",
  ]);
});

test("what a page says loses what was typed, addresses, long numbers and secrets", () => {
  assert.equal(plain("  E-1023:\n 残高不足  "), "E-1023: 残高不足");
  assert.equal(plain("「湯のみ太郎」は使えません", ["湯のみ太郎", "のみ太"]), "「…」は使えません");
  assert.equal(plain("カード 4111 1111 1111 1111 は無効"), "カード … は無効");
  assert.equal(plain("電話 090-1234-5678"), "電話 …");
  assert.equal(plain("a@b.example に送れません"), "… に送れません");
  assert.equal(plain("GET /reset/0123456789abcdef0123456789abcdef 404"), "GET /reset/… 404");
  assert.equal(plain("茶".repeat(500)).length, 120);
});

/** @type {[string, (win: any) => void, (win: any, id: string) => void, (win: any) => void][]} */
const LOG_OUTS = [
  [
    "karte",
    () => {},
    (win, user_id) => win.krt("send", "identify", { user_id }),
    (win) => win.krt("send", "login", { status: false }),
  ],
  [
    "ga4",
    (win) => {
      win.dataLayer = [];
    },
    (win, user_id) => win.dataLayer.push(["set", { user_id }]),
    (win) => win.dataLayer.push(["config", "G-1", { user_id: null }]),
  ],
  [
    "segment",
    (win) => {
      win.analytics = { identify() {}, reset() {} };
    },
    (win, id) => win.analytics.identify(id),
    (win) => win.analytics.reset(),
  ],
];
for (const [product, begin, logIn, logOut] of LOG_OUTS)
  test(`who logs out as ${product} is told of it has gone, and a guest stays`, () => {
    const { claimed, left, drawer, site, win } = stage();
    begin(win);
    for (const hear of [hearKarte, hearDataLayer, hearSegment]) hear(win, site);
    logOut(win);
    assert.deepEqual(left, [], "a guest, as on every page");
    logIn(win, "u-1");
    logIn(win, "u-1");
    logOut(win);
    logOut(win);
    assert.deepEqual(left, [1], "once");
    logIn(win, "u-2");
    logIn(win, "u-3");
    assert.deepEqual(left, [1, 2], "who comes without a log-out is another as well");
    assert.deepEqual(claimed, [{ user_id: "u-1" }, { user_id: "u-2" }, { user_id: "u-3" }]);
    drawer.remove("shim");
    drawer.set("member", "1");
    logOut(win);
    assert.deepEqual(left, [1, 2, 3], "signed by the site");
  });

test("products that name one person differently do not make two of them", () => {
  const { left, site } = stage();
  for (const id of ["1", "1"]) {
    site.who({ user_id: id }, "karte");
    site.who({ user_id: `segment-${id}` }, "segment");
  }
  site.who({ email: "a@b.example" }, "karte");
  assert.deepEqual(left, []);
});

test("while the site's signature is on its way no product's id makes somebody else of the visitor", () => {
  const { claimed, left, drawer, site, signing } = stage();
  site.who({ user_id: "u-7" }, "segment");
  site.changeCart({ items: [{ item_id: "a", price: 5 }] }, 1);
  signing.isOn = true;
  site.who({ user_id: "u-8" }, "segment");
  signing.isOn = false;
  site.who({ user_id: "u-8" }, "segment");
  assert.deepEqual([left, claimed], [[], [{ user_id: "u-7" }, { user_id: "u-8" }]]);
  site.who({ user_id: "u-9" }, "segment");
  assert.deepEqual(left, [2], "without a signature it does");
  site.changeCart({ items: [{ item_id: "b", price: 5 }] }, 1);
  makeNotes(drawer).forgetWho();
  assert.deepEqual(
    makeNotes(drawer)
      .notes()
      .items?.map(({ item_id }) => item_id),
    ["b"],
    "the cart stays",
  );
  site.who({ user_id: "u-10" }, "segment");
  assert.deepEqual(left, [2], "who was signed for meanwhile is not somebody else");
});

test("two measurements of one page may have ids of their own", () => {
  const storage = memoryStorage();
  const visit = (/** @type {string} */ who) => {
    const { claimed, left, site, win } = stage(storage);
    win.dataLayer = [
      ["config", "G-1", { user_id: who }],
      ["config", "G-2", { user_id: `other ${who}` }],
    ];
    hearDataLayer(win, site);
    return [claimed.length, left];
  };
  assert.deepEqual(visit("u-1"), [2, []]);
  assert.deepEqual(visit("u-1"), [0, []]);
  assert.deepEqual(visit("u-2"), [2, [0]], "another person is one other person");
});

test("a log-out that the stub of Segment was told is heard once, and a later one again", () => {
  const { claimed, left, site, win } = stage();
  const traits = { plan: "a" };
  win.analytics = [["identify", "u-1"], ["reset"], ["identify", "u-2", traits]];
  hearSegment(win, site);
  assert.deepEqual(left, [1]);
  win.analytics = { identify() {}, reset() {} };
  win.analytics.reset();
  win.analytics.identify("u-2", traits);
  assert.deepEqual(left, [1]);
  assert.equal(claimed.length, 2);
  win.analytics.reset();
  assert.deepEqual(left, [1, 2]);
});
