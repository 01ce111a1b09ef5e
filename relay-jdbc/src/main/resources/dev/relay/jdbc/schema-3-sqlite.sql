-- What happened to connections. Ordered by (created_at, id), as every index is: SQLite ends each of them with the rowid.
-- kind: connect, disconnect, subscribe, unsubscribe, refusal, lost. Texts are '' where there is nothing to say.

CREATE TABLE IF NOT EXISTS relay_event (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  created_at INTEGER NOT NULL,
  kind       TEXT NOT NULL,
  node_name  TEXT NOT NULL,
  user_id    TEXT NOT NULL,
  client_id  TEXT NOT NULL,
  channel    TEXT NOT NULL,
  address    TEXT NOT NULL,
  sdk        TEXT NOT NULL,
  sdk_version TEXT NOT NULL,
  code       INTEGER NOT NULL,
  reason     TEXT NOT NULL,
  events     INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS relay_event_time ON relay_event (created_at);
CREATE INDEX IF NOT EXISTS relay_event_user ON relay_event (user_id, created_at);
CREATE INDEX IF NOT EXISTS relay_event_client ON relay_event (client_id, created_at);
CREATE INDEX IF NOT EXISTS relay_event_channel ON relay_event (channel, created_at);
CREATE INDEX IF NOT EXISTS relay_event_kind ON relay_event (kind, created_at);
