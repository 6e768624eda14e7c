#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "notewire/doctor/check.h"

/* Bodies: that those within the limits pass, whole, and endless ones do not. */

#define PATH_MAX_BYTES	256
#define JSON_BYTES	((size_t)256 << 10)
#define FILE_BYTES	((size_t)10 << 20)
/* More than the attachments' limit in the snippets, and less than imports'. */
#define IMPORT_BYTES	((uint64_t)20 << 20)
#define ENDLESS_BYTES	((uint64_t)1 << 30)

static void
judge(struct doctor *d, const struct exchange *e, enum trouble t,
    const char *what)
{
	if (e->status == 413 || e->status == 0 || e->status >= 500)
		doctor_fail(d, t, "%s: %d%s%s", what, e->status,
		    doctor_is_problem(e) ? ", by the responder's own limit" :
		    ", by the web server", e->fault);
	else if (e->status / 100 != 2)
		doctor_fail(d, TROUBLE_OTHER, "%s: %d: %.*s", what, e->status,
		    160, e->body.data);
	else
		doctor_note(d, "%.0f ms",
		    doctor_ms(e->ended_us - e->began_us));
}

void
check_json_body(struct doctor *d)
{
	char path[PATH_MAX_BYTES];
	struct ask a = { .method = "POST", .path = path,
	    .type = "application/json", .len = JSON_BYTES };
	char *body = malloc(JSON_BYTES), begin[256], id[ID_SIZE];
	struct exchange *e;

	if (body == NULL || token_new_id(id)) {
		doctor_fail(d, TROUBLE_OTHER, "no memory, or no randomness");
		free(body);
		return;
	}
	/* one operation, and blanks */
	memset(body, ' ', JSON_BYTES);
	(void)snprintf(begin, sizeof(begin), "{\"ops\":[{\"op\":\"put\","
	    "\"id\":\"%s\",\"if_match\":\"0\",\"key\":\"%s\","
	    "\"doc\":{\"text\":\"a long request\"}}", id, id);
	memcpy(body, begin, strlen(begin));
	memcpy(body + JSON_BYTES - 2, "]}", 2);
	doctor_made(d, id);
	a.body = body;
	(void)snprintf(path, sizeof(path), "/api/boards/%s/ops", d->board);
	e = doctor_ask(d, &a);
	if (e != NULL)
		judge(d, e, TROUBLE_BODY_JSON, "256 KiB of JSON");
	exchange_drop(e);
	free(body);
}

static void
make_file(unsigned char *bytes)
{
	uint32_t x = 1;
	size_t i;

	for (i = 0; i < FILE_BYTES; i++) {
		x = x * 1664525 + 1013904223;
		bytes[i] = (unsigned char)(x >> 24);
	}
}

static void
file_path(const struct doctor *d, char *path, size_t size)
{
	(void)snprintf(path, size, "/api/boards/%s/files/%s?note=%s&name=doctor",
	    d->board, d->file, d->made[0]);
}

static void
put_file(struct doctor *d, const unsigned char *bytes)
{
	char path[PATH_MAX_BYTES];
	struct ask a = { .method = "PUT", .path = path,
	    .type = "application/octet-stream", .body = bytes,
	    .len = FILE_BYTES };
	struct exchange *e;

	if (token_new_id(d->file))
		return;
	file_path(d, path, sizeof(path));
	e = doctor_ask(d, &a);
	if (e != NULL)
		judge(d, e, TROUBLE_BODY_FILE, "an attachment of 10 MiB");
	if (e == NULL || e->status / 100 != 2)
		d->file[0] = '\0';
	exchange_drop(e);
}

/* The whole file again, as it went. */
static void
get_file(struct doctor *d, const unsigned char *bytes)
{
	char path[PATH_MAX_BYTES];
	struct exchange *e;

	if (d->file[0] == '\0')
		return;
	(void)snprintf(path, sizeof(path), "/api/boards/%s/files/%s", d->board,
	    d->file);
	e = doctor_ask(d, &(struct ask){ .path = path });
	if (e != NULL && (e->status != 200 || e->body.len != FILE_BYTES ||
	    memcmp(e->body.data, bytes, FILE_BYTES) != 0))
		doctor_fail(d, TROUBLE_OTHER, "it came back otherwise: %d, "
		    "%zu bytes %s", e->status, e->body.len, e->fault);
	exchange_drop(e);
}

