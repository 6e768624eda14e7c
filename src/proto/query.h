#ifndef PROTO_QUERY_H
#define PROTO_QUERY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"
#include "base/utf8.h"

/* Pairs of one query, wanted or not. */
#define QUERY_PAIRS	32
/* Bytes of a wanted name with its NUL; a longer one is nobody's. */
#define QUERY_NAME_SIZE	32

/* One name that the caller wants, and where its value goes. */
struct query_field {
	const char	*name;
	char		*dst;	/* the caller's; "" when not seen */
	size_t		 size;	/* of dst, the NUL included; not 0 */
	bool		 seen;
};

/*
 * application/x-www-form-urlencoded (URL Living Standard, 5.1), strictly:
 * "+" is a space, %HH a byte.  Refused are: a broken %HH, %00, a name or value
 * that is no UTF-8, a raw control byte or space, more than QUERY_PAIRS pairs,
 * a wanted name twice, a value that does not fit its buffer.  Names that
 * nobody wants are read and dropped; a pair without "=" has the value "".
 */
struct query {
	struct query_field	*fields;
	size_t			 nfields;
	/* the parser's own */
	bool			 failed;
	bool			 in_value;
	unsigned		 hex_need;	/* digits of %HH to come */
	unsigned		 hex;
	size_t			 pairs;
	struct utf8		 utf8;
	char			 name[QUERY_NAME_SIZE];
	size_t			 name_len;	/* QUERY_NAME_SIZE: too long */
	struct query_field	*field;		/* the value's, or NULL */
	size_t			 value_len;
};

/* The fields must outlive the parser; `seen` and `dst` are cleared. */
void query_init(struct query *q, struct query_field *fields, size_t nfields);
void query_feed(struct query *q, const char *bytes, size_t n);
/* ST_INVALID as said above; then no field is seen. */
enum status query_end(struct query *q);

/* All three for a whole string, without its "?". */
enum status query_parse(const char *text, struct query_field *fields,
    size_t nfields);

#endif
