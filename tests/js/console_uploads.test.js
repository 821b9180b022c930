// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { Uploads } from "../../talk/static/console/uploads.js";

const settled = () => new Promise((done) => setImmediate(done));
const file = (/** @type {string} */ name) => /** @type {any} */ ({ name });

function make() {
  /** @type {Map<string, {resolve: (row: any) => void, reject: (error: unknown) => void, watch: any}>} */
  const asked = new Map();
  /** @type {unknown[]} */
  const done = [];
  /** @type {string[]} */
  const discarded = [];
  const uploads = new Uploads({
    discard: async (path) => void discarded.push(path),
    upload: (_id, { name }, watch) =>
      new Promise((resolve, reject) => asked.set(name, { resolve, reject, watch })),
    onChange: () => {},
    onDone: (id, row) => done.push([id, row.id]),
  });
  return { uploads, asked, done, discarded };
}

const names = (/** @type {Uploads} */ uploads, /** @type {string} */ id) =>
  uploads.of(id).map((upload) => upload.name);

test("each conversation has its own uploads, and each ends in its own", async () => {
  const { uploads, asked, done } = make();
  void uploads.add("a", file("1"));
  void uploads.add("b", file("2"));
  assert.deepEqual([names(uploads, "a"), names(uploads, "b")], [["1"], ["2"]]);
  asked.get("1")?.watch.onProgress(0.5);
  assert.equal(uploads.of("a")[0].share, 0.5);
  asked.get("1")?.resolve({ id: "row 1" });
  await settled();
  assert.deepEqual([uploads.isBusy("a"), uploads.isBusy("b")], [false, true]);
  assert.deepEqual([names(uploads, "a"), done], [[], [["a", "row 1"]]]);
});

test("one that failed stays to be read, and keeps nothing waiting", async () => {
  const { uploads, asked } = make();
  void uploads.add("a", file("1"));
  asked.get("1")?.reject(new TypeError("network"));
  await settled();
  assert.deepEqual([names(uploads, "a"), uploads.isBusy("a")], [["1"], false]);
  uploads.remove("a", uploads.of("a")[0].key);
  assert.deepEqual(names(uploads, "a"), []);
});

test("one that was cancelled joins no draft, and is given up if the server was quicker", async () => {
  const { uploads, asked, done, discarded } = make();
  void uploads.add("a", file("1"));
  uploads.remove("a", uploads.of("a")[0].key);
  assert.equal(asked.get("1")?.watch.signal.aborted, true);
  asked.get("1")?.resolve({ id: "row 1" });
  await settled();
  assert.deepEqual([done, discarded], [[], ["attachments/row 1"]]);
});

test("when the operator has gone every upload is given up, and none joins a draft", async () => {
  const { uploads, asked, done, discarded } = make();
  for (const [id, name] of [
    ["a", "1"],
    ["a", "2"],
    ["b", "3"],
  ])
    void uploads.add(id, file(name));
  uploads.forget();
  assert.deepEqual([names(uploads, "a"), names(uploads, "b")], [[], []]);
  for (const name of ["1", "2", "3"]) {
    assert.equal(asked.get(name)?.watch.signal.aborted, true);
    asked.get(name)?.resolve({ id: name });
  }
  await settled();
  assert.deepEqual([done, discarded.length], [[], 3]);
});
