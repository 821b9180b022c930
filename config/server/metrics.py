"""What one web process counts about its sockets and its refusals."""

from prometheus_client import Counter, Gauge

SOCKETS_OPEN = Gauge(
    "sobani_sockets_open", "Websockets that are open now", multiprocess_mode="livesum"
)
SOCKETS_CLOSED = Counter("sobani_sockets_closed", "Websockets that ended, by close code", ["code"])
HANDSHAKES_REFUSED = Counter(
    "sobani_handshakes_refused", "Websocket handshakes that were refused, by reason", ["reason"]
)
REQUESTS_REFUSED = Counter(
    "sobani_requests_refused", "Requests that never reached the application, by status", ["status"]
)
READS_PAUSED = Counter(
    "sobani_reads_paused", "Times that a socket was not read because its inbox was full"
)
