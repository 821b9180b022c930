-- So many customers, with thirty times as many activities in all: most have 5 to 40, one in two
-- hundred 1,000 to 4,000; one in five has written, from once to twenty times. Shapes of contexts are
-- the templates that `record` has made. Statements are parted by a line of dashes.

SET session_replication_role = replica;
SELECT setseed(0.5);
CREATE UNLOGGED TABLE made AS
SELECT n, uuidv7(shift) AS id, uuidv7(shift) AS profile_id, now() + shift AS created_at,
    CASE WHEN n %% 200 = 0 THEN 1040 + (3000 * random() ^ 2)::int
    ELSE 5 + (36 * random() ^ 1.4)::int END AS share,
    CASE WHEN n %% 5 = 0 THEN 1 + (19 * random() ^ 6)::int ELSE 0 END AS conversations
FROM generate_series(1, %(customers)s::int) AS n,
    LATERAL (SELECT -interval '150 days' * (1 - n / %(customers)s::float8) AS shift) s;
INSERT INTO customers_customer (id, name, locale, created_at, traits)
SELECT id, CASE WHEN n %% 3 = 0 THEN '会員 ' || n ELSE '' END, 'ja', created_at,
    CASE WHEN n %% 3 = 0 THEN (
        SELECT jsonb_object_agg(key, jsonb_build_object(
            'value', value, 'source', 'crm:shop', 'changed_at', created_at, 'synced_at', now()))
        FROM jsonb_each(jsonb_build_object(
            'name', '会員 ' || n, 'rank', (ARRAY['ゴールド','シルバー','一般'])[1 + n %% 3],
            'points', n %% 5000, 'member_since', '2021-04-12', 'address', '京都府宇治市 ' || n,
            'birthday', '1984-05-17', 'card', '4980-0012-3456-' || (1000 + n %% 9000),
            'newsletter', n %% 2 = 0, 'shop', '宇治本店', 'contracts', jsonb_build_array(
                jsonb_build_object('plan', '煎茶 定期便', 'price', 2980, 'next', '2026-12-06'),
                jsonb_build_object('plan', '急須のお手入れ', 'price', 1200, 'next', '2027-03-01'))))
    ) ELSE '{}' END
FROM made;
INSERT INTO customers_profile (id, customer_id, kind, created_at)
SELECT profile_id, id, 'browser', created_at FROM made;
INSERT INTO customers_identity
    (id, profile_id, kind, value, value_norm, verified_by, verified_at, created_at)
SELECT uuidv7(), profile_id, kind, value, value, 'site', now(), now()
FROM made, LATERAL (VALUES ('user_id', 'M-' || n), ('email', 'm' || n || '@shop.example'))
    AS told(kind, value)
WHERE n %% 3 = 0;
INSERT INTO customers_claim (id, profile_id, kind, value, value_norm, claimed_at)
SELECT uuidv7(), profile_id, 'phone', '+8190' || n, '+8190' || n, now() FROM made WHERE n %% 7 = 0;
INSERT INTO customers_context (customer_id, version, member_version, data, updated_at)
SELECT made.id, share, 1, template.data, now()
FROM made JOIN (
    SELECT data, row_number() OVER (ORDER BY customer_id) - 1 AS place, count(*) OVER () AS count
    FROM customers_context
) template ON template.place = made.n %% template.count;
--------
INSERT INTO customers_activity (id, profile_id, kind, props, at, received_at, is_present)
SELECT uuidv7(at - now()), profile_id,
    (ARRAY['page','page','page','page','item_view','cart','faq_view','page'])[1 + n %% 8],
    CASE n %% 8 WHEN 4 THEN '{"item_id": "cup", "name": "湯のみ 藍", "price": 1200}'
        WHEN 5 THEN '{"items": [{"item_id": "cup", "price": 1200, "quantity": 2}], "total": 2400}'
        ELSE jsonb_build_object('url', 'https://shop.example/items/' || n,
            'title', '湯のみ 藍', 'referrer', '') END::jsonb,
    at, at, true
FROM (
    SELECT id, profile_id, n,
        now() - interval '150 days' * (place + random()) / %(slices)s AS at
    FROM (
        SELECT id, profile_id, one.n FROM made, generate_series(1, share) AS one(n)
    ) told, LATERAL (SELECT (hashint4(n * 7 + hashtext(id::text)) & 2147483647)
        %% %(slices)s AS place) p
    WHERE place = %(slice)s
) moment ORDER BY at;
--------
INSERT INTO talk_conversation (id, inbox_id, customer_id, profile_id, status, version,
    visitor_version, last_seq, preview, preview_sender, last_at, customer_seq, customer_read_seq,
    operator_read_seq, resolved_at, created_at)
SELECT uuidv7(at - now()), inbox.id, made.id, profile_id, status, length + 2, length, length,
    'よろしくお願いします', 'customer', at + interval '20 minutes', length, length, length,
    CASE status WHEN 'resolved' THEN at + interval '1 hour' END, at
FROM made, generate_series(1, conversations) AS one(n),
    LATERAL (SELECT now() - interval '150 days' * random() AS at,
        CASE WHEN one.n = 1 AND made.n %% 4 = 0 THEN 'open' ELSE 'resolved' END AS status,
        3 + (20 * random() ^ 2)::int + CASE WHEN made.n %% 500 = 0 THEN 300 ELSE 0 END AS length) l,
    LATERAL (SELECT id FROM talk_inbox ORDER BY id OFFSET (made.n / 5) %% 2 LIMIT 1) inbox
ORDER BY at;
INSERT INTO talk_message (id, conversation_id, seq, version, sender, operator_id, client_id, body,
    data, created_at)
SELECT uuidv7(c.created_at - now()), c.id, n, n,
    CASE n %% 2 WHEN 1 THEN 'customer' ELSE 'operator' END,
    CASE n %% 2 WHEN 0 THEN (SELECT id FROM talk_operator ORDER BY id LIMIT 1) END,
    gen_random_uuid(), repeat('先日注文した湯のみについて教えてください。', 1 + (n %% 4)::int), '{}',
    c.created_at + n * interval '1 minute'
FROM talk_conversation c, generate_series(1, c.last_seq) AS n;
INSERT INTO talk_delivery (message_id, state, reason, attempts, updated_at)
SELECT id, 'accepted', '', 1, created_at FROM talk_message WHERE sender = 'operator';
INSERT INTO talk_note (id, conversation_id, kind, operator_id, client_id, version, after_seq, body,
    data, created_at)
SELECT uuidv7(c.created_at - now()), c.id, kind,
    (SELECT id FROM talk_operator ORDER BY id LIMIT 1), gen_random_uuid(), c.last_seq + place,
    c.last_seq, body, data::jsonb, c.created_at
FROM talk_conversation c, LATERAL (VALUES
    (1, 'note', '在庫を倉庫に確認済み', '{}'),
    (2, 'system', '', '{"code": "status", "from": "open", "to": "resolved"}')
) AS told(place, kind, body, data);
INSERT INTO customers_auditentry (at, action, actor_kind, actor_id, actor_name, customer_id, what,
    reason)
SELECT now() - interval '60 days' * random(), 'customer.seen', 'operator',
    (SELECT id FROM talk_operator ORDER BY id LIMIT 1), '', id, '{}', ''
FROM made, generate_series(1, 2 * conversations);
DROP TABLE made;
RESET session_replication_role;
