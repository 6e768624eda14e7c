#ifndef NOTEWIRE_DOCTOR_ASK_H
#define NOTEWIRE_DOCTOR_ASK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "auth/token.h"
#include "base/cursor.h"
#include "notewire/doctor/trouble.h"
#include "notewire/net/exchange.h"

/* What checks say, and how they ask the service. */
struct doctor;

/* What an answer may take, and a change on its way to a held feed. */
#define DOCTOR_ASK_MS	20000
#define DOCTOR_FLOW_MS	3000

/* The check is worse than it was; the first of the worst is told. */
void doctor_fail(struct doctor *d, enum trouble t, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void doctor_warn(struct doctor *d, enum trouble t, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void doctor_skip(struct doctor *d, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* What a check that went well has to say; the last word counts. */
void doctor_note(struct doctor *d, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* A request of a check's. */
struct ask {
	const char	*method;	/* NULL: GET */
	const char	*path;		/* behind the mount: "/api/health" */
	bool		 plain;		/* HTTP/1.1, and no credential */
	const char	*type;		/* of the body */
	const void	*body;
	size_t		 len;		/* 0: that of the string */
	uint64_t	 announced;	/* as exchange_request */
	const char	*line[4];	/* more of the head */
};

/* Begins it; the caller drops it.  NULL is told of: no memory. */
struct exchange *doctor_send(struct doctor *d, const struct ask *a);
/* The same, and waits for its end; one with status 0 had no answer. */
struct exchange *doctor_ask(struct doctor *d, const struct ask *a);
/* The status alone, the answer dropped; 0: none. */
int doctor_status(struct doctor *d, const struct ask *a);

/* Whether the answer is the responder's own, not the web server's. */
bool doctor_is_problem(const struct exchange *e);
/* Whether the field begins with that text, in any case. */
bool doctor_field_begins(const struct exchange *e, const char *name,
    const char *text);

/*
 * Makes a note of that text, by any id; it is deleted at the end.  False, and
 * told of: it was not taken.
 */
bool doctor_write(struct doctor *d, const char *text, char id[ID_SIZE]);
/* A note of that id may be there, to be deleted at the end. */
void doctor_made(struct doctor *d, const char *id);
/* The cursor after the newest change.  False, and told of. */
bool doctor_head(struct doctor *d, char at[CURSOR_TEXT]);
/* The host that was asked, without its port. */
void doctor_host(const struct doctor *d, char *out, size_t size);
/* Milliseconds, for people. */
double doctor_ms(int64_t us);

#endif