void
check_attachment(struct doctor *d)
{
	unsigned char *bytes = malloc(FILE_BYTES);

	if (bytes == NULL) {
		doctor_fail(d, TROUBLE_OTHER, "no memory");
		return;
	}
	make_file(bytes);
	put_file(d, bytes);
	get_file(d, bytes);
	free(bytes);
}

void
check_ranges(struct doctor *d)
{
	char path[PATH_MAX_BYTES], range[64];
	struct ask a = { .path = path, .line = { "Range: bytes=1-10" } };
	struct exchange *e;

	if (d->file[0] != '\0') {
		(void)snprintf(path, sizeof(path), "/api/boards/%s/files/%s",
		    d->board, d->file);
		e = doctor_ask(d, &a);
		if (e == NULL)
			return;
		exchange_field(e, "Content-Range", range, sizeof(range));
		if (e->status != 206 || e->body.len != 10 ||
		    strcmp(range, "bytes 1-10/10485760") != 0)
			doctor_fail(d, TROUBLE_OTHER, "ten bytes of a file: %d, "
			    "%zu bytes, \"%s\"", e->status, e->body.len, range);
		exchange_drop(e);
	}
	/* what the responder answers whole stays whole */
	(void)snprintf(path, sizeof(path), "/api/boards/%s", d->board);
	e = doctor_ask(d, &a);
	if (e != NULL && e->status != 200)
		doctor_fail(d, TROUBLE_RANGE_CUT, "the web server cuts answers "
		    "that the responder gives whole (%d)", e->status);
	exchange_drop(e);
}

/* What becomes of a body of that length, of which nothing is sent. */
static struct exchange *
announce(struct doctor *d, const char *rest, uint64_t len)
{
	char path[PATH_MAX_BYTES];
	struct ask a = { .method = "POST", .path = path,
	    .type = "application/json", .announced = len };
	enum http_version version = d->version;
	struct exchange *e;

	(void)snprintf(path, sizeof(path), "/api/boards/%s%s", d->board, rest);
	d->version = HTTP_1_1;
	e = doctor_ask(d, &a);
	d->version = version;
	return e;
}

void
check_import(struct doctor *d)
{
	char path[PATH_MAX_BYTES];
	struct ask a = { .method = "POST", .path = path,
	    .type = "application/json" };
	struct exchange *taken, *e;

	(void)snprintf(path, sizeof(path), "/api/boards/%s/export", d->board);
	taken = doctor_ask(d, &(struct ask){ .path = path });
	if (taken == NULL)
		return;
	(void)snprintf(path, sizeof(path), "/api/boards/%s/import", d->board);
	a.body = taken->body.data;
	a.len = taken->body.len;
	e = d->own ? doctor_ask(d, &a) : NULL;
	if (e != NULL)
		judge(d, e, TROUBLE_BODY_IMPORT, "what an export gave");
	exchange_drop(e);
	exchange_drop(taken);
	e = announce(d, "/import", IMPORT_BYTES);
	if (e != NULL && e->status != 0 && !doctor_is_problem(e))
		doctor_fail(d, TROUBLE_BODY_IMPORT, "the web server refuses an "
		    "import of 20 MiB (%d)", e->status);
	exchange_drop(e);
}

void
check_endless_body(struct doctor *d)
{
	struct exchange *e;

	if (d->server == SERVER_APACHE) {
		doctor_skip(d, "Apache keeps no body: the responder refuses it");
		return;
	}
	e = announce(d, "/notes", ENDLESS_BYTES);
	if (e == NULL)
		return;
	if (e->status == 413 && !doctor_is_problem(e))
		doctor_note(d, "1 GiB is refused before it is sent");
	else
		doctor_warn(d, TROUBLE_BODY_ENDLESS, "the web server would take "
		    "1 GiB that the responder does not want (%d)", e->status);
	exchange_drop(e);
}
