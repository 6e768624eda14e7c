#ifndef STORE_SQLITE_SCHEMA_H
#define STORE_SQLITE_SCHEMA_H

#include <stddef.h>

/* sql/NNNN_name.sql, in order, embedded at build time. */
struct schema_step {
	int		 version;
	const char	*name;
	const char	*sql;
};

extern const struct schema_step schema_steps[];
extern const size_t schema_steps_n;

#endif
