-- Everything by time, and by time what one user has published; in the order in which a search returns it.
CREATE INDEX IF NOT EXISTS relay_message_clock ON relay_message (created_at, stream_id, seq);

CREATE INDEX IF NOT EXISTS relay_message_user ON relay_message (user_id, created_at, stream_id, seq)
  WHERE user_id IS NOT NULL;
