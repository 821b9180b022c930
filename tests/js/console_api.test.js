// @ts-check
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { Api } from "../../talk/static/console/api.js";

const real = globalThis.fetch;
afterEach(() => {
  globalThis.fetch = real;
});

test("a request has an id for the server's log; a message goes by its own", async () => {
  /** @type {string[]} */
  const ids = [];
  globalThis.fetch = async (_, options) => {
    ids.push(/** @type {any} */ (options).headers["X-Request-ID"]);
    return new Response("{}", { status: 200 });
  };
  const api = new Api("csrf");
  const client_id = "7b0f3c52-6f0e-4a53-9f3d-0f3f6f7f5a11";
  await api.post("conversations/1/messages", { client_id, body: "x" });
  await api.get("me");
  await api.get("me");
  assert.equal(ids[0], client_id);
  assert.equal(new Set(ids).size, 3);
  assert.ok(ids.every((id) => /^[A-Za-z0-9._-]{8,64}$/.test(id)));
});
