// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { NotConnected, Refused, Unconfirmed } from "../../talk/static/console/commands.js";
import { Connection } from "../../talk/static/console/connection.js";

/** Time that moves only when told to. */
class Clock {
  at = 0;
  /** @type {{due: number, fn: () => void}[]} */
  timers = [];

  /** @param {() => void} fn @param {number} ms */
  set = (fn, ms) => {
    const timer = { due: this.at + ms, fn };
    this.timers.push(timer);
    return timer;
  };

  /** @param {any} timer */
  clear = (timer) => {
    this.timers = this.timers.filter((other) => other !== timer);
  };

  /** @param {number} ms */
  async pass(ms) {
    const end = this.at + ms;
    for (;;) {
      await settled();
      const next = this.timers.filter((timer) => timer.due <= end).sort((a, b) => a.due - b.due)[0];
      if (!next) break;
      this.at = next.due;
      this.clear(next);
      next.fn();
    }
    this.at = end;
    await settled();
  }
}

const settled = () => new Promise((done) => setImmediate(done));

class FakeSocket {
  /** @type {any[]} */
  sent = [];
  isClosed = false;
  /** @type {any} */ onopen = null;
  /** @type {any} */ onmessage = null;
  /** @type {any} */ onclose = null;

  /** @param {string} text */
  send(text) {
    this.sent.push(JSON.parse(text));
  }

  close() {
    this.isClosed = true;
  }

  /** @param {unknown} frame */
  hears(frame) {
    this.onmessage({ data: JSON.stringify(frame) });
  }

  /** @param {number} code @param {string} [reason] */
  dies(code, reason = "") {
    this.onclose({ code, reason });
  }
}

/** @param {{status?: number}|null} [ticketError] */
function desk(ticketError = null) {
  const clock = new Clock();
  /** @type {FakeSocket[]} */
  const sockets = [];
  /** @type {any[]} */
  const heard = [];
  /** @type {string[]} */
  const links = [];
  const ports = {
    makeSocket: () => sockets[sockets.push(new FakeSocket()) - 1],
    fetchTicket: async () => {
      if (ticketError) throw ticketError;
      return { ticket: `ticket ${sockets.length + 1}`, delay_ms: 0 };
    },
    setTimer: clock.set,
    clearTimer: clock.clear,
    now: () => clock.at,
    random: () => 0.5,
  };
  const connection = new Connection(ports, {
    onLink: () => links.push(connection.link),
    onReady: (ready) => heard.push(["ready", ready.resynced]),
    onEvents: (events) => heard.push(["events", events.map((event) => event.id)]),
    onHeartbeat: (versions) => heard.push(["heartbeat", versions]),
    onRights: () => heard.push(["rights"]),
    onSoft: (frame) => heard.push(["soft", frame.kind]),
  });
  return { clock, sockets, heard, links, connection };
}

const READY = {
  type: "ready",
  protocol: 1,
  epoch: "e",
  resume: "token 1",
  heartbeat_seconds: 20,
  resynced: true,
};

async function connected() {
  const all = desk();
  all.connection.start();
  await all.clock.pass(0);
  all.sockets[0].onopen();
  all.sockets[0].hears(READY);
  return all;
}

/** @param {number} id */
const news = (id) => ({ type: "event", kind: "message.created", id, version: id, rows: {} });

test("hello carries the ticket, and later the newest resume token", async () => {
  const { connection, sockets, clock } = await connected();
  assert.deepEqual(sockets[0].sent, [
    { type: "hello", protocol: 1, ticket: "ticket 1", resume: null },
  ]);
  assert.equal(connection.link, "connected");
  sockets[0].hears({ type: "heartbeat", resume: "token 2", versions: { a: 3 } });
  sockets[0].dies(1006);
  assert.equal(connection.link, "reconnecting");
  await clock.pass(1000);
  sockets[1].onopen();
  assert.deepEqual(sockets[1].sent[0], {
    type: "hello",
    protocol: 1,
    ticket: "ticket 2",
    resume: "token 2",
  });
});

test("one frame or many: events of a frame come together and in order", async () => {
  const { sockets, heard } = await connected();
  sockets[0].hears([news(1), news(2), { type: "soft", kind: "typing" }, news(3)]);
  assert.deepEqual(heard.slice(1), [
    ["events", [1, 2]],
    ["soft", "typing"],
    ["events", [3]],
  ]);
});

test("credit is given every 32 events, and after 5 s at most", async () => {
  const { sockets, clock } = await connected();
  for (let id = 1; id <= 33; id += 1) sockets[0].hears(news(id));
  const acks = () =>
    sockets[0].sent.filter((frame) => frame.type === "ack").map((frame) => frame.n);
  assert.deepEqual(acks(), [32]);
  await clock.pass(4999);
  assert.deepEqual(acks(), [32]);
  await clock.pass(1);
  assert.deepEqual(acks(), [32, 33]);
});

