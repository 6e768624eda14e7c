#include "store/sqlite/sql.h"

/* What a link `k` gives on its board `b`, and how far that one is. */
#define ACCESS \
	"k.role, k.link, k.expires_at, b.id, b.head, (SELECT epoch FROM meta WHERE meta = 1) "

static const char *const texts[SQL_COUNT] = {
[SQL_BEGIN_READ] = "BEGIN",
[SQL_BEGIN_WRITE] = "BEGIN IMMEDIATE",
[SQL_COMMIT] = "COMMIT",
[SQL_ROLLBACK] = "ROLLBACK",
[SQL_SAVE] = "SAVEPOINT one",
[SQL_KEEP] = "RELEASE one",
[SQL_UNDO] = "ROLLBACK TO one",

[SQL_META] =
    "SELECT instance, epoch, commits, endings FROM meta WHERE meta = 1",
[SQL_COUNT_COMMIT] =
    "UPDATE meta SET commits = commits + 1 WHERE meta = 1",
[SQL_COUNT_ENDING] =
    "UPDATE meta SET endings = endings + 1 WHERE meta = 1",
[SQL_RENEW_EPOCH] =
    "UPDATE meta SET epoch = lower(hex(randomblob(4))), commits = max(commits, ?1) "
    "WHERE meta = 1 RETURNING commits",
[SQL_TOTALS] =
    "SELECT (SELECT count(*) FROM board), (SELECT count(*) FROM note)",

[SQL_FIGURES] =			/* ?1: now */
    "SELECT (SELECT count(*) FROM board), "
    "(SELECT count(*) FROM note WHERE revision <> 0), "
    "(SELECT count(*) FROM note WHERE revision <> 0 AND trashed_at <> 0), "
    "(SELECT count(*) FROM revision), (SELECT count(*) FROM log), "
    "(SELECT count(*) FROM link WHERE revoked_at = 0 "
    "AND (expires_at = 0 OR expires_at > ?1)), "
    "(SELECT count(*) FROM session WHERE expires_at > ?1), "
    "(SELECT count(*) FROM file), (SELECT file_bytes FROM meta WHERE meta = 1)",
[SQL_RESTORED] =		/* ?1: commits that were told of */
    "UPDATE meta SET epoch = lower(hex(randomblob(4))), "
    "commits = max(commits, ?1) + 1 WHERE meta = 1 RETURNING commits",

[SQL_BOARD] =
    "SELECT board, head, floor, indexed FROM board WHERE id = ?1",
[SQL_BOARD_FIELDS] =
    "SELECT board, head, title, settings, rev, created_at FROM board WHERE id = ?1",
[SQL_BOARDS] =
    "SELECT board, head, title, settings, rev, created_at, id FROM board ORDER BY board",
[SQL_BOARD_ADD] =
    "INSERT INTO board (id, title, settings, rev, head, floor, created_at) "
    "SELECT ?1, ?2, ?3, 0, 0, 0, ?4 "
    "WHERE NOT EXISTS (SELECT 1 FROM former_board WHERE id = ?1) "
    "ON CONFLICT (id) DO NOTHING RETURNING board",
[SQL_BOARD_SET] =
    "UPDATE board SET title = coalesce(?2, title), settings = coalesce(?3, settings), "
    "rev = ?4 WHERE board = ?1",
[SQL_BOARD_HEAD] =
    "UPDATE board SET head = ?2 WHERE board = ?1",
[SQL_BOARD_FLOOR] =
    "UPDATE board SET floor = ?2 WHERE board = ?1",
[SQL_BOARD_DELETE] =
    "DELETE FROM board WHERE board = ?1",
[SQL_FORMER_ADD] =
    "INSERT INTO former_board (id) VALUES (?1)",
[SQL_CREATION_ADD] =
    "INSERT INTO creation (source, at) VALUES (?1, ?2)",
[SQL_CREATION_SWEEP] =
    "DELETE FROM creation WHERE at < ?1",
[SQL_CREATION_OLDEST] =		/* of the newest ?2; a row: all are used up */
    "SELECT at FROM creation WHERE source = ?1 ORDER BY at DESC LIMIT 1 OFFSET ?2 - 1",

[SQL_NOTE] =			/* a purged one too, without a body */
    "SELECT n.note, n.rev, n.revision, n.revisions, n.created_at, n.updated_at, "
    "n.trashed_at, r.body "
    "FROM note n LEFT JOIN revision r ON r.revision = n.revision "
    "WHERE n.board = ?1 AND n.id = ?2",
[SQL_NOTE_ADD] =
    "INSERT INTO note (board, id, rev, revision, revisions, created_at, updated_at, "
    "trashed_at) VALUES (?1, ?2, ?3, 0, 1, ?4, ?4, 0)",
[SQL_NOTE_SET] =
    "UPDATE note SET rev = ?2, revision = ?3, revisions = ?4, updated_at = ?5 "
    "WHERE note = ?1",
[SQL_NOTE_TRASH] =
    "UPDATE note SET rev = ?2, updated_at = ?3, trashed_at = ?4 WHERE note = ?1",
[SQL_NOTE_PURGE] =
    "UPDATE note SET rev = ?2, revision = 0, revisions = 0, updated_at = ?3, "
    "trashed_at = ?3, files = '[]' WHERE note = ?1",
[SQL_NOTE_VIEW] =
    "SELECT n.id, n.rev, r.body, n.created_at, n.updated_at, n.trashed_at, k.label, "
    "n.files FROM board b JOIN note n ON n.board = b.board "
    "JOIN revision r ON r.revision = n.revision "
    "LEFT JOIN link k ON k.link = r.link "
    "WHERE b.id = ?1 AND n.id = ?2",
[SQL_NOTE_BY_ROW] =
    "SELECT n.id, n.rev, r.body, n.created_at, n.updated_at, n.trashed_at, k.label, "
    "n.files FROM note n JOIN revision r ON r.revision = n.revision "
    "LEFT JOIN link k ON k.link = r.link WHERE n.note = ?1",
[SQL_NOTES_OF_BOARD] =
    "SELECT n.id, n.rev, r.body, n.created_at, n.updated_at, n.trashed_at, k.label, "
    "n.files FROM note n JOIN revision r ON r.revision = n.revision "
    "LEFT JOIN link k ON k.link = r.link "
    "WHERE n.board = ?1 AND n.trashed_at = 0",
[SQL_NOTES_IN_TRASH] =		/* rows only, so that little is sorted */
    "SELECT note FROM note WHERE board = ?1 AND trashed_at <> 0 AND revision <> 0 "
    "ORDER BY rev DESC",
[SQL_REVISION_ADD] =
    "INSERT INTO revision (note, rev, link, body, at) VALUES (?1, ?2, ?3, ?4, ?5)",
[SQL_REVISION_SWEEP] =
    "DELETE FROM revision WHERE note = ?1 AND rev < (SELECT rev FROM revision "
    "WHERE note = ?1 ORDER BY rev DESC LIMIT 1 OFFSET ?2 - 1)",
[SQL_REVISION_BODY] =
    "SELECT revision, body FROM revision WHERE note = ?1 AND rev = ?2",
[SQL_REVISIONS_DELETE] =
    "DELETE FROM revision WHERE note = ?1",
[SQL_HISTORY] =
    "SELECT r.rev, r.at, k.label, r.body FROM board b JOIN note n ON n.board = b.board "
    "JOIN revision r ON r.note = n.note LEFT JOIN link k ON k.link = r.link "
    "WHERE b.id = ?1 AND n.id = ?2 AND r.rev < ?3 ORDER BY r.rev DESC LIMIT ?4",

[SQL_SEARCH] =
    "SELECT n.note, n.rev, s.text FROM search s CROSS JOIN note n ON n.note = s.rowid "
    "WHERE s.search MATCH ?1 AND n.board = ?2 AND n.rev <= ?3 AND n.trashed_at = 0",
[SQL_SEARCH_SET] =
    "INSERT OR REPLACE INTO search (rowid, board, text) VALUES (?1, ?2, ?3)",
[SQL_SEARCH_DROP] =
    "DELETE FROM search WHERE rowid = ?1",
[SQL_SEARCH_DROP_BOARD] =
    "DELETE FROM search WHERE rowid IN (SELECT note FROM note WHERE board = ?1)",
[SQL_UNINDEXED] =		/* while the log still has all since then */
    "SELECT n.note, n.rev FROM log l CROSS JOIN note n ON n.note = l.note AND n.rev = l.seq "
    "WHERE l.board = ?1 AND l.seq > ?2 ORDER BY l.seq LIMIT ?3",
[SQL_UNINDEXED_UNLOGGED] =
    "SELECT note, rev FROM note WHERE board = ?1 AND rev > ?2 ORDER BY rev LIMIT ?3",
[SQL_INDEXED] =
    "UPDATE board SET indexed = ?2 WHERE board = ?1",

[SQL_LOG_ADD] =
    "INSERT INTO log (board, seq, note, revision, at) VALUES (?1, ?2, ?3, ?4, ?5)",
[SQL_LOG_TAIL] =
    "SELECT l.seq, l.note, l.revision, n.id, r.body, n.created_at, "
    "CASE WHEN n.rev = l.seq THEN n.updated_at ELSE l.at END, k.label, n.files "
    "FROM log l LEFT JOIN note n ON n.note = l.note "
    "LEFT JOIN revision r ON r.revision = l.revision AND r.note = l.note "
    "LEFT JOIN link k ON k.link = r.link "
    "WHERE l.board = ?1 AND l.seq > ?2 ORDER BY l.seq LIMIT ?3",
[SQL_LOG_SINCE] =
    "SELECT seq FROM log WHERE board = ?1 AND at >= ?2 ORDER BY seq LIMIT 1",
[SQL_LOG_SWEEP] =
    "DELETE FROM log WHERE board = ?1 AND seq <= ?2",
[SQL_LOG_DENSITY] =
    "SELECT b.id, b.head, b.floor, count(l.seq), min(l.seq), max(l.seq) "
    "FROM board b LEFT JOIN log l ON l.board = b.board GROUP BY b.board",
[SQL_KEY] =
    "SELECT k.digest, k.seq, k.created, n.id FROM key k "
    "LEFT JOIN note n ON n.note = k.note WHERE k.board = ?1 AND k.key = ?2",
[SQL_KEY_ADD] =
    "INSERT INTO key (board, key, digest, note, seq, created, at) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
[SQL_KEY_SWEEP] =
    "DELETE FROM key WHERE board = ?1 AND at < ?2",

[SQL_LINK_ADD] =
    "INSERT INTO link (board, id, digest, role, label, created_at, expires_at, "
    "revoked_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0) "
    "ON CONFLICT DO NOTHING RETURNING link",
[SQL_LINK_REVOKE] =
    "UPDATE link SET revoked_at = ?3 "
    "WHERE board = ?1 AND id = ?2 AND revoked_at = 0 RETURNING link",
[SQL_LINK_ACCESS] =		/* ?2 NULL: on its own board */
    "SELECT " ACCESS
    "FROM link k JOIN board b ON b.board = k.board "
    "WHERE k.digest = ?1 AND b.id = coalesce(?2, b.id) AND k.revoked_at = 0 "
    "AND (k.expires_at = 0 OR k.expires_at > ?3)",
[SQL_LINK_ROW_ACCESS] =
    "SELECT " ACCESS
    "FROM link k JOIN board b ON b.board = k.board "
    "WHERE k.link = ?1 AND b.id = ?2 AND k.revoked_at = 0 "
    "AND (k.expires_at = 0 OR k.expires_at > ?3)",
[SQL_LINKS_OF_BOARD] =
    "SELECT id, role, label, created_at, expires_at FROM link "
    "WHERE board = ?1 AND revoked_at = 0 "
    "AND (expires_at = 0 OR expires_at > ?2) ORDER BY link",
[SQL_SESSION] =
    "SELECT session, expires_at FROM session WHERE digest = ?1 AND expires_at > ?2",
[SQL_SESSION_ADD] =
    "INSERT INTO session (digest, expires_at) VALUES (?1, ?2) RETURNING session",
[SQL_SESSION_RENEW] =
    "UPDATE session SET expires_at = ?2 WHERE session = ?1",
[SQL_SESSION_LINK] =		/* no row: there is no such link */
    "INSERT INTO session_link (session, link) SELECT ?1, link FROM link WHERE link = ?2 "
    "ON CONFLICT DO UPDATE SET link = excluded.link RETURNING link",
[SQL_SESSION_TRIM] =		/* keeps ?2 and the ?3 newest others */
    "DELETE FROM session_link WHERE session = ?1 AND link <> ?2 AND link < (SELECT link "
    "FROM session_link WHERE session = ?1 AND link <> ?2 "
    "ORDER BY link DESC LIMIT 1 OFFSET ?3 - 1)",
[SQL_SESSION_END] =
    "DELETE FROM session WHERE digest = ?1 RETURNING session",
[SQL_SESSION_SWEEP] =
    "DELETE FROM session WHERE expires_at <= ?1",
[SQL_SESSION_ACCESS] =
    "SELECT " ACCESS "FROM board b "
    "JOIN link k ON k.board = b.board "
    "JOIN session_link s ON s.session = ?1 AND s.link = k.link "
    "WHERE b.id = ?2 AND k.revoked_at = 0 "
    "AND (k.expires_at = 0 OR k.expires_at > ?3) "
    "ORDER BY k.role DESC, k.expires_at = 0 DESC, k.expires_at DESC LIMIT 1",
[SQL_SESSION_BOARDS] =
    "SELECT b.id, b.title, max(k.role) FROM session_link s "
    "JOIN link k ON k.link = s.link JOIN board b ON b.board = k.board "
    "WHERE s.session = ?1 AND k.revoked_at = 0 "
    "AND (k.expires_at = 0 OR k.expires_at > ?2) GROUP BY b.board ORDER BY b.title, b.id",

[SQL_TICKET_ADD] =		/* no row: there is no such link any more */
    "INSERT INTO ticket (digest, link, expires_at) SELECT ?1, link, ?3 FROM link "
    "WHERE link = ?2 AND revoked_at = 0 AND (expires_at = 0 OR expires_at > ?4) "
    "RETURNING ticket",
[SQL_TICKET_FULL] =		/* a row: the link has ?2 of them */
    "SELECT ticket FROM ticket WHERE link = ?1 LIMIT 1 OFFSET ?2 - 1",
[SQL_TICKET_SWEEP] =
    "DELETE FROM ticket WHERE expires_at <= ?1",
[SQL_TICKET_ACCESS] =
    "SELECT " ACCESS "FROM ticket t "
    "JOIN link k ON k.link = t.link JOIN board b ON b.board = k.board "
    "WHERE t.digest = ?1 AND t.expires_at > ?3 AND b.id = ?2 AND k.revoked_at = 0 "
    "AND (k.expires_at = 0 OR k.expires_at > ?3)",
[SQL_TICKET_USE] =		/* on another board it stays */
    "DELETE FROM ticket WHERE digest = ?1 AND expires_at > ?3 AND EXISTS "
    "(SELECT 1 FROM link k JOIN board b ON b.board = k.board "
    "WHERE k.link = ticket.link AND b.id = ?2 AND k.revoked_at = 0 "
    "AND (k.expires_at = 0 OR k.expires_at > ?3)) RETURNING link",
[SQL_FILE_ROOM] =
    "SELECT b.file_bytes, m.file_bytes, n.note, n.trashed_at, "
    "json_array_length(n.files), EXISTS (SELECT 1 FROM file WHERE board = b.board AND id = ?3) "
    "FROM board b JOIN meta m ON m.meta = 1 "
    "LEFT JOIN note n ON n.board = b.board AND n.id = ?2 WHERE b.id = ?1",
[SQL_FILE_BYTES] =
    "SELECT b.file_bytes, m.file_bytes FROM board b JOIN meta m ON m.meta = 1 "
    "WHERE b.id = ?1",
[SQL_FILE] =
    "SELECT f.file, f.note, n.id, f.name, f.digest, n.rev FROM file f "
    "JOIN note n ON n.note = f.note WHERE f.board = ?1 AND f.id = ?2",
[SQL_FILE_NOTE] =
    "SELECT revision, trashed_at FROM note WHERE note = ?1",
[SQL_FILE_ADD] =
    "INSERT INTO file (board, note, id, name, type, size, digest, link, created_at, "
    "content) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
[SQL_FILE_DELETE] =
    "DELETE FROM file WHERE file = ?1",
[SQL_FILES_OF_NOTE_DELETE] =
    "DELETE FROM file WHERE note = ?1",
[SQL_FILE_LIST] =		/* as print_file prints each: U+2028 and U+2029 escaped */
    "UPDATE note SET rev = ?2, updated_at = coalesce(nullif(?3, 0), updated_at), files = (SELECT replace(replace("
    "json_group_array(json_object('id', id, 'name', name, 'type', type, 'size', size, "
    "'created_at', strftime('%Y-%m-%dT%H:%M:%S', created_at / 1000, 'unixepoch') || "
    "printf('.%03dZ', created_at % 1000))), char(8232), '\\u2028'), char(8233), '\\u2029') "
    "FROM (SELECT id, name, type, size, created_at FROM file WHERE note = ?1 "
    "ORDER BY file)) WHERE note = ?1",
[SQL_FILE_VIEW] =
    "SELECT f.id, n.id, f.name, f.type, f.size, f.digest, f.created_at, f.content "
    "FROM board b JOIN file f ON f.board = b.board JOIN note n ON n.note = f.note "
    "WHERE b.id = ?1 AND f.id = ?2",
[SQL_FILE_NAMED] =
    "SELECT 1 FROM file WHERE digest = ?1 AND content IS NULL",
[SQL_LOOSE] =
    "SELECT digest, EXISTS (SELECT 1 FROM file f WHERE f.digest = l.digest "
    "AND f.content IS NULL) FROM loose l ORDER BY digest LIMIT ?1",
[SQL_LOOSE_DELETE] =
    "DELETE FROM loose WHERE digest = ?1",
[SQL_LOOSE_ONE] =
    "SELECT 1 FROM loose WHERE digest = ?1",
[SQL_CONTENTS] =
    "SELECT digest, max(size), count(*) FROM file WHERE content IS NULL "
    "GROUP BY digest",
[SQL_BODILESS] =
    "SELECT b.id, n.id FROM note n JOIN board b ON b.board = n.board "
    "LEFT JOIN revision r ON r.revision = n.revision AND r.note = n.note "
    "WHERE n.revision <> 0 AND r.revision IS NULL",
[SQL_BAD_SUMS] =		/* "": of all boards */
    "SELECT b.id, b.file_bytes, coalesce(sum(f.size), 0) AS have FROM board b "
    "LEFT JOIN file f ON f.board = b.board GROUP BY b.board "
    "HAVING have <> b.file_bytes "
    "UNION ALL SELECT '', m.file_bytes, (SELECT coalesce(sum(size), 0) FROM file) "
    "FROM meta m WHERE m.file_bytes <> (SELECT coalesce(sum(size), 0) FROM file)",
};

const char *
sql_text(enum sql which)
{
	return texts[which];
}
