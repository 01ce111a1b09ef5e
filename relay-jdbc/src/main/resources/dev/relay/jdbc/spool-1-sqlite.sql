-- Publications that wait for the journal, in the order in which they were acknowledged. Columns as in relay_message.

CREATE TABLE IF NOT EXISTS relay_spool (
  position   INTEGER PRIMARY KEY,
  channel    TEXT NOT NULL,
  durability TEXT NOT NULL,
  epoch      TEXT NOT NULL,
  stream_id  INTEGER NOT NULL,
  seq        INTEGER NOT NULL,
  append_id  INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  client_id  TEXT NULL,
  user_id    TEXT NULL,
  conn_info  BLOB NULL,
  chan_info  BLOB NULL,
  kind       INTEGER NOT NULL,
  tags       TEXT NULL,
  payload    BLOB NOT NULL,
  idempotency_key TEXT NULL,
  key_expires_at  INTEGER NULL,
  outbox_id       INTEGER NULL,
  outbox_stands   INTEGER NULL
);

CREATE INDEX IF NOT EXISTS relay_spool_stream ON relay_spool (stream_id, seq);

CREATE INDEX IF NOT EXISTS relay_spool_key ON relay_spool (stream_id, seq) WHERE idempotency_key IS NOT NULL;

CREATE INDEX IF NOT EXISTS relay_spool_channel ON relay_spool (channel, stream_id, epoch, seq);

-- What the journal has refused for good: for people to look at.
CREATE TABLE IF NOT EXISTS relay_spool_aside (
  why        TEXT NOT NULL,
  channel    TEXT NOT NULL,
  epoch      TEXT NOT NULL,
  stream_id  INTEGER NOT NULL,
  seq        INTEGER NOT NULL,
  append_id  INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  client_id  TEXT NULL,
  user_id    TEXT NULL,
  conn_info  BLOB NULL,
  chan_info  BLOB NULL,
  kind       INTEGER NOT NULL,
  tags       TEXT NULL,
  payload    BLOB NOT NULL,
  idempotency_key TEXT NULL,
  key_expires_at  INTEGER NULL,
  outbox_id       INTEGER NULL,
  outbox_stands   INTEGER NULL
);

-- Written and deleted again to find out whether the disk takes anything.
CREATE TABLE IF NOT EXISTS relay_spool_ballast (bytes BLOB NOT NULL);
