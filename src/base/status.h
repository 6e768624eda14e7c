#ifndef BASE_STATUS_H
#define BASE_STATUS_H

/*
 * What a call came to, said by what the caller can do about it.  Zero is
 * success, so `if (st)` reads as "it failed".  base/problem.c maps each value
 * to an HTTP answer; -Wswitch-enum keeps that table complete.
 */
enum status {
	ST_OK = 0,
	ST_NOMEM,	/* out of memory: give up this piece of work */
	ST_INVALID,	/* the input breaks a rule: do not retry it */
	ST_TOOBIG,	/* the input passes a declared limit */
	ST_NOTFOUND,	/* no such thing, or none that may be seen */
	ST_DENIED,	/* known, but the role does not reach */
	ST_EXPIRED,	/* the credential was good once */
	ST_CONFLICT,	/* it changed meanwhile: read it again */
	ST_REUSED,	/* an idempotency key came with other content */
	ST_GONE,	/* the cursor's past, or the note, is there no more */
	ST_LIMIT,	/* a quota or rate is used up: come back later */
	ST_BUSY,	/* no room at the moment: come back soon */
	ST_FULL,	/* no space on the disk: writes wait for the owner */
	ST_READONLY,	/* the data cannot be written at all */
	ST_NEWER,	/* the data belongs to a newer program */
	ST_CLOSED,	/* the other side has left */
	ST_TIMEOUT,	/* the other side was too slow */
	ST_IO,		/* the system failed in another way; it was logged */
};

/* The value's name without its prefix, lower case: "notfound".  Static. */
const char *status_name(enum status st);

/* What a program ends with (sysexits.h) that could not go on for that reason. */
int status_exit(enum status st);

/* What a failed file operation came to (errno(3)); ST_IO for what is not listed. */
enum status status_of_errno(int why);

#endif
