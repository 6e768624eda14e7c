-- When each revision was written; 0 where that is not known any more.

ALTER TABLE revision ADD COLUMN at INTEGER NOT NULL DEFAULT 0;

UPDATE revision SET at = coalesce(
	(SELECT l.at FROM note n JOIN log l ON l.board = n.board
	WHERE n.note = revision.note AND l.seq = revision.rev),
	(SELECT n.updated_at FROM note n
	WHERE n.note = revision.note AND n.rev = revision.rev),
	0);

-- A note whose `revision` is 0 was purged: its row stays, so that the log
-- keeps its name and nobody uses that again.
