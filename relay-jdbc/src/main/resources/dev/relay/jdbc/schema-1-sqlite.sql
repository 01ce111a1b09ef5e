-- Times are microseconds since 1970-01-01 UTC.

CREATE TABLE IF NOT EXISTS relay_run (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  node_id    TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  alive_at   INTEGER NOT NULL,
  closed_at  INTEGER NULL
);

CREATE TABLE IF NOT EXISTS relay_stream (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  channel    TEXT NOT NULL UNIQUE,
  epoch      TEXT NOT NULL,
  trimmed_to INTEGER NOT NULL,
  run_id     INTEGER NULL,
  created_at INTEGER NOT NULL
);

-- kind: 1 = payload, 2 = conn_info, 4 = chan_info is known to be JSON. tags: JSON object or null.
-- Not WITHOUT ROWID: rows are appended in the order they come, and only the slim indexes are touched per stream.
CREATE TABLE IF NOT EXISTS relay_message (
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
  PRIMARY KEY (stream_id, seq)
);

CREATE INDEX IF NOT EXISTS relay_message_time ON relay_message (stream_id, created_at);
