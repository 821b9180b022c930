// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { Refused } from "../../talk/static/console/commands.js";
import { Naming, nameBefore } from "../../talk/static/console/naming.js";

const ROW = { customer_id: "c", id: "t", name: "ヤマダ" };
const SEEN = { name: "ヤマダ", version: 4 };

/** @param {string} name @param {string} [source] @param {object[]} [others] @returns {any} */
const customer = (name, source = "site", others = []) => ({
  name,
  traits: name ? { name: { value: name, source, others } } : {},
});

/** @param {(body: any) => unknown} server what it answers, or throws */
function naming(server) {
  const seen = /** @type {{bodies: any[], said: string[], complaints: unknown[]}} */ ({
    bodies: [],
    said: [],
    complaints: [],
  });
  const names = new Naming({
    api: {
      async patch(path, body) {
        seen.bodies.push({ path, .../** @type {object} */ (body) });
        return server(body);
      },
    },
    versionOf: () => 4,
    complain: (error) => seen.complaints.push(error),
    say: (key) => seen.said.push(key),
  });
  return { names, seen };
}

/** @param {any} now @param {number} version */
function conflict(now, version) {
  return new Refused({ status: 409, code: "conflict", customer: now, version });
}

test("a name is given beside its conversation, with what was known of the customer", async () => {
  const { names, seen } = naming(() => ({}));
  assert.deepEqual(names.seen(ROW), { name: "ヤマダ", version: 4 });
  assert.equal(await names.rename(ROW, names.seen(ROW), "花子"), null);
  assert.deepEqual(seen, {
    bodies: [{ path: "customers/c", name: "花子", conversation_id: "t", version: 4 }],
    said: [],
    complaints: [],
  });
});

test("other data that came in meanwhile is no reason to ask again, another name is", async () => {
  const { names, seen } = naming(({ version }) => {
    if (version !== 6) throw conflict(customer("ヤマダ"), version + 1);
  });
  assert.equal(await names.rename(ROW, SEEN, "山田"), null);
  assert.deepEqual(
    seen.bodies.map(({ version }) => version),
    [4, 5, 6],
  );
  assert.deepEqual(seen.said, []);
  const slower = naming(() => {
    throw conflict(customer("山田さん", "operator"), 5);
  });
  const now = await slower.names.rename(ROW, SEEN, "山田");
  assert.deepEqual(now, { name: "山田さん", version: 5 }, "whoever saves again has seen it");
  assert.equal(slower.seen.bodies.length, 1);
  assert.deepEqual(slower.seen.said, ["conflict.name"]);
});

test("what was done and whose answer was lost is done", async () => {
  for (const [now, name] of /** @type {const} */ ([
    [customer("山田", "operator"), "山田"],
    [customer("ヤマダ"), null],
    [customer(""), null],
  ])) {
    const { names, seen } = naming(() => {
      throw conflict(now, 5);
    });
    assert.equal(await names.rename(ROW, SEEN, name), null);
    assert.deepEqual([seen.bodies.length, seen.said], [1, []]);
  }
});

test("without an answer the words stay where they were written", async () => {
  const { names, seen } = naming(() => {
    throw new TypeError("Failed to fetch");
  });
  assert.deepEqual(await names.rename(ROW, SEEN, "花子"), SEEN);
  assert.equal(seen.complaints.length, 1);
});

test("what a name goes back to is what others tell, the strongest of them", () => {
  const others = [
    { value: "ヤマ", source: "operator" },
    { value: "山田 太郎", source: "crm:main" },
    { value: "taro", source: "site" },
  ];
  assert.deepEqual(nameBefore(customer("山田さん", "operator", others)), {
    value: "山田 太郎",
    source: "crm:main",
  });
  assert.deepEqual(nameBefore(customer("山田さん", "operator")), { value: "", source: "" });
  assert.equal(nameBefore(customer("山田 太郎")), null);
  assert.equal(nameBefore(customer("")), null);
});
