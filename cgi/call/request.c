#include "call/request.h"

#include <string.h>

#include "base/str.h"
#include "proto/handover.h"
#include "proto/media_type.h"

static const char *const names[] = {
	[METHOD_GET] = "GET",
	[METHOD_HEAD] = "HEAD",
	[METHOD_POST] = "POST",
	[METHOD_PUT] = "PUT",
	[METHOD_PATCH] = "PATCH",
	[METHOD_DELETE] = "DELETE",
	[METHOD_OTHER] = "",
};

bool
method_is_safe(enum method m)
{
	return m == METHOD_GET || m == METHOD_HEAD;
}

const char *
method_name(enum method m)
{
	return names[m];
}

static enum method
read_method(const char *text)
{
	enum method m;

	for (m = METHOD_GET; m < METHOD_OTHER; m++)
		if (strcmp(text, names[m]) == 0)
			break;
	return m;
}

/* Header lines arrive as HTTP_… variables: their number and size. */
static enum status
check_size(const struct exchange *x, const struct config *config,
    struct problem *why)
{
	int64_t bytes = 0, lines = 0;
	char *const *at;

	for (at = x->env; *at != NULL; at++) {
		if (strncmp(*at, "HTTP_", 5) != 0)
			continue;
		bytes += (int64_t)strlen(*at);
		lines++;
	}
	if (bytes <= config->header_bytes && lines <= config->header_lines)
		return ST_OK;
	return problem_set(why, PROBLEM_HEADERS_TOO_LARGE,
	    "at most %lld bytes in %lld lines", (long long)config->header_bytes,
	    (long long)config->header_lines);
}

static enum status
read_etags(const struct exchange *x, const char *variable, const char *name,
    struct etag_list *list, struct problem *why)
{
	const char *text = exchange_env(x, variable);

	memset(list, 0, sizeof(*list));
	if (text[0] == '\0' || etag_parse(text, list) == ST_OK)
		return ST_OK;
	return problem_set(why, PROBLEM_BAD_HEADER, "%s", name);
}

static enum status
read_headers(const struct exchange *x, struct request *r, struct problem *why)
{
	const char *type = exchange_env(x, "CONTENT_TYPE");
	const char *key = exchange_env(x, "HTTP_IDEMPOTENCY_KEY");
	struct media_type media;

	if (type[0] != '\0') {
		if (media_type_parse(type, "charset", &media) ||
		    str_copy(r->media_type, sizeof(r->media_type), media.name))
			return problem_set(why, PROBLEM_BAD_HEADER,
			    "Content-Type");
		r->other_charset = media.has_param &&
		    strcmp(media.param, "utf-8") != 0;
	}
	if (key[0] != '\0' && key_parse(key, &r->key))
		return problem_set(why, PROBLEM_BAD_HEADER, "Idempotency-Key");
	if (read_etags(x, "HTTP_IF_MATCH", "If-Match", &r->if_match, why))
		return ST_INVALID;
	return read_etags(x, "HTTP_IF_NONE_MATCH", "If-None-Match",
	    &r->if_none_match, why);
}

/*
 * What the web server says of the request itself.  A length that is none must
 * not pass for "not said", and some servers put the decoded path into
 * SCRIPT_NAME, which goes into answers.
 */
static enum status
check_variables(const struct exchange *x, struct problem *why)
{
	const char *length = exchange_env(x, "CONTENT_LENGTH"), *at;
	uint64_t n;

	if (length[0] != '\0' && str_uint(length, INT64_MAX, &n))
		return problem_set(why, PROBLEM_BAD_HEADER, "Content-Length");
	for (at = exchange_env(x, "SCRIPT_NAME"); *at != '\0'; at++)
		if (*at <= ' ' || *at > '~' || *at == '"' || *at == '\\')
			return problem_set(why, PROBLEM_BAD_PATH,
			    "the mount holds what a URL cannot");
	return ST_OK;
}

enum status
request_read(const struct exchange *x, const struct config *config,
    struct request *r, struct problem *why)
{
	enum status st;

	memset(r, 0, sizeof(*r));
	r->method = read_method(exchange_env(x, "REQUEST_METHOD"));
	r->query = exchange_env(x, "QUERY_STRING");
	r->host = exchange_env(x, "HTTP_HOST");
	r->address = exchange_env(x, "REMOTE_ADDR");
	r->https = strcasecmp(exchange_env(x, "HTTPS"), "on") == 0 ||
	    strcmp(exchange_env(x, "REQUEST_SCHEME"), "https") == 0;
	r->socket = exchange_env(x, HANDOVER_PARAM)[0] != '\0' &&
	    exchange_is_ours(x);
	st = check_size(x, config, why);
	if (st == ST_OK)
		st = check_variables(x, why);
	if (st)
		return st;
	if (path_parse(exchange_env(x, "PATH_INFO"), &r->path))
		return problem_set(why, PROBLEM_BAD_PATH,
		    "segments of A-Z, a-z, 0-9, - and _, without a slash at the end");
	return read_headers(x, r, why);
}
