-- Times are microseconds since 1970-01-01 UTC, so that no time zone setting matters.
-- Text compares byte by byte and without padding: channels differ by case and by trailing spaces.

CREATE TABLE IF NOT EXISTS relay_run (
  id         BIGINT NOT NULL AUTO_INCREMENT,
  node_id    VARCHAR(64) NOT NULL,
  started_at BIGINT NOT NULL,
  alive_at   BIGINT NOT NULL,
  closed_at  BIGINT NULL,
  PRIMARY KEY (id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin;

CREATE TABLE IF NOT EXISTS relay_stream (
  id         BIGINT NOT NULL AUTO_INCREMENT,
  channel    VARCHAR(255) NOT NULL,
  epoch      VARCHAR(16) NOT NULL,
  trimmed_to BIGINT NOT NULL,
  run_id     BIGINT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY relay_stream_channel (channel)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin;

-- kind: 1 = payload, 2 = conn_info, 4 = chan_info is known to be JSON. tags: JSON object or null.
CREATE TABLE IF NOT EXISTS relay_message (
  stream_id  BIGINT NOT NULL,
  seq        BIGINT NOT NULL,
  append_id  BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  client_id  TEXT NULL,
  user_id    TEXT NULL,
  conn_info  LONGBLOB NULL,
  chan_info  LONGBLOB NULL,
  kind       SMALLINT NOT NULL,
  tags       MEDIUMTEXT NULL,
  payload    LONGBLOB NOT NULL,
  PRIMARY KEY (stream_id, seq),
  KEY relay_message_time (stream_id, created_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin;
