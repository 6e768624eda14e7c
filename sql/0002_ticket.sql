-- Tickets: each opens one feed of its link's board, once and soon.

CREATE TABLE ticket (
	ticket		INTEGER PRIMARY KEY,
	digest		BLOB NOT NULL UNIQUE,		-- SHA-256 of the ticket
	link		INTEGER NOT NULL REFERENCES link ON DELETE CASCADE,
	expires_at	INTEGER NOT NULL
) STRICT;

CREATE INDEX ticket_by_link ON ticket (link);
CREATE INDEX ticket_by_end ON ticket (expires_at);
