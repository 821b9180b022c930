// @ts-check
import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { NoAnswer, openSocket, Refusal } from "../../talk/static/widget/app/socket.js";

beforeEach(() => mock.timers.enable({ apis: ["setTimeout"] }));
afterEach(() => mock.timers.reset());

/** A socket whose other end is the test. */
class FakeSocket {
  static OPEN = 1;
  /** @type {FakeSocket[]} */
  static all = [];
  readyState = 0;
  /** @type {any[]} */
  sent = [];
  /** @type {any} */ onopen;
  /** @type {any} */ onmessage;
  /** @type {any} */ onclose;

  constructor() {
    FakeSocket.all.push(this);
  }

  /** @param {string} text */
  send(text) {
    this.sent.push(JSON.parse(text));
  }

  close() {
    this.readyState = 3;
  }

  open() {
    this.readyState = 1;
    this.onopen();
  }

  /** @param {...object} frames */
  says(...frames) {
    for (const frame of frames) this.onmessage({ data: JSON.stringify(frame) });
  }

  /** @param {number} code */
  ends(code, reason = "") {
    this.readyState = 3;
    this.onclose?.({ code, reason });
  }
}

const READY = { type: "ready", protocol: 1, epoch: "e", resume: "e.1", resynced: true };
const event = { type: "event", kind: "message.created", rows: {} };

function stage() {
  FakeSocket.all = [];
  const who = { token: "secret" };
  /** @type {any[]} */
  const told = [];
  const note =
    (/** @type {string} */ name) =>
    (/** @type {any[]} */ ...values) =>
      void told.push([name, ...values]);
  const socket = openSocket(
    "ws://chat.example/ws/widget",
    () => ({ inbox: "public", token: who.token }),
    {
      frame: note("frame"),
      ready: note("ready"),
      connection: note("connection"),
      refused: note("refused"),
      beat: note("beat"),
    },
    /** @type {any} */ (FakeSocket),
  );
  socket.connect();
  const newest = () => /** @type {FakeSocket} */ (FakeSocket.all.at(-1));
  return { socket, told, newest, who };
}

function connected() {
  const play = stage();
  play.newest().open();
  play.newest().says(READY);
  return play;
}

test("the first frame is hello with the token, which no address carries", () => {
  const { newest } = stage();
  newest().open();
  assert.deepEqual(newest().sent, [
    { type: "hello", protocol: 1, inbox: "public", token: "secret", resume: null },
  ]);
});

test("after a cut it resumes from the newest token it was given", () => {
  const { newest, told } = connected();
  newest().says({ type: "heartbeat", resume: "e.7", versions: { c1: 3 } });
  newest().ends(1006);
  assert.deepEqual(told.at(-1), ["connection", "waiting"]);
  mock.timers.tick(1000);
  newest().open();
  assert.equal(newest().sent[0].resume, "e.7");
  assert.deepEqual(
    told.filter(([name]) => name === "beat"),
    [["beat", { c1: 3 }]],
  );
});

test("credit is given every 32 events, and for fewer after a while", () => {
  const { newest } = connected();
  newest().says(Array.from({ length: 32 }, () => event));
  assert.deepEqual(newest().sent.at(-1), { type: "ack", n: 32 });
  newest().says(event);
  assert.deepEqual(newest().sent.at(-1), { type: "ack", n: 32 });
  mock.timers.tick(5000);
  assert.deepEqual(newest().sent.at(-1), { type: "ack", n: 33 });
});

test("45 s of silence mean that the connection is dead", () => {
  const { newest, told } = connected();
  const first = newest();
  mock.timers.tick(44_999);
  assert.equal(first.readyState, 1);
  mock.timers.tick(1);
  assert.equal(first.readyState, 3);
  assert.deepEqual(told.at(-1), ["connection", "waiting"]);
  mock.timers.tick(1000);
  assert.notEqual(newest(), first);
});

test("10 s without a welcome mean that the handshake hangs", () => {
  const { newest, told } = stage();
  newest().open();
  mock.timers.tick(9_999);
  assert.equal(newest().readyState, 1);
  mock.timers.tick(1);
  assert.deepEqual([newest().readyState, told.at(-1)], [3, ["connection", "waiting"]]);
});

test("I-11 a command without an answer is given up after 5 s", async () => {
  const { socket, newest } = connected();
  const asked = socket.ask("message.send", { client_id: "a" });
  assert.deepEqual(newest().sent.at(-1), { type: "message.send", id: "1", client_id: "a" });
  mock.timers.tick(5000);
  await assert.rejects(asked, NoAnswer);
});

test("a cut connection gives up what it was asked, at once", async () => {
  const { socket, newest } = connected();
  const asked = socket.ask("message.send", {});
  newest().ends(1006);
  await assert.rejects(asked, NoAnswer);
});

test("an error answers the command that it names", async () => {
  const { socket, newest } = connected();
  const [one, two] = [socket.ask("typing", {}), socket.ask("message.send", {})];
  newest().says(
    { type: "error", id: "2", status: 409, code: "client_id_reused" },
    { type: "ok", id: "1" },
  );
  await assert.rejects(two, (error) => error instanceof Refusal && error.problem.status === 409);
  assert.deepEqual(await one, { type: "ok", id: "1" });
});

test("another epoch means that history is another", () => {
  const { newest, told } = connected();
  newest().ends(1006);
  mock.timers.tick(1000);
  newest().open();
  newest().says({ ...READY, epoch: "restored", resynced: true });
  assert.deepEqual(told.at(-1), ["ready", true, true]);
});

test("close codes: what each of them does", () => {
  for (const code of [4001, 4009]) {
    const { socket, newest, told } = connected();
    newest().ends(code);
    const asks = told.some(([name]) => name === "refused");
    assert.ok(asks, `${code} asks whether the token is good`);
    socket.close();
  }
  for (const code of [4003, 4010]) {
    const { newest, told } = connected();
    newest().ends(code);
    assert.deepEqual(told.at(-1), ["connection", "refused"]);
    mock.timers.tick(120_000);
    assert.equal(FakeSocket.all.length, 1, `${code} is not tried again`);
  }
  const { newest } = connected();
  newest().ends(4011);
  mock.timers.tick(1000);
  newest().open();
  assert.equal(newest().sent[0].resume, null, "4011 begins anew");
});

test("a closed chat stays closed, tells nothing and keeps nobody waiting", async () => {
  const { socket, newest, told } = connected();
  const asked = socket.ask("message.send", {});
  const heard = told.length;
  socket.close();
  newest().ends(1000);
  await assert.rejects(asked, NoAnswer);
  assert.equal(socket.isReady(), false);
  await assert.rejects(socket.ask("message.send", {}), NoAnswer);
  mock.timers.tick(60_000);
  assert.deepEqual([FakeSocket.all.length, told.length], [1, heard]);
});

test("with another token it says hello anew, also where the old one was sent away", async () => {
  for (const isSentAway of [false, true]) {
    const { socket, newest, who } = connected();
    const asked = socket.ask("message.send", {});
    if (isSentAway) newest().ends(4003);
    who.token = "other";
    socket.renew();
    await assert.rejects(asked, NoAnswer);
    mock.timers.tick(0);
    newest().open();
    assert.equal(FakeSocket.all.length, 2);
    assert.deepEqual([newest().sent[0].token, newest().sent[0].resume], ["other", null]);
    socket.close();
  }
});
