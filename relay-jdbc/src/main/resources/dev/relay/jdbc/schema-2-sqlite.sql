-- Idempotency keys of publications, written in the same transaction as the row of relay_message that they name.
CREATE TABLE IF NOT EXISTS relay_idempotency (
  stream_id       INTEGER NOT NULL,
  seq             INTEGER NOT NULL,
  idempotency_key TEXT NOT NULL,
  expires_at      INTEGER NOT NULL,
  PRIMARY KEY (stream_id, seq)
) WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS relay_idempotency_expiry ON relay_idempotency (expires_at);

-- What applications want to have published, inserted in their own transactions;.
-- AUTOINCREMENT: an id is never given twice.
CREATE TABLE IF NOT EXISTS relay_outbox (
  id              INTEGER PRIMARY KEY AUTOINCREMENT,
  channel         TEXT NOT NULL,
  payload         BLOB NOT NULL,
  tags            TEXT NULL,
  idempotency_key TEXT NULL,
  version         INTEGER NOT NULL DEFAULT 0,
  version_epoch   TEXT NOT NULL DEFAULT '',
  skip_history    INTEGER NOT NULL DEFAULT 0,
  created_at      INTEGER NOT NULL DEFAULT (CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000),
  parked_at       INTEGER NULL,
  parked_reason   TEXT NULL
);

CREATE INDEX IF NOT EXISTS relay_outbox_waiting ON relay_outbox (parked_at);
