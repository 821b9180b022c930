-- The tables of those beside us: the least that the same job needs.
CREATE TABLE conversation (
    id bigint PRIMARY KEY,
    token_hash bytea NOT NULL UNIQUE,
    status smallint NOT NULL DEFAULT 0,
    last_seq bigint NOT NULL DEFAULT 0,
    last_at timestamptz NOT NULL DEFAULT now(),
    preview text NOT NULL DEFAULT ''
) WITH (fillfactor = 70);
CREATE INDEX conversation_list ON conversation (status, last_at DESC, id DESC);
CREATE TABLE message (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    conversation_id bigint NOT NULL REFERENCES conversation (id),
    seq bigint NOT NULL,
    client_id uuid NOT NULL,
    body text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (conversation_id, seq),
    UNIQUE (conversation_id, client_id)
);
INSERT INTO conversation (id, token_hash)
    SELECT n, sha256(('token-' || n)::bytea) FROM generate_series(1, 2000) n;
