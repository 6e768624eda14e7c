#ifndef CODEC_JSON_CHECK_H
#define CODEC_JSON_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "codec/names.h"

/*
 * A strict check of one JSON text (RFC 8259), fed in pieces, that stands
 * before cJSON: UTF-8 only and no byte-order mark, no control bytes, no
 * duplicate names in an object (compared after unescaping), no \u0000, no lone
 * surrogates, numbers by the grammar and finite as doubles, nothing after the
 * value; depth and number of values limited.
 *
 * Where the pieces are cut makes no difference.  Memory is bounded: it keeps
 * the names of the objects that are open and nothing else, at most
 * JSON_NAMES_MAX bytes and 20 a name.
 */

/* The deepest nesting that any limit can allow. */
#define JSON_DEPTH_MAX	128
/* Bytes, unescaped, of the names of all objects that are open at once. */
#define JSON_NAMES_MAX	(256 * 1024)
/* Characters of one number; cJSON reads no more of it. */
#define JSON_NUMBER_MAX	63

/* What is wrong: the name, and what it says to a person. */
#define JSON_FAULT_LIST(X)						\
	X(SYNTAX, "syntax", "a byte that cannot stand there")		\
	X(TRUNCATED, "truncated", "the text ends early")		\
	X(TRAILING, "trailing-data", "something after the value")	\
	X(BOM, "byte-order-mark", "a byte-order mark")			\
	X(UTF8, "utf-8", "invalid UTF-8")				\
	X(CONTROL, "control-byte", "a control byte")			\
	X(ESCAPE, "escape", "an unknown escape")			\
	X(NUL, "nul-escape", "an escaped NUL")				\
	X(SURROGATE, "lone-surrogate", "half of a surrogate pair")	\
	X(NUMBER, "number", "a malformed number")			\
	X(NUMBER_RANGE, "number-range", "a number past all doubles")	\
	X(NUMBER_LENGTH, "number-length", "a number of too many digits") \
	X(DUPLICATE, "duplicate-name", "a name twice in one object")	\
	X(DEPTH, "depth", "nesting past the limit")			\
	X(VALUES, "values", "values past the limit")			\
	X(NAMES, "names", "names past the limit")			\
	X(MEMORY, "memory", "no memory")

enum json_fault {
	JSON_FINE = 0,
#define X(name, slug, text)	JSON_FAULT_##name,
	JSON_FAULT_LIST(X)
#undef X
};

struct json_limits {
	int64_t	depth;	/* arrays and objects inside each other */
	int64_t	values;	/* of all kinds, in all */
};

struct json_frame {
	bool			object;	/* else an array */
	struct names_set	names;
};

struct json_check {
	enum json_fault		 fault;
	uint64_t		 at;	/* bytes taken; after a fault, its place */

	/* private */
	struct json_limits	 limits;
	struct names		 names;
	struct json_frame	 frames[JSON_DEPTH_MAX];
	size_t			 depth;
	int64_t			 values;
	int			 state;
	bool			 is_name;	/* the string being read */
	uint64_t		 token;		/* where the string or number began */
	uint64_t		 escape;	/* where the escape began */
	const char		*literal;	/* what is left of true, false, null */
	size_t			 number_len;
	char			 number[JSON_NUMBER_MAX + 1];
	unsigned		 more;		/* UTF-8 or hex digits to come */
	unsigned		 low, high;	/* range of the next UTF-8 byte */
	unsigned		 unit;		/* of \u, as far as it was read */
	unsigned		 first_unit;	/* of a surrogate pair; 0: none */
};

void json_check_init(struct json_check *c, const struct json_limits *limits);
void json_check_fini(struct json_check *c);

/*
 * Takes the next piece.  ST_INVALID from the first fault on: c->fault names
 * it, and c->at is the byte, counted from 0, that could not stand there; for
 * faults of a whole string, escape or number the byte it begins with.
 * ST_NOMEM with JSON_FAULT_MEMORY.
 */
enum status json_check_feed(struct json_check *c, const void *bytes, size_t n);
/* The text is over: the same, also when a whole value has not been seen. */
enum status json_check_end(struct json_check *c);

/* "duplicate-name" and "a name twice in one object"; "" for JSON_FINE.  Static. */
const char *json_fault_name(enum json_fault f);
const char *json_fault_text(enum json_fault f);

#endif
