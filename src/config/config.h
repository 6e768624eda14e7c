#ifndef CONFIG_CONFIG_H
#define CONFIG_CONFIG_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/status.h"

/*
 * The configuration of every program.  One table (keys.c) defines each key:
 * section, name, type, default, range, help, and its place here.
 */
enum create_policy {
	CREATE_ANYONE = 0,
	CREATE_TOKEN,
	CREATE_CLI,
};

/* A set of keys fits into the bits of a uint64_t. */
#define CONFIG_KEYS_MAX	64

/* Strings belong to the configuration; numbers are bytes, milliseconds or counts. */
struct config {
	/* [store] */
	char		*data_dir;
	int64_t		 readers;	/* read connections a process */
	int64_t		 log_rows;	/* a board */
	int64_t		 log_age_ms;
	int64_t		 revisions;	/* a note */
	int64_t		 key_age_ms;
	int64_t		 disk_floor;	/* bytes that stay free */
	/* [http] */
	char		*url;		/* of the app, "" to take it from the request */
	char		*origins;	/* separated by spaces, "" for the own host */
	char		*ice_servers;	/* separated by spaces, "" for none */
	int64_t		 threads;
	int64_t		 holds;		/* held responses a data directory */
	int64_t		 holds_address;	/* of them, by one address */
	int64_t		 holds_session;	/* of them, by one session or link */
	int64_t		 io_timeout_ms;	/* without progress on a connection */
	/* [feed] */
	int64_t		 heartbeat_ms;
	int64_t		 longpoll_ms;
	int64_t		 retry_min_ms;
	int64_t		 retry_max_ms;
	int64_t		 max_age_ms;	/* of a held response of a CGI run */
	/* [board] */
	int64_t		 create;	/* enum create_policy */
	char		*create_token;
	int64_t		 create_per_hour; /* by one address */
	int64_t		 session_age_ms;
	/* [limit] */
	int64_t		 note_bytes;
	int64_t		 body_bytes;
	int64_t		 import_bytes;
	int64_t		 json_depth;
	int64_t		 json_values;
	int64_t		 header_bytes;
	int64_t		 header_lines;
	int64_t		 file_bytes;
	int64_t		 board_bytes;	/* of all files of a board */
	int64_t		 store_bytes;	/* of all files */
	/* [daemon] */
	char		*run_dir;	/* of the sockets */
	char		*responder;	/* its socket, "" for the usual one */
	char		*listen;	/* address:port…, separated by spaces */
	char		*listen_tls;	/* the same */
	char		*certificate;	/* a file, "" for none */
	char		*key;		/* the same */
	char		*status;	/* its socket, "" for the usual one */
	char		*handover_uids;	/* numbers or names, by spaces */
	int64_t		 connections;
	int64_t		 connections_tls;
	int64_t		 connections_board;
	int64_t		 connections_address;
	int64_t		 connections_session;
	int64_t		 messages_per_second; /* of one WebSocket */
	int64_t		 messages_burst;
	int64_t		 unsent_bytes;	/* of one subscriber */
	int64_t		 stall_ms;	/* without progress of a reader */
	int64_t		 ping_ms;
	int64_t		 pong_ms;
	int64_t		 header_timeout_ms;
	int64_t		 drain_ms;
	bool		 io_uring;
	/* [sandbox] */
	bool		 sandbox_use;
	bool		 sandbox_require;
	/* [log] */
	bool		 debug;
	/* where the file is that was read, and conf.d beside it */
	char		*folder;
	/* by the table's order: file:line, a variable, "option"; NULL: default */
	char		*origin[CONFIG_KEYS_MAX];
};

/*
 * Reads, each over the one before: the table's defaults; `path`, or where that
 * is NULL $NOTEWIRE_CONF, or the compiled-in file; `conf.d/`*.conf beside that
 * file in byte order; the environment (NOTEWIRE_SECTION_KEY).  Only a file
 * that was named must exist.  ST_INVALID after printing "file:line: what is
 * wrong" for each fault to `complaints`; then nothing needs freeing.
 */
enum status config_load(const char *path, FILE *complaints, struct config *c);
/* Sets one "section.key" from text, as an option --set would. */
enum status config_set(struct config *c, const char *key, const char *value,
    FILE *complaints);
/*
 * The rules between keys.  config_load checks them; check again after the last
 * config_set.  ST_INVALID after printing each fault to `complaints`.
 */
enum status config_check(const struct config *c, FILE *complaints);
/* Accepts one that was never loaded but is all zero. */
void config_fini(struct config *c);

/* Prints every key as a file that config_load reads back to the same. */
void config_print(const struct config *c, FILE *out);

/* One key, as people see it; good until the function returns. */
struct config_entry {
	const char	*section;
	const char	*name;
	const char	*kind;		/* "size, 1K to 16M" */
	const char	*value;
	const char	*def;
	const char	*origin;	/* "default" where nothing set it */
	const char	*help;
};

typedef void config_entry_fn(void *arg, const struct config_entry *e);

/* Shows every key in the table's order.  ST_NOMEM. */
enum status config_each(const struct config *c, config_entry_fn *fn, void *arg);

#endif