test("45 s without a frame mean a dead connection", async () => {
  const { sockets, clock, connection } = await connected();
  await clock.pass(44_000);
  sockets[0].hears({ type: "heartbeat", resume: "t", versions: {} });
  await clock.pass(44_999);
  assert.equal(connection.link, "connected");
  await clock.pass(1);
  assert.equal(connection.link, "reconnecting");
  assert.equal(sockets[0].isClosed, true);
});

test("a command resolves with its answer, by id", async () => {
  const { sockets, connection } = await connected();
  const [first, second] = [connection.command("a", { x: 1 }), connection.command("b")];
  assert.deepEqual(sockets[0].sent.slice(1), [
    { x: 1, type: "a", id: "1" },
    { type: "b", id: "2" },
  ]);
  sockets[0].hears({
    type: "error",
    id: "2",
    status: 409,
    code: "conflict",
    title: "Conflict",
    current: { id: "c" },
  });
  sockets[0].hears({ type: "ok", id: "1", message: { id: "m" } });
  assert.deepEqual((await first).message, { id: "m" });
  const error = await second.catch((problem) => problem);
  assert.ok(error instanceof Refused);
  assert.deepEqual([error.status, error.problem.current], [409, { id: "c" }]);
});

test("I-11 after 5 s without an answer a command is not confirmed", async () => {
  const { clock, connection } = await connected();
  const answer = connection.command("a").catch((problem) => problem);
  await clock.pass(5000);
  assert.ok((await answer) instanceof Unconfirmed);
});

test("a command under a dying socket is not confirmed, one without a socket is not sent", async () => {
  const { sockets, connection } = await connected();
  const answer = connection.command("a").catch((problem) => problem);
  sockets[0].dies(1006);
  assert.ok((await answer) instanceof Unconfirmed);
  await assert.rejects(connection.command("b"), NotConnected);
});

test("after 4009 whoever has a session still begins anew with the rights of now, on no old socket", async () => {
  const { sockets, heard, clock } = await connected();
  sockets[0].dies(4009);
  await clock.pass(120_000);
  assert.deepEqual(heard.at(-1), ["rights"]);
  assert.equal(sockets.length, 1);
});

test("after 4009 whose session is over is logged out, who gets no answer asks again", async () => {
  const { connection, sockets, heard, clock } = await connected();
  const { ports } = connection;
  const { fetchTicket } = ports;
  ports.fetchTicket = () => Promise.reject({ status: 503 });
  sockets[0].dies(4009);
  await clock.pass(0);
  assert.equal(connection.link, "reconnecting");
  ports.fetchTicket = () => Promise.reject({ status: 401 });
  await clock.pass(60_000);
  assert.equal(connection.link, "loggedout");
  ports.fetchTicket = fetchTicket;
  connection.retryNow();
  await clock.pass(0);
  assert.deepEqual(heard.at(-1), ["rights"], "what was shown before is not gone on with");
  assert.equal(sockets.length, 1);
});

test("4010 asks for a reload, 4003 forbids, and neither tries again", async () => {
  for (const [code, link] of /** @type {[number, string][]} */ ([
    [4010, "outdated"],
    [4003, "forbidden"],
  ])) {
    const { sockets, connection, clock } = await connected();
    sockets[0].dies(code);
    assert.equal(connection.link, link);
    await clock.pass(120_000);
    assert.equal(sockets.length, 1);
  }
});

test("4001 is answered with a new ticket", async () => {
  const { sockets, connection, clock } = await connected();
  sockets[0].dies(4001);
  assert.equal(connection.link, "reconnecting");
  await clock.pass(1000);
  sockets[1].onopen();
  assert.equal(sockets[1].sent[0].ticket, "ticket 2");
});

test("4011 forgets the resume token", async () => {
  const { sockets, connection, clock } = await connected();
  sockets[0].dies(4011);
  await clock.pass(1000);
  sockets[1].onopen();
  assert.equal(sockets[1].sent[0].resume, null);
  assert.equal(connection.resume, null);
});

test("a refused ticket logs out, a failed one is tried again", async () => {
  const refused = desk({ status: 401 });
  refused.connection.start();
  await refused.clock.pass(0);
  assert.equal(refused.connection.link, "loggedout");
  const failed = desk({});
  failed.connection.start();
  await failed.clock.pass(0);
  assert.equal(failed.connection.link, "reconnecting");
  assert.equal(failed.connection.retry_at, 500);
});

test("without a network attempts go on behind the sign, and its return is answered at once", async () => {
  const { sockets, connection, clock } = await connected();
  connection.wentOffline();
  assert.equal(connection.link, "offline");
  assert.equal(sockets[0].isClosed, true);
  connection.retryNow();
  await clock.pass(0);
  assert.equal(sockets.length, 2);
  sockets[0].dies(1006);
  assert.equal(connection.link, "connecting");
});

test("a server that takes the socket and says nothing is given up after 10 s", async () => {
  const { connection, clock, sockets } = desk();
  connection.start();
  await clock.pass(9_999);
  assert.equal(connection.link, "connecting");
  await clock.pass(1);
  assert.equal(connection.link, "reconnecting");
  assert.equal(sockets[0].isClosed, true);
});
