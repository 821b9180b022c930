// A plain Node server, as one writes it on a free afternoon: `node node_ws.mjs PORT`.
import pg from "pg";
import { WebSocketServer } from "ws";

const { BENCH_SOCKETS: host, BENCH_DATABASE: database } = process.env;
const pool = new pg.Pool({ host, database, user: "sobani", max: 4 });
const operators = new Set();
const text = `WITH moved AS (UPDATE conversation SET last_seq = last_seq + 1, last_at = now(),
    preview = left($3, 160) WHERE id = $1 RETURNING last_seq)
  INSERT INTO message (conversation_id, seq, client_id, body)
  SELECT $1, last_seq, $2, $3 FROM moved RETURNING id, seq`;

async function receive(socket, c, { u, b }) {
  const { rows } = await pool.query({ name: "store", text, values: [c, u, b] });
  const message = JSON.stringify({ t: "msg", c, id: +rows[0].id, seq: +rows[0].seq, u, b });
  for (const operator of operators) operator.send(message);
  socket.send(JSON.stringify({ t: "ack", u, seq: +rows[0].seq }));
}

const port = Number(process.argv[2]);
const server = new WebSocketServer({ host: "127.0.0.1", port, perMessageDeflate: false });
server.on("connection", (socket, request) => {
  socket.send('{"t":"ready"}');
  const conversation = Number(request.url.split("/").pop());
  if (request.url === "/ws/operator") operators.add(socket);
  else socket.on("message", (data) => receive(socket, conversation, JSON.parse(data)));
  socket.on("close", () => operators.delete(socket));
});
