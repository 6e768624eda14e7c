#ifndef CODEC_JSON_H
#define CODEC_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/problem.h"
#include "base/status.h"
#include "codec/json_check.h"

/*
 * JSON in and out.  Numbers are read and written by strtod and printf, so the
 * program leaves LC_NUMERIC alone.
 */
struct cJSON;

/*
 * Checks the text strictly (json_check.h), then parses it.  The caller owns
 * `*out` and frees it with json_free.  ST_INVALID with `*why` filled
 * (PROBLEM_BAD_JSON; the detail names the fault and its byte), ST_NOMEM; then
 * `*out` is NULL.
 */
enum status json_parse(const char *text, size_t len,
    const struct json_limits *limits, struct cJSON **out, struct problem *why);
/* Names the fault of a check that failed (PROBLEM_BAD_JSON); ST_INVALID. */
enum status json_fault_problem(const struct json_check *c,
    struct problem *why);
/* Accepts NULL. */
void json_free(struct cJSON *j);

/*
 * Members by exact name; NULL where there is none, or `object` is NULL or no
 * object.
 */
const struct cJSON *json_member(const struct cJSON *object, const char *name);
/*
 * Whether it is an object and has no members but the `known` names (a NULL
 * ends them).  ST_INVALID with `*why` (PROBLEM_INVALID).
 */
enum status json_check_members(const struct cJSON *object,
    const char *const *known, struct problem *why);
/* The member's string; NULL where it is missing or no string. */
const char *json_string_member(const struct cJSON *object, const char *name);
/* Whether it is a number above 0. */
bool json_is_positive(const struct cJSON *v);
/* An array's elements in turn; NULL behind the last, and for what is no array. */
const struct cJSON *json_first(const struct cJSON *array);
const struct cJSON *json_next(const struct cJSON *element);

/*
 * Appends a JSON string with its quotes: `"`, `\`, control bytes, DEL, U+2028
 * and U+2029 escaped, so that the text fits on one line of any feed.
 * The input is UTF-8.
 */
void json_put_string(struct buf *b, const char *s, size_t len);
/* Appends `"name":` and the string; `name` is a plain ASCII constant. */
void json_put_member(struct buf *b, const char *name, const char *value);
/* Appends a finite number in the fewest digits that read back the same. */
void json_put_number(struct buf *b, double v);
/* Appends a whole number in decimal, with no quotes. */
void json_put_int(struct buf *b, int64_t v);
/* Appends any parsed value in compact form, by the functions above. */
void json_put_value(struct buf *b, const struct cJSON *v);

#endif
