-- What each conversation missed while its visitor was away (`storm`).
INSERT INTO message (conversation_id, seq, client_id, body)
    SELECT c, s, gen_random_uuid(),
           't=0.1 お世話になっております。在庫と配送予定日を教えてください。 #' || s
    FROM generate_series(1, 2000) c, generate_series(1, 50) s;
UPDATE conversation SET last_seq = 50;
