#ifndef PROTO_MEDIA_TYPE_H
#define PROTO_MEDIA_TYPE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"

/* Bytes of "type/subtype", and of a parameter's value, with the NUL. */
#define MEDIA_TYPE_SIZE		256
#define MEDIA_PARAM_SIZE	64

enum media_state {
	MEDIA_START = 0,
	MEDIA_TYPE,
	MEDIA_SLASH,
	MEDIA_SUBTYPE,
	MEDIA_AFTER,		/* a whole type or parameter, then spaces */
	MEDIA_SEMICOLON,
	MEDIA_PNAME,
	MEDIA_EQUALS,
	MEDIA_PVALUE,
	MEDIA_QUOTED,
	MEDIA_ESCAPE,
	MEDIA_UNQUOTED,		/* behind the closing quote */
	MEDIA_FAILED,
};

/*
 * A media type with its parameters (RFC 9110, 8.3.1 and 5.6.6): the type, and
 * the value of the one parameter that the caller wants, both in lower case and
 * the value unquoted.  Other parameters are checked and dropped.
 */
struct media_type {
	char			 name[MEDIA_TYPE_SIZE];	/* "text/plain" */
	char			 param[MEDIA_PARAM_SIZE];
	bool			 has_param;
	/* the parser's own */
	const char		*wanted;
	enum media_state	 state;
	size_t			 name_len;
	size_t			 param_len;
	size_t			 len;	/* of the parameter's name */
	bool			 same;	/* so far that name is the wanted one */
};

/* `wanted`, in lower case ("charset"), must outlive the parser. */
void media_type_init(struct media_type *m, const char *wanted);
void media_type_feed(struct media_type *m, const char *bytes, size_t n);
/* Whether a quoted string is open, so that a comma belongs to it. */
bool media_type_in_quotes(const struct media_type *m);
/*
 * ST_INVALID: malformed, empty, too long, or the wanted parameter twice.  Then
 * the name and the parameter are "".
 */
enum status media_type_end(struct media_type *m);

/* init, feed and end for a whole header. */
enum status media_type_parse(const char *header, const char *wanted,
    struct media_type *m);

#endif
