#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/str.h"
#include "codec/json.h"
#include "notewire/doctor/check.h"

#define URL_MAX		2048
#define LINES		10

static void worsen(struct doctor *d, enum level level, enum trouble t,
    const char *fmt, va_list ap) __attribute__((format(printf, 4, 0)));

static void
worsen(struct doctor *d, enum level level, enum trouble t, const char *fmt,
    va_list ap)
{
	struct result *r = &d->now;

	if (t != TROUBLE_OTHER && r->troubles < TROUBLES)
		r->trouble[r->troubles++] = t;
	if (level <= r->level && r->level != LEVEL_OK)
		return;
	r->level = level;
	(void)vsnprintf(r->text, sizeof(r->text), fmt, ap);
}

void
doctor_fail(struct doctor *d, enum trouble t, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	worsen(d, LEVEL_FAIL, t, fmt, ap);
	va_end(ap);
}

void
doctor_warn(struct doctor *d, enum trouble t, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	worsen(d, LEVEL_WARN, t, fmt, ap);
	va_end(ap);
}

void
doctor_skip(struct doctor *d, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	worsen(d, LEVEL_SKIP, TROUBLE_OTHER, fmt, ap);
	va_end(ap);
}

void
doctor_note(struct doctor *d, const char *fmt, ...)
{
	va_list ap;

	if (d->now.level != LEVEL_OK)
		return;
	va_start(ap, fmt);
	(void)vsnprintf(d->now.text, sizeof(d->now.text), fmt, ap);
	va_end(ap);
}

double
doctor_ms(int64_t us)
{
	return (double)us / 1000;
}

void
doctor_host(const struct doctor *d, char *out, size_t size)
{
	const char *name = strstr(d->origin, "://") + 3;
	const char *port = strrchr(name, ':');

	if (port == NULL || port[strlen(port) - 1] == ']')
		port = name + strlen(name);
	(void)snprintf(out, size, "%.*s", (int)(port - name), name);
}

struct exchange *
doctor_send(struct doctor *d, const struct ask *a)
{
	const char *line[LINES + 1] = { NULL };
	char url[URL_MAX], type[128];
	struct exchange_request r = { .method = a->method, .url = url,
	    .header = line, .body = a->body, .len = a->len,
	    .announced = a->announced,
	    .version = a->plain ? HTTP_1_1 : d->version };
	struct exchange *e;
	size_t n = 0, i;

	(void)snprintf(url, sizeof(url), "%s%s%s", d->origin, d->mount, a->path);
	if (a->body != NULL && a->len == 0)
		r.len = strlen(a->body);
	if (a->type != NULL) {
		(void)snprintf(type, sizeof(type), "Content-Type: %s", a->type);
		line[n++] = type;
	} else if (a->body != NULL || a->announced > 0)
		line[n++] = "Content-Type:";	/* libcurl's own, away */
	if (a->announced > 0)
		line[n++] = "Expect: 100-continue";
	else if (a->body != NULL)
		line[n++] = "Expect:";
	if (!a->plain && d->credential[0] != '\0')
		line[n++] = d->credential;
	if (!a->plain && d->credential_origin[0] != '\0')
		line[n++] = d->credential_origin;
	for (i = 0; i < sizeof(a->line) / sizeof(a->line[0]) &&
	    a->line[i] != NULL && n < LINES; i++)
		line[n++] = a->line[i];
	e = exchange_begin(d->http[r.version], &r);
	if (e == NULL)
		doctor_fail(d, TROUBLE_OTHER, "no memory");
	return e;
}

struct exchange *
doctor_ask(struct doctor *d, const struct ask *a)
{
	struct exchange *e = doctor_send(d, a);

	if (e != NULL && exchange_end(e, DOCTOR_ASK_MS) == ST_TIMEOUT)
		(void)snprintf(e->fault, sizeof(e->fault),
		    "no answer within %d s", DOCTOR_ASK_MS / 1000);
	return e;
}

int
doctor_status(struct doctor *d, const struct ask *a)
{
	struct exchange *e = doctor_ask(d, a);
	int status = e != NULL ? e->status : 0;

	exchange_drop(e);
	return status;
}

bool
doctor_field_begins(const struct exchange *e, const char *name,
    const char *text)
{
	char value[2048];

	exchange_field(e, name, value, sizeof(value));
	return strncasecmp(value, text, strlen(text)) == 0;
}

bool
doctor_is_problem(const struct exchange *e)
{
	return doctor_field_begins(e, "Content-Type",
	    "application/problem+json");
}

void
doctor_made(struct doctor *d, const char *id)
{
	if (d->made_n < DOCTOR_MADE)
		memcpy(d->made[d->made_n++], id, ID_SIZE);
}

bool
doctor_write(struct doctor *d, const char *text, char id[ID_SIZE])
{
	char path[128];
	struct buf body;
	struct ask a = { .method = "PUT", .path = path,
	    .type = "application/json", .line = { "If-None-Match: *" } };
	int status;

	if (token_new_id(id)) {
		doctor_fail(d, TROUBLE_OTHER, "no randomness here");
		return false;
	}
	(void)snprintf(path, sizeof(path), "/api/boards/%s/notes/%s", d->board,
	    id);
	buf_init(&body, 4096);
	buf_addc(&body, '{');
	json_put_member(&body, "text", text);
	buf_addc(&body, '}');
	a.body = body.data;
	a.len = body.len;
	status = doctor_status(d, &a);
	buf_fini(&body);
	if (status == 201) {
		doctor_made(d, id);
		return true;
	}
	doctor_fail(d, TROUBLE_OTHER, "a new note was answered by %d", status);
	return false;
}

bool
doctor_head(struct doctor *d, char at[CURSOR_TEXT])
{
	const struct json_limits limits = { 16, 4096 };
	struct cJSON *j = NULL;
	struct problem why;
	char path[128];
	struct exchange *e;
	const char *seq;

	(void)snprintf(path, sizeof(path),
	    "/api/boards/%s/changes?feed=normal&since=now", d->board);
	e = doctor_ask(d, &(struct ask){ .path = path });
	at[0] = '\0';
	if (e != NULL && e->status == 200 &&
	    json_parse(e->body.data, e->body.len, &limits, &j, &why) == ST_OK) {
		seq = json_string_member(j, "last_seq");
		if (seq != NULL)
			(void)str_copy(at, CURSOR_TEXT, seq);
	}
	json_free(j);
	if (at[0] == '\0')
		doctor_fail(d, TROUBLE_OTHER, "the log was answered by %d",
		    e != NULL ? e->status : 0);
	exchange_drop(e);
	return at[0] != '\0';
}
