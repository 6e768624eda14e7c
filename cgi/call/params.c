#include "call/params.h"

enum status
params_read(struct call *c, struct query_field *fields, size_t n)
{
	if (query_parse(c->request.query, fields, n))
		return call_problem(c, PROBLEM_BAD_QUERY,
		    "percent-encoded UTF-8, each name once, none too long");
	return ST_OK;
}

enum status
params_number(struct call *c, const struct query_field *field, uint64_t min,
    uint64_t max, int64_t *out)
{
	uint64_t v;

	if (!field->seen)
		return ST_OK;
	if (str_uint(field->dst, max, &v) || v < min)
		return call_problem(c, PROBLEM_BAD_QUERY, "%s: %llu to %llu",
		    field->name, (unsigned long long)min,
		    (unsigned long long)max);
	*out = (int64_t)v;
	return ST_OK;
}
