-- Every statement bears being run again after an interruption: what is there already is looked up first.
SET @relay_ddl = IF((SELECT COUNT(*) FROM information_schema.statistics WHERE table_schema = DATABASE()
  AND table_name = 'relay_message' AND index_name = 'relay_message_clock') = 0,
  'ALTER TABLE relay_message ADD KEY relay_message_clock (created_at)', 'DO 0');
PREPARE relay_ddl FROM @relay_ddl;
EXECUTE relay_ddl;
DEALLOCATE PREPARE relay_ddl;

-- Users may be longer than a key: the index holds as much as tells nearly all of them apart.
SET @relay_ddl = IF((SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE()
  AND table_name = 'relay_message' AND column_name = 'user_key') = 0,
  'ALTER TABLE relay_message ADD COLUMN user_key VARCHAR(64) GENERATED ALWAYS AS (LEFT(user_id, 64)) VIRTUAL', 'DO 0');
PREPARE relay_ddl FROM @relay_ddl;
EXECUTE relay_ddl;
DEALLOCATE PREPARE relay_ddl;

SET @relay_ddl = IF((SELECT COUNT(*) FROM information_schema.statistics WHERE table_schema = DATABASE()
  AND table_name = 'relay_message' AND index_name = 'relay_message_user') = 0,
  'ALTER TABLE relay_message ADD KEY relay_message_user (user_key, created_at)', 'DO 0');
PREPARE relay_ddl FROM @relay_ddl;
EXECUTE relay_ddl;
DEALLOCATE PREPARE relay_ddl;
