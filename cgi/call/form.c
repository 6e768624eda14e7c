#include "call/form.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "auth/digest.h"
#include "auth/origin.h"
#include "auth/token.h"
#include "base/clock.h"
#include "call/site.h"
#include "proto/html.h"
#include "proto/query.h"

/* Bytes of a short value with its NUL. */
#define SHORT_SIZE	KEY_SIZE

/* Characters of a key's beginning, which is the time. */
#define KEY_TIME	11
/* Bytes of a digest that end it, in hexadecimal. */
#define KEY_BYTES	16

struct form {
	struct query_field	 field[FORM_NAMES];
	char			 brief[FORM_TITLE][SHORT_SIZE];
	char			*lengthy;	/* the others' values */
};

static const char *const names[FORM_NAMES] = {
	[FORM_TOKEN] = "token",
	[FORM_KEY] = "key",
	[FORM_DO] = "do",
	[FORM_NOTE] = "note",
	[FORM_ITEM] = "item",
	[FORM_REV] = "rev",
	[FORM_KIND] = "kind",
	[FORM_COLOR] = "color",
	[FORM_TITLE] = "title",
	[FORM_TEXT] = "text",
	[FORM_LINK] = "link",
};

const char *
form_field(enum form_name name)
{
	return names[name];
}

const char *
form_value(const struct form *f, enum form_name name)
{
	return f->field[name].dst;
}

bool
form_has(const struct form *f, enum form_name name)
{
	return f->field[name].seen;
}

/* A form with room for the values of a body of `len` bytes. */
static struct form *
new_form(size_t len)
{
	struct form *f = calloc(1, sizeof(*f));
	size_t i, size = len + 1;

	if (f == NULL)
		return NULL;
	f->lengthy = malloc((FORM_NAMES - FORM_TITLE) * size);
	if (f->lengthy == NULL) {
		free(f);
		return NULL;
	}
	for (i = 0; i < FORM_NAMES; i++)
		f->field[i] = i < FORM_TITLE ?
		    (struct query_field){ .name = names[i],
		    .dst = f->brief[i], .size = SHORT_SIZE } :
		    (struct query_field){ .name = names[i],
		    .dst = f->lengthy + (i - FORM_TITLE) * size, .size = size };
	return f;
}

void
form_free(struct form *f)
{
	if (f != NULL)
		free(f->lengthy);
	free(f);
}

static enum status
read_form(struct call *c)
{
	struct query q;
	enum status st;
	size_t i;

	if (strcmp(c->request.media_type,
	    "application/x-www-form-urlencoded") != 0)
		return call_problem(c, PROBLEM_UNSUPPORTED_MEDIA_TYPE,
		    "send application/x-www-form-urlencoded");
	st = call_read_body(c);
	if (st)
		return st;
	c->form = new_form(c->body.len);
	if (c->form == NULL)
		return ST_NOMEM;
	query_init(&q, c->form->field, FORM_NAMES);
	query_feed(&q, c->body.data, c->body.len);
	if (query_end(&q))
		return call_problem(c, PROBLEM_BAD_REQUEST,
		    "a form: percent-encoded UTF-8, each name once");
	for (i = FORM_TITLE; i < FORM_NAMES; i++)
		html_newlines(c->form->field[i].dst);
	return ST_OK;
}

/* The secret of the request's cookie; "" where it brings none. */
static enum status
read_secret(struct call *c, struct cookie *out)
{
	char named[SESSION_NAMES][SESSION_NAME_SIZE];
	enum status st;

	st = session_names(c->service->instance, named);
	if (st == ST_OK)
		st = access_cookie(c, named, out);
	if (st || out->value[0] != '\0')
		return st;
	st = session_form_names(c->service->instance, named);
	return st ? st : access_cookie(c, named, out);
}

static enum status
check_token(struct call *c)
{
	struct cookie secret;
	char wanted[ID_SIZE];
	enum status st;

	st = read_secret(c, &secret);
	if (st == ST_OK)
		st = token_derive("form", secret.value, wanted);
	if (st)
		return st;
	if (secret.value[0] == '\0' ||
	    strlen(form_value(c->form, FORM_TOKEN)) != ID_LEN ||
	    !token_equal(form_value(c->form, FORM_TOKEN), wanted))
		return call_problem(c, PROBLEM_FORM_REFUSED,
		    "open the page again; it needs its cookie");
	return ST_OK;
}

/* "null" says nothing of who sends it, and the token says enough. */
static enum status
check_origin(struct call *c)
{
	const char *origin = exchange_env(c->x, "HTTP_ORIGIN");

	if (origin[0] == '\0' || strcmp(origin, "null") == 0 ||
	    origin_allowed(origin, c->service->config->origins,
	    c->request.host, c->request.https))
		return ST_OK;
	return call_problem(c, PROBLEM_ORIGIN_REFUSED, "%s",
	    "not one of this service");
}

enum status
form_take(struct call *c, const struct claim *claim)
{
	enum status st;

	if (claim->who.link != NULL)
		return call_problem(c, PROBLEM_FORM_REFUSED,
		    "forms go with a cookie; scripts have the API");
	st = check_origin(c);
	if (st == ST_OK)
		st = read_form(c);
	return st ? st : check_token(c);
}

enum status
form_op_key(struct call *c, char key[KEY_SIZE])
{
	const char *from = form_value(c->form, FORM_KEY);
	unsigned char digest[DIGEST_SIZE];
	enum status st;
	int i, n;

	key[0] = '\0';
	if (!op_is_key(from))
		return call_problem(c, PROBLEM_INVALID, "key: the page's own");
	st = digest_bytes(c->body.data, c->body.len, digest);
	if (st)
		return st;
	n = snprintf(key, KEY_SIZE, "%.*s-", KEY_TIME, from);
	for (i = 0; i < KEY_BYTES; i++)
		n += snprintf(key + n, KEY_SIZE - (size_t)n, "%02x", digest[i]);
	return ST_OK;
}

enum status
form_new_key(char key[KEY_SIZE])
{
	char id[ID_SIZE];
	enum status st;

	st = token_new_id(id);
	(void)snprintf(key, KEY_SIZE, "%0*" PRIx64 "-%s", KEY_TIME,
	    (uint64_t)clock_wall_ms(), id);
	return st;
}

/* A secret of the answer's own, once: a page may begin and a problem end it. */
static enum status
bring_secret(struct call *c)
{
	char path[SITE_PATH_SIZE];
	struct session_site site;
	enum status st;

	if (c->form_secret[0] != '\0')
		return ST_OK;
	st = token_new_handle(c->form_secret);
	if (st)
		return st;
	site = site_cookies(c, path);
	buf_adds(&c->head, "Set-Cookie: ");
	session_form_set(&c->head, &site, c->form_secret);
	buf_adds(&c->head, "\r\n");
	return ST_OK;
}

enum status
form_token(struct call *c, char token[ID_SIZE])
{
	struct cookie secret;
	enum status st;

	token[0] = '\0';
	st = read_secret(c, &secret);
	if (st)
		return st;
	if (secret.value[0] != '\0')
		return token_derive("form", secret.value, token);
	st = bring_secret(c);
	return st ? st : token_derive("form", c->form_secret, token);
}
