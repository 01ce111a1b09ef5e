-- Idempotency keys of publications, written in the same transaction as the row of relay_message that they name.
CREATE TABLE IF NOT EXISTS relay_idempotency (
  stream_id       BIGINT NOT NULL,
  seq             BIGINT NOT NULL,
  idempotency_key VARCHAR(255) NOT NULL,
  expires_at      BIGINT NOT NULL,
  PRIMARY KEY (stream_id, seq),
  KEY relay_idempotency_expiry (expires_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin;

-- What applications want to have published, inserted in their own transactions;.
CREATE TABLE IF NOT EXISTS relay_outbox (
  id              BIGINT NOT NULL AUTO_INCREMENT,
  channel         VARCHAR(255) NOT NULL,
  payload         LONGBLOB NOT NULL,
  tags            MEDIUMTEXT NULL,
  idempotency_key VARCHAR(255) NULL,
  version         BIGINT NOT NULL DEFAULT 0,
  version_epoch   VARCHAR(255) NOT NULL DEFAULT '',
  skip_history    SMALLINT NOT NULL DEFAULT 0,
  created_at      BIGINT NOT NULL DEFAULT (CAST(UNIX_TIMESTAMP(NOW(6)) * 1000000 AS SIGNED)),
  parked_at       BIGINT NULL,
  parked_reason   TEXT NULL,
  PRIMARY KEY (id),
  KEY relay_outbox_waiting (parked_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin;
