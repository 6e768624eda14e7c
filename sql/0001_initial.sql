-- The data of one Notewire: boards, their notes and their logs.
-- Times are milliseconds since 1970 UTC.  Numbers named after their table are
-- rows, used only inside; `id` is the name that the outside knows.

CREATE TABLE meta (
	meta		INTEGER PRIMARY KEY CHECK (meta = 1),
	instance	TEXT NOT NULL,			-- for the life of the data
	epoch		TEXT NOT NULL,			-- renewed when history may have been rewound
	commits		INTEGER NOT NULL,		-- transactions so far; the bell repeats it
	endings		INTEGER NOT NULL		-- sessions signed out so far
) STRICT;

INSERT INTO meta VALUES (1, lower(hex(randomblob(8))), lower(hex(randomblob(4))), 0, 0);

CREATE TABLE board (
	board		INTEGER PRIMARY KEY,
	id		TEXT NOT NULL UNIQUE,
	title		TEXT NOT NULL,
	settings	TEXT NOT NULL,			-- a JSON object
	rev		INTEGER NOT NULL,		-- seq of the last change to these two
	head		INTEGER NOT NULL,		-- the newest seq
	floor		INTEGER NOT NULL,		-- the newest seq that the log has dropped
	created_at	INTEGER NOT NULL
) STRICT;

-- Ids that deleted boards had: a new log under an old id would fit old cursors.
CREATE TABLE former_board (
	id		TEXT NOT NULL PRIMARY KEY
) STRICT, WITHOUT ROWID;

CREATE TABLE link (
	link		INTEGER PRIMARY KEY AUTOINCREMENT,	-- never used again
	board		INTEGER NOT NULL REFERENCES board ON DELETE CASCADE,
	id		TEXT NOT NULL,
	digest		BLOB NOT NULL UNIQUE,		-- SHA-256 of the token
	role		INTEGER NOT NULL,		-- 1 read, 2 write, 3 administer
	label		TEXT NOT NULL,
	created_at	INTEGER NOT NULL,
	expires_at	INTEGER NOT NULL,		-- 0: never
	revoked_at	INTEGER NOT NULL,		-- 0: not; the row stays for its label
	UNIQUE (board, id)
) STRICT;

CREATE TABLE note (
	note		INTEGER PRIMARY KEY,
	board		INTEGER NOT NULL REFERENCES board ON DELETE CASCADE,
	id		TEXT NOT NULL,
	rev		INTEGER NOT NULL,		-- seq of its last change
	revision	INTEGER NOT NULL,		-- its body now
	revisions	INTEGER NOT NULL,		-- bodies kept, at most
	created_at	INTEGER NOT NULL,
	updated_at	INTEGER NOT NULL,
	trashed_at	INTEGER NOT NULL,		-- 0: not
	UNIQUE (board, id)
) STRICT;

CREATE TABLE revision (
	revision	INTEGER PRIMARY KEY,
	note		INTEGER NOT NULL REFERENCES note ON DELETE CASCADE,
	rev		INTEGER NOT NULL,
	link		INTEGER NOT NULL,		-- who wrote it; 0: nobody known
	body		TEXT NOT NULL			-- a JSON object
) STRICT;

CREATE INDEX revision_of_note ON revision (note, rev);

CREATE TABLE log (
	board		INTEGER NOT NULL REFERENCES board ON DELETE CASCADE,
	seq		INTEGER NOT NULL,
	note		INTEGER NOT NULL,		-- 0: the board itself, -1: its links
	revision	INTEGER NOT NULL,		-- 0: the note went to the trash
	at		INTEGER NOT NULL,
	PRIMARY KEY (board, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE key (
	board		INTEGER NOT NULL REFERENCES board ON DELETE CASCADE,
	key		TEXT NOT NULL,
	digest		BLOB NOT NULL,			-- SHA-256 of what it stood for
	note		INTEGER NOT NULL,
	seq		INTEGER NOT NULL,		-- what came of it
	created		INTEGER NOT NULL,
	at		INTEGER NOT NULL,
	PRIMARY KEY (board, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE session (
	session		INTEGER PRIMARY KEY,
	digest		BLOB NOT NULL UNIQUE,		-- SHA-256 of the handle
	expires_at	INTEGER NOT NULL
) STRICT;

CREATE INDEX session_by_end ON session (expires_at);

CREATE TABLE session_link (
	session		INTEGER NOT NULL REFERENCES session ON DELETE CASCADE,
	link		INTEGER NOT NULL REFERENCES link ON DELETE CASCADE,
	PRIMARY KEY (session, link)
) STRICT, WITHOUT ROWID;

CREATE INDEX session_link_by_link ON session_link (link);

CREATE TABLE creation (
	creation	INTEGER PRIMARY KEY,
	source		BLOB NOT NULL,			-- SHA-256 of an address
	at		INTEGER NOT NULL
) STRICT;

CREATE INDEX creation_by_source ON creation (source, at);
CREATE INDEX creation_by_time ON creation (at);
