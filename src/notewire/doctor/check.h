#ifndef NOTEWIRE_DOCTOR_CHECK_H
#define NOTEWIRE_DOCTOR_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "notewire/doctor/ask.h"
#include "notewire/doctor/trouble.h"
#include "notewire/net/exchange.h"

/* One visit of the doctor's, and what its checks share. */

#define DOCTOR_TEXT	512
#define DOCTOR_MADE	64

enum level {
	LEVEL_OK = 0,
	LEVEL_SKIP,		/* it could not be tried, or does not apply */
	LEVEL_WARN,
	LEVEL_FAIL,
};

/* What a check needs, each with all before it. */
enum need {
	NEED_NOTHING = 0,
	NEED_ANSWER,		/* something answers there */
	NEED_API,		/* it is the responder */
	NEED_BOARD,		/* a board, and a link that writes there */
	NEED_SOCKET,		/* a daemon, which takes WebSockets */
	NEED_OPEN,		/* one of which was open */
	NEED_PAGE,		/* and a page of this host may open it */
};

struct doctor;

struct check {
	const char	*name;
	const char	*proves;
	enum need	 need;
	bool		 each_version;	/* of HTTP */
	void		(*run)(struct doctor *d);
};

extern const struct check doctor_checks[];
extern const size_t doctor_checks_n;

/* What the check under way has found. */
struct result {
	const struct check	*check;
	enum level		 level;
	char			 text[DOCTOR_TEXT];	/* of the worst */
	enum trouble		 trouble[TROUBLES];
	size_t			 troubles;
	int64_t			 began_us;
};

struct doctor {
	struct exchanges		*http[HTTP_2 + 1];	/* connections of each */
	const char		*ca_file;
	bool			 patient;	/* --long */
	/* where */
	char			 origin[300];	/* "https://host:port" */
	char			 mount[300];	/* "/notewire"; "" at the root */
	bool			 https;
	bool			 local;		/* the server is on this machine */
	bool			 speaks_h2;
	enum server		 server;
	char			 server_name[128];
	/* with what */
	bool			 answers;
	bool			 api;
	bool			 own;		/* the board is ours */
	char			 board[ID_SIZE];
	char			 token[TOKEN_SIZE];
	char			 link[640];	/* what its links begin with */
	char			 credential[512];	/* lines … */
	char			 credential_origin[400]; /* … "" for none */
	bool			 writes;
	bool			 daemon;
	bool			 socket_opens;
	bool			 page_opens;
	char			 made[DOCTOR_MADE][ID_SIZE];	/* notes, to delete */
	size_t			 made_n;
	char			 file[ID_SIZE];	/* an attachment, to delete; or "" */
	/* how it goes */
	enum http_version	 version;
	struct result		 now;
};

/* The checks, a file a family. */
void check_server(struct doctor *d);
void check_certificate(struct doctor *d);
void check_page(struct doctor *d);
void check_redirect(struct doctor *d);
void check_types(struct doctor *d);
void check_page_headers(struct doctor *d);
void check_bundle(struct doctor *d);
void check_compression(struct doctor *d);

void check_board(struct doctor *d);
void check_links(struct doctor *d);
void check_clock(struct doctor *d);
void check_conditions(struct doctor *d);
void check_query(struct doctor *d);
void check_resume_header(struct doctor *d);
void check_paths(struct doctor *d);
void check_address(struct doctor *d);

void check_json_body(struct doctor *d);
void check_attachment(struct doctor *d);
void check_ranges(struct doctor *d);
void check_import(struct doctor *d);
void check_endless_body(struct doctor *d);

void check_poll(struct doctor *d);
void check_longpoll(struct doctor *d);
void check_eventsource(struct doctor *d);
void check_continuous(struct doctor *d);
void check_htmlfile(struct doctor *d);
void check_leaving(struct doctor *d);
void check_idle(struct doctor *d);

void check_socket(struct doctor *d);
void check_socket_origin(struct doctor *d);
void check_socket_address(struct doctor *d);

/* Deletes what the visit made. */
void doctor_clean(struct doctor *d);

#endif
