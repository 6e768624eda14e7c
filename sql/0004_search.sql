-- What a search looks at: the folded text of a note, under the note's row.
-- It may be behind; notes with a rev above their board's `indexed` are read
-- themselves.  `board` is three characters that stand for the board's row and
-- so are one token, as the text's every three characters are; the places of
-- tokens are not kept, since `text` is looked at in any case.

CREATE VIRTUAL TABLE search USING fts5 (
	board,
	text,
	tokenize = 'trigram case_sensitive 1',
	detail = none,
	columnsize = 0
);

ALTER TABLE board ADD COLUMN indexed INTEGER NOT NULL DEFAULT 0;
