#ifndef BASE_PROBLEM_H
#define BASE_PROBLEM_H

#include "base/status.h"

/*
 * The one list of what can be wrong with a request (RFC 9457): the slug of
 * "urn:notewire:<slug>", the HTTP status, the title.
 */
#define PROBLEM_LIST(X)							\
	X(BAD_REQUEST, "bad-request", 400, "The request is malformed")	\
	X(BAD_PATH, "bad-path", 400, "The path is malformed")		\
	X(BAD_QUERY, "bad-query", 400, "The query is malformed")	\
	X(BAD_HEADER, "bad-header", 400, "A header is malformed")	\
	X(BAD_JSON, "bad-json", 400, "The body is not strict JSON")	\
	X(BAD_CURSOR, "bad-cursor", 400, "That is no cursor")		\
	X(TRUNCATED, "truncated", 400, "The body ended early")		\
	X(SESSION_EXPIRED, "session-expired", 401, "The session has expired") \
	X(FORBIDDEN, "forbidden", 403, "This link does not allow that")	\
	X(ORIGIN_REFUSED, "origin-refused", 403, "Requests from that origin are refused") \
	X(FORM_REFUSED, "form-refused", 403, "That form is not from this page, or it is too old") \
	X(NOT_FOUND, "not-found", 404, "There is nothing here")		\
	X(NO_PEER, "no-peer", 404, "That peer is not there")		\
	X(METHOD_NOT_ALLOWED, "method-not-allowed", 405, "That method does not apply here") \
	X(TIMEOUT, "timeout", 408, "The body came too slowly")		\
	X(EXISTS, "exists", 409, "That id is taken")			\
	X(PRECONDITION_FAILED, "precondition-failed", 412, "It has changed meanwhile") \
	X(QUOTA_EXCEEDED, "quota-exceeded", 413, "There is no room for that file") \
	X(TOO_LARGE, "too-large", 413, "That is larger than the limit")	\
	X(UNSUPPORTED_MEDIA_TYPE, "unsupported-media-type", 415, "That media type is not taken here") \
	X(BAD_RANGE, "bad-range", 416, "The file has no such bytes")	\
	X(INVALID, "invalid", 422, "The content breaks a rule")		\
	X(KEY_REUSED, "key-reused", 422, "That key was used with other content") \
	X(PRECONDITION_REQUIRED, "precondition-required", 428, "Say which revision you mean") \
	X(RATE_LIMITED, "rate-limited", 429, "Too many; come back later") \
	X(HEADERS_TOO_LARGE, "headers-too-large", 431, "The headers are too large") \
	X(INTERNAL, "internal", 500, "Something failed here")		\
	X(NOT_IMPLEMENTED, "not-implemented", 501, "This service does not offer that") \
	X(BUSY, "busy", 503, "No room at the moment")			\
	X(READ_ONLY, "read-only", 503, "The store cannot be written")	\
	X(DISK_FULL, "disk-full", 507, "The disk is full")

enum problem_kind {
	PROBLEM_NONE = 0,
#define X(name, slug, http, title)	PROBLEM_##name,
	PROBLEM_LIST(X)
#undef X
};

/* One occurrence; `detail` says for a person what and where. */
struct problem {
	enum problem_kind	kind;
	char			detail[200];
};

/* Fills `*p`; a detail that is too long is cut.  Returns ST_INVALID. */
enum status problem_set(struct problem *p, enum problem_kind kind,
    const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* For PROBLEM_NONE: "", 200, "". */
const char *problem_slug(enum problem_kind kind);
int problem_http(enum problem_kind kind);
const char *problem_title(enum problem_kind kind);
/* How a failed call shows itself outside; PROBLEM_NONE for ST_OK. */
enum problem_kind problem_of_status(enum status st);

#endif
