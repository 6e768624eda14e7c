#ifndef CODEC_JSON_SPLIT_H
#define CODEC_JSON_SPLIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/problem.h"
#include "base/status.h"
#include "codec/json_check.h"

/*
 * Takes a JSON text of any size apart while it comes in pieces: one object,
 * whose members are handed out whole, but arrays element by element.  All of
 * the text passes json_check.h first, so what is handed out is strict JSON, and
 * nothing after a fault is handed out.  Where the pieces are cut makes no
 * difference, but for which fault is named where a value is both too large and
 * malformed.  Memory: one value of at most `value_max` bytes.
 *
 * One string may be longer than that: what stands under the name `long_name`
 * in an element that is an object comes in pieces of its own, and its element
 * then has "" in its place.
 *
 * Names are compared as they are written; one with an escape is another name.
 */

/* Bytes of a member's name with its NUL; a longer one is handed out cut. */
#define JSON_SPLIT_NAME	64

struct json_split_sink {
	/* A member; of an array only its "[", before its elements. */
	enum status	(*member)(void *arg, const char *name,
			    const char *text, size_t n);
	/* An element of the array `name`.  `text` has a NUL behind it. */
	enum status	(*element)(void *arg, const char *name,
			    const char *text, size_t n);
	/* Bytes of the long string as they are written, before its element. */
	enum status	(*piece)(void *arg, const char *text, size_t n);
	void		*arg;
};

struct json_split_options {
	struct json_limits	 limits;
	size_t			 value_max;
	const char		*long_name;	/* NULL: none */
};

enum json_split_state {
	JSON_SPLIT_BEFORE = 0,
	JSON_SPLIT_OBJECT,	/* where a name may come */
	JSON_SPLIT_NAMED,	/* in a name */
	JSON_SPLIT_COLON,	/* before a member's value */
	JSON_SPLIT_ARRAY,	/* where an element may come */
	JSON_SPLIT_VALUE,	/* in a member's value or an element */
	JSON_SPLIT_AFTER,
};

struct json_split {
	/* private */
	struct json_check		 check;
	struct json_split_options	 o;
	struct json_split_sink		 sink;
	enum json_split_state		 state;
	enum status			 st;	/* sticks */
	char				 name[JSON_SPLIT_NAME];
	size_t				 name_len;
	bool				 in_array;
	struct buf			 value;
	size_t				 depth;		/* in the value */
	bool				 in_string;
	bool				 escaped;	/* after its backslash */
	bool				 at_name;	/* a string would be one */
	size_t				 string;	/* where it began */
	bool				 is_long;	/* of the name last read */
	bool				 in_long;
};

void json_split_init(struct json_split *s,
    const struct json_split_options *o, const struct json_split_sink *sink);
void json_split_fini(struct json_split *s);

/*
 * Takes the next piece.  ST_INVALID with `*why`: a fault of the JSON, or no
 * object; ST_TOOBIG with `*why`: a value past the limit; ST_NOMEM; or what the
 * sink returned, which ends it.  A failure sticks.
 */
enum status json_split_feed(struct json_split *s, const char *bytes, size_t n,
    struct problem *why);
/* The text is over: the same, also when it is not whole. */
enum status json_split_end(struct json_split *s, struct problem *why);

#endif
