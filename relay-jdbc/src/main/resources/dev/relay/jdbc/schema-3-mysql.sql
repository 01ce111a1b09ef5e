-- What happened to connections. Ordered by (created_at, id), as every index is: InnoDB ends each of them with the key.
-- kind: connect, disconnect, subscribe, unsubscribe, refusal, lost. Texts are '' where there is nothing to say.

CREATE TABLE IF NOT EXISTS relay_event (
  id         BIGINT NOT NULL AUTO_INCREMENT,
  created_at BIGINT NOT NULL,
  kind       VARCHAR(16) NOT NULL,
  node_name  VARCHAR(255) NOT NULL,
  user_id    VARCHAR(255) NOT NULL,
  client_id  VARCHAR(255) NOT NULL,
  channel    VARCHAR(255) NOT NULL,
  address    VARCHAR(255) NOT NULL,
  sdk        VARCHAR(255) NOT NULL,
  sdk_version VARCHAR(255) NOT NULL,
  code       INTEGER NOT NULL,
  reason     VARCHAR(255) NOT NULL,
  events     BIGINT NOT NULL,
  PRIMARY KEY (id),
  KEY relay_event_time (created_at),
  KEY relay_event_user (user_id, created_at),
  KEY relay_event_client (client_id, created_at),
  KEY relay_event_channel (channel, created_at),
  KEY relay_event_kind (kind, created_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin;
