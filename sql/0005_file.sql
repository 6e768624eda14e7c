-- Attachments.  Their sizes are summed up as rows come and go, so that nobody
-- who adds or removes some can forget it.

ALTER TABLE meta ADD COLUMN file_bytes INTEGER NOT NULL DEFAULT 0;	-- of all boards
ALTER TABLE board ADD COLUMN file_bytes INTEGER NOT NULL DEFAULT 0;	-- of its files
ALTER TABLE note ADD COLUMN files TEXT NOT NULL DEFAULT '[]';	-- JSON, as people see them

CREATE TABLE file (
	file		INTEGER PRIMARY KEY,		-- in order of arrival
	board		INTEGER NOT NULL REFERENCES board ON DELETE CASCADE,
	note		INTEGER NOT NULL REFERENCES note ON DELETE CASCADE,
	id		TEXT NOT NULL,
	name		TEXT NOT NULL,
	type		TEXT NOT NULL,
	size		INTEGER NOT NULL,
	digest		BLOB NOT NULL,			-- SHA-256 of the content
	link		INTEGER NOT NULL,		-- who brought it; 0: nobody known
	created_at	INTEGER NOT NULL,
	content		BLOB,				-- NULL: in files/, named after the digest
	UNIQUE (board, id)
) STRICT;

CREATE INDEX file_of_note ON file (note);
CREATE INDEX file_by_digest ON file (digest) WHERE content IS NULL;

-- Contents in files/ that lost a row, to be looked at after the commit.
CREATE TABLE loose (
	digest		BLOB NOT NULL PRIMARY KEY
) STRICT, WITHOUT ROWID;

CREATE TRIGGER file_comes AFTER INSERT ON file BEGIN
	UPDATE meta SET file_bytes = file_bytes + NEW.size WHERE meta = 1;
	UPDATE board SET file_bytes = file_bytes + NEW.size WHERE board = NEW.board;
END;

CREATE TRIGGER file_goes AFTER DELETE ON file BEGIN
	UPDATE meta SET file_bytes = file_bytes - OLD.size WHERE meta = 1;
	UPDATE board SET file_bytes = file_bytes - OLD.size WHERE board = OLD.board;
	INSERT OR IGNORE INTO loose SELECT OLD.digest WHERE OLD.content IS NULL;
END;
