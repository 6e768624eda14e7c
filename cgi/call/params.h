#ifndef CGI_CALL_PARAMS_H
#define CGI_CALL_PARAMS_H

#include "call/call.h"
#include "proto/query.h"

/* Reads the query into the fields.  A problem is named. */
enum status params_read(struct call *c, struct query_field *fields, size_t n);
/*
 * A field that is a number within its range; `*out` stays where it was not
 * given.  A problem is named.
 */
enum status params_number(struct call *c, const struct query_field *field,
    uint64_t min, uint64_t max, int64_t *out);

#endif
