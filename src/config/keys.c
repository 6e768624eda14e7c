#include <limits.h>
#include <string.h>

#include "config/config_priv.h"

#define K		INT64_C(1024)
#define M		(1024 * K)
#define G		(1024 * M)
#define T		(1024 * G)
#define MS		INT64_C(1)
#define SEC		(1000 * MS)
#define MIN		(60 * SEC)
#define HOUR		(60 * MIN)
#define DAY		(24 * HOUR)

#define AT(member)	offsetof(struct config, member)
#define TEXT(s, n, type, def, member, help)				\
	{ s, n, type, def, 0, 0, NULL, AT(member), help }
#define NUMBER(s, n, type, def, min, max, member, help)			\
	{ s, n, type, def, min, max, NULL, AT(member), help }
#define ENUM(s, n, words, def, member, help)				\
	{ s, n, KEY_ENUM, def, 0, 0, words, AT(member), help }

/* In the order of enum create_policy. */
static const char *const create_words[] = { "anyone", "token", "cli", NULL };

const struct config_key config_keys[] = {
	TEXT("store", "dir", KEY_PATH, LOCALSTATEDIR "/lib/notewire", data_dir,
	    "The data directory; its owner runs the programs."),
	NUMBER("store", "readers", KEY_COUNT, "4", 1, 64, readers,
	    "Connections for reading, a process."),
	NUMBER("store", "log_rows", KEY_COUNT, "10000", 1, 10000000, log_rows,
	    "Changes that a board's log keeps; up to 255 more until it is swept."),
	NUMBER("store", "log_age", KEY_DURATION, "30d", SEC, 3650 * DAY,
	    log_age_ms, "How long the log keeps them."),
	NUMBER("store", "revisions", KEY_COUNT, "100", 1, 100000, revisions,
	    "Revisions that a note keeps; up to 15 more until it is swept."),
	NUMBER("store", "key_age", KEY_DURATION, "30d", SEC, 3650 * DAY,
	    key_age_ms, "How long a repeated Idempotency-Key is known."),
	NUMBER("store", "disk_floor", KEY_SIZE, "64M", 0, T, disk_floor,
	    "Free space below which writes are refused."),

	TEXT("http", "url", KEY_URL, "", url,
	    "Address of the page, for links; empty: as the request says."),
	TEXT("http", "origins", KEY_TEXT, "", origins,
	    "Origins whose pages may write, separated by spaces; empty: the own host."),
	TEXT("http", "ice_servers", KEY_ICE, "", ice_servers,
	    "For files sent from browser to browser: stun:HOST and turn:USER:PASSWORD@HOST, separated by spaces; empty: the local network alone."),
	NUMBER("http", "threads", KEY_COUNT, "160", 1, 1024, threads,
	    "Requests served at the same time, a process."),
	NUMBER("http", "holds", KEY_COUNT, "128", 0, 4096, holds,
	    "Event streams and long-polls held at the same time, by all processes."),
	NUMBER("http", "holds_address", KEY_COUNT, "64", 1, 4096, holds_address,
	    "Of them, those of one address."),
	NUMBER("http", "holds_session", KEY_COUNT, "16", 1, 4096, holds_session,
	    "Of them, those of one session."),
	NUMBER("http", "io_timeout", KEY_DURATION, "10s", 100 * MS, HOUR,
	    io_timeout_ms, "How long a connection may stand without progress."),

	NUMBER("feed", "heartbeat", KEY_DURATION, "15s", SEC, MIN,
	    heartbeat_ms, "Between two signs of life on an event stream."),
	NUMBER("feed", "longpoll", KEY_DURATION, "25s", 100 * MS, MIN,
	    longpoll_ms, "How long a long-poll waits."),
	NUMBER("feed", "retry_min", KEY_DURATION, "500ms", MS, HOUR,
	    retry_min_ms, "Least pause that an event stream is told to make before it reconnects."),
	NUMBER("feed", "retry_max", KEY_DURATION, "30s", MS, HOUR,
	    retry_max_ms, "Greatest such pause."),
	NUMBER("feed", "max_age", KEY_DURATION, "10m", SEC, DAY, max_age_ms,
	    "After which a CGI process ends its event stream."),

	ENUM("board", "create", create_words, "anyone", create,
	    "Who may make boards: anyone, token (who knows create_token), cli (the command line)."),
	TEXT("board", "create_token", KEY_TEXT, "", create_token,
	    "At least 16 characters, for create = token."),
	NUMBER("board", "create_per_hour", KEY_COUNT, "10", 1, 1000000,
	    create_per_hour, "Boards that one address may make in an hour."),
	NUMBER("board", "session_age", KEY_DURATION, "180d", SEC, 3650 * DAY,
	    session_age_ms, "How long a browser stays signed in."),

	NUMBER("limit", "note_bytes", KEY_SIZE, "64K", K, 16 * M, note_bytes,
	    "Size of a note."),
	NUMBER("limit", "body_bytes", KEY_SIZE, "256K", K, 64 * M, body_bytes,
	    "Size of a request's body."),
	NUMBER("limit", "import_bytes", KEY_SIZE, "160M", M, T, import_bytes,
	    "Size of what a board takes back from an export."),
	NUMBER("limit", "json_depth", KEY_COUNT, "16", 4, 64, json_depth,
	    "Depth of JSON."),
	NUMBER("limit", "json_values", KEY_COUNT, "4096", 16, M, json_values,
	    "Values in one JSON text."),
	NUMBER("limit", "header_bytes", KEY_SIZE, "8K", K, 64 * K,
	    header_bytes, "Size of all header fields of a request."),
	NUMBER("limit", "header_lines", KEY_COUNT, "64", 8, 1024, header_lines,
	    "Number of them."),
	NUMBER("limit", "file_bytes", KEY_SIZE, "10M", 0, G, file_bytes,
	    "Size of an attachment; the web server has a limit of its own."),
	NUMBER("limit", "board_bytes", KEY_SIZE, "100M", 0, T, board_bytes,
	    "Size of all attachments of a board."),
	NUMBER("limit", "store_bytes", KEY_SIZE, "10G", 0, 1024 * T, store_bytes,
	    "Size of all attachments."),

	TEXT("daemon", "run_dir", KEY_PATH, RUNSTATEDIR "/notewire", run_dir,
	    "Where the programs' sockets are."),
	TEXT("daemon", "responder", KEY_FILE, "", responder,
	    "The responder's FastCGI socket; empty: fcgi.sock in run_dir."),
	TEXT("daemon", "listen", KEY_TEXT, "", listen,
	    "Addresses for WebSockets, as 192.0.2.1:80 [::1]:80 or *:80."),
	TEXT("daemon", "listen_tls", KEY_TEXT, "", listen_tls,
	    "The same, with TLS."),
	TEXT("daemon", "certificate", KEY_FILE, "", certificate,
	    "Certificate chain for listen_tls, a PEM file."),
	TEXT("daemon", "key", KEY_FILE, "", key,
	    "Its private key, a PEM file."),
	TEXT("daemon", "status", KEY_FILE, "", status,
	    "Socket for health and metrics; empty: status.sock in run_dir."),
	TEXT("daemon", "handover_uids", KEY_TEXT, "", handover_uids,
	    "Users, by number or name, that may hand over besides the owner."),
	NUMBER("daemon", "connections", KEY_COUNT, "10000", 1, M, connections,
	    "Connections held at the same time."),
	NUMBER("daemon", "connections_tls", KEY_COUNT, "2000", 0, M,
	    connections_tls, "Of them, those with TLS."),
	NUMBER("daemon", "connections_board", KEY_COUNT, "1000", 1, M,
	    connections_board, "Of them, those of one board."),
	NUMBER("daemon", "connections_address", KEY_COUNT, "64", 1, M,
	    connections_address, "Of them, those of one address."),
	NUMBER("daemon", "connections_session", KEY_COUNT, "16", 1, M,
	    connections_session, "Of them, those of one session."),
	NUMBER("daemon", "messages_per_second", KEY_COUNT, "20", 1, 100000,
	    messages_per_second, "Messages that a WebSocket may send, lastingly."),
	NUMBER("daemon", "messages_burst", KEY_COUNT, "40", 1, 100000,
	    messages_burst, "Messages that it may send at once."),
	NUMBER("daemon", "unsent_bytes", KEY_SIZE, "256K", K, 64 * M,
	    unsent_bytes, "What one WebSocket may have said that waits to be played, beside limit.body_bytes."),
	NUMBER("daemon", "stall", KEY_DURATION, "10s", 100 * MS, HOUR, stall_ms,
	    "How long a reader may stand without progress."),
	NUMBER("daemon", "ping", KEY_DURATION, "25s", SEC, HOUR, ping_ms,
	    "Between two pings on a WebSocket."),
	NUMBER("daemon", "pong", KEY_DURATION, "20s", 100 * MS, HOUR, pong_ms,
	    "Within which a ping has to be answered."),
	NUMBER("daemon", "header_timeout", KEY_DURATION, "10s", 100 * MS, HOUR,
	    header_timeout_ms, "For TLS and the header of an upgrade."),
	NUMBER("daemon", "drain", KEY_DURATION, "10s", 100 * MS, HOUR, drain_ms,
	    "How long the daemon takes at most to end its connections."),
	NUMBER("daemon", "io_uring", KEY_BOOL, "yes", 0, 1, io_uring,
	    "Whether a change is sent to many readers by one system call, where the kernel allows."),

	NUMBER("sandbox", "use", KEY_BOOL, SANDBOX_DEFAULT, 0, 1, sandbox_use,
	    "Whether the programs give up what they do not need, once they have started."),
	NUMBER("sandbox", "require", KEY_BOOL, "no", 0, 1, sandbox_require,
	    "Whether they end where the system does not let them give up all of it."),

	NUMBER("log", "debug", KEY_BOOL, "no", 0, 1, debug,
	    "Whether a line is logged for each request, and for each reader that comes and goes."),
};

const size_t config_keys_n = sizeof(config_keys) / sizeof(config_keys[0]);

_Static_assert(sizeof(config_keys) / sizeof(config_keys[0]) <=
    CONFIG_KEYS_MAX, "more keys than bits in a set");

const struct config_key *
config_key_find(const char *section, const char *name)
{
	size_t i;

	for (i = 0; i < config_keys_n; i++)
		if (strcmp(config_keys[i].section, section) == 0 &&
		    strcmp(config_keys[i].name, name) == 0)
			return &config_keys[i];
	return NULL;
}

int
config_section_known(const char *section)
{
	size_t i;

	for (i = 0; i < config_keys_n; i++)
		if (strcmp(config_keys[i].section, section) == 0)
			return 1;
	return 0;
}
