#ifndef CONFIG_CONFIG_PRIV_H
#define CONFIG_CONFIG_PRIV_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/status.h"
#include "config/config.h"

/* What a key's text means, and where it goes in struct config. */
enum key_type {
	KEY_TEXT,	/* char *, may be "" */
	KEY_PATH,	/* char *, absolute */
	KEY_FILE,	/* the same, or "" */
	KEY_URL,	/* char *, http or https, or "" */
	KEY_ICE,	/* char *, stun and turn servers, or "" */
	KEY_COUNT,	/* int64_t */
	KEY_SIZE,	/* int64_t bytes; "64K": K, M, G, T are powers of 1024 */
	KEY_DURATION,	/* int64_t milliseconds; "15s": ms, s, m, h, d */
	KEY_ENUM,	/* int64_t, the place of a word in `words` */
	KEY_BOOL,	/* bool; yes, no */
};

struct config_key {
	const char		*section;
	const char		*name;
	enum key_type		 type;
	const char		*def;	/* as it would stand in a file */
	int64_t			 min;	/* of numbers, both included */
	int64_t			 max;
	const char *const	*words;	/* of KEY_ENUM, ended by NULL */
	size_t			 offset; /* in struct config */
	const char		*help;
};

/* The one table.  Keys of a section stand together. */
extern const struct config_key config_keys[];
extern const size_t config_keys_n;

/* NULL when there is none. */
const struct config_key *config_key_find(const char *section, const char *name);
/* Whether any key has that section. */
int config_section_known(const char *section);

/*
 * Bounds of a text, so that what is printed can be read again: libinih takes
 * lines of at most INI_LINE bytes and joins continued ones.
 */
#define TEXT_MAX	4000
#define TEXT_WORD_MAX	180
#define INI_LINE	198

/*
 * Puts the value into `c`, freeing what was there.  ST_INVALID with what is
 * wrong appended to `why`, ST_NOMEM; then `c` is unchanged.
 */
enum status config_value_set(struct config *c, const struct config_key *k,
    const char *text, struct buf *why);
/* What a text has of memory. */
void config_value_free(struct config *c, const struct config_key *k);
/* Remembers where a value came from.  ST_NOMEM. */
enum status config_note_origin(struct config *c, const struct config_key *k,
    const char *where);
/* Appends what a key takes: "size, 1K to 16M". */
void config_kind_print(const struct config_key *k, struct buf *out);
/* Appends the value in the form that config_value_set takes. */
void config_value_print(const struct config *c, const struct config_key *k,
    struct buf *out);

/*
 * Reads one file over `c`, printing each fault as "file:line: ...".
 * ST_NOTFOUND without a word when there is no such file; ST_INVALID.
 */
enum status config_file_read(struct config *c, const char *path,
    FILE *complaints);

#endif
