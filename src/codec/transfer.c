#include "codec/transfer.h"

#include <cJSON.h>
#include <string.h>

#include "base/clock.h"
#include "codec/json.h"
#include "codec/note.h"

/* Doubles up to here hold every whole number. */
#define SIZE_EXACT	9007199254740992.0

/* More than the largest note has with all its items and files. */
static const struct json_limits limits = { .depth = 8, .values = 8192 };

enum status
transfer_read_version(const char *text, size_t n, struct problem *why)
{
	if (n == 1 && text[0] == '0' + TRANSFER_VERSION)
		return ST_OK;
	return problem_set(why, PROBLEM_INVALID,
	    "notewire: only version %d is known", TRANSFER_VERSION);
}

/* A time that may be missing; `*out` is 0 then. */
static enum status
read_time(const cJSON *json, const char *name, int64_t *out,
    struct problem *why)
{
	const cJSON *v = json_member(json, name);
	const char *text = cJSON_GetStringValue(v);

	*out = 0;
	if (v == NULL)
		return ST_OK;
	if (text == NULL || clock_parse_rfc3339(text, out) || *out <= 0)
		return problem_set(why, PROBLEM_INVALID,
		    "%s: a time, as 2030-01-31T12:00:00Z", name);
	return ST_OK;
}

static enum status
read_id(const cJSON *json, const char *name, char out[ID_SIZE],
    struct problem *why)
{
	const char *id = json_string_member(json, name);

	if (id == NULL || !str_is_id(id))
		return problem_set(why, PROBLEM_INVALID,
		    "%s: %d of A-Z, a-z, 0-9, - and _", name, ID_LEN);
	return str_copy(out, ID_SIZE, id);
}

/* Boards. */

void
transfer_board_init(struct transfer_board *b)
{
	b->title[0] = '\0';
	buf_init(&b->settings, TRANSFER_SETTINGS_MAX);
}

void
transfer_board_fini(struct transfer_board *b)
{
	buf_fini(&b->settings);
}

static enum status
read_settings(const cJSON *v, struct buf *out, struct problem *why)
{
	if (v == NULL)
		return ST_OK;
	json_put_value(out, v);
	if (buf_status(out) == ST_NOMEM)
		return ST_NOMEM;
	if (buf_status(out) || !cJSON_IsObject(v))
		return problem_set(why, PROBLEM_INVALID,
		    "settings: an object of at most %d bytes",
		    TRANSFER_SETTINGS_MAX);
	return ST_OK;
}

static enum status
read_board(const cJSON *json, struct transfer_board *out, struct problem *why)
{
	static const char *const known[] = { "id", "title", "settings", NULL };
	const char *title = json_string_member(json, "title");
	char id[ID_SIZE];
	enum status st;

	st = json_check_members(json, known, why);
	if (st == ST_OK && json_member(json, "id") != NULL)
		st = read_id(json, "id", id, why);
	if (st)
		return st;
	if (json_member(json, "title") != NULL &&
	    (title == NULL || str_copy(out->title, sizeof(out->title), title)))
		return problem_set(why, PROBLEM_INVALID,
		    "title: a text of at most %d bytes", TRANSFER_TITLE_MAX);
	return read_settings(json_member(json, "settings"), &out->settings,
	    why);
}

enum status
transfer_read_board(const char *text, size_t n, struct transfer_board *out,
    struct problem *why)
{
	struct problem fault = { PROBLEM_NONE, "" };
	struct cJSON *json;
	enum status st;

	out->title[0] = '\0';
	buf_reset(&out->settings);
	st = json_parse(text, n, &limits, &json, &fault);
	if (st == ST_OK)
		st = read_board(json, out, &fault);
	json_free(json);
	if (st == ST_INVALID)
		(void)problem_set(why, fault.kind, "board: %s", fault.detail);
	return st;
}

/* Notes. */

static enum status
read_body(const cJSON *json, const struct transfer_rules *rules,
    struct buf *body, struct problem *why)
{
	size_t start = body->len;
	struct note_draft d;
	enum status st;

	note_init(&d);
	st = note_read(&d, json, why);
	if (st == ST_OK)
		st = note_settle(&d, why);
	if (st == ST_OK)
		st = note_make_ids(&d, rules->new_id);
	if (st == ST_OK) {
		note_put(&d, body);
		st = buf_status(body);
	}
	if (st == ST_OK && (int64_t)(body->len - start) > rules->note_max)
		st = ST_TOOBIG;
	if (st == ST_TOOBIG)
		(void)problem_set(why, PROBLEM_TOO_LARGE,
		    "a note may have %lld bytes", (long long)rules->note_max);
	note_fini(&d);
	return st;
}

enum status
transfer_read_note(const char *text, size_t n,
    const struct transfer_rules *rules, struct transfer_note *out,
    struct buf *body, struct problem *why)
{
	const cJSON *trashed;
	struct cJSON *json;
	enum status st;

	memset(out, 0, sizeof(*out));
	st = json_parse(text, n, &limits, &json, why);
	trashed = json_member(json, "trashed_at");
	if (st == ST_OK && !cJSON_IsObject(json))
		st = problem_set(why, PROBLEM_INVALID, "not an object");
	if (st == ST_OK)
		st = read_id(json, "id", out->id, why);
	if (st == ST_OK)
		st = read_time(json, "created_at", &out->created_at, why);
	if (st == ST_OK)
		st = read_time(json, "updated_at", &out->updated_at, why);
	if (st == ST_OK && trashed != NULL && !cJSON_IsNull(trashed))
		st = problem_set(why, PROBLEM_INVALID,
		    "trashed_at: what is in the trash stays there");
	if (st == ST_OK)
		st = read_body(json, rules, body, why);
	json_free(json);
	return st;
}

/* Files. */

enum status
transfer_note_files(const char *text, size_t n, transfer_id_fn *fn, void *arg)
{
	struct problem why;
	struct cJSON *json;
	const cJSON *file;
	const char *id;
	enum status st;

	st = json_parse(text, n, &limits, &json, &why);
	if (st)
		return st;
	cJSON_ArrayForEach(file, json_member(json, "files")) {
		id = json_string_member(file, "id");
		if (id != NULL && !fn(arg, id))
			break;
	}
	json_free(json);
	return ST_OK;
}

static enum status
read_size(const cJSON *json, int64_t *out, struct problem *why)
{
	const cJSON *v = json_member(json, "size");

	*out = 0;
	if (!cJSON_IsNumber(v) || v->valuedouble < 0 ||
	    v->valuedouble > SIZE_EXACT ||
	    (double)(int64_t)v->valuedouble != v->valuedouble)
		return problem_set(why, PROBLEM_INVALID,
		    "size: a number of bytes");
	*out = (int64_t)v->valuedouble;
	return ST_OK;
}

static enum status
read_file(const cJSON *json, struct transfer_file *out, struct problem *why)
{
	static const char *const known[] = { "id", "note", "name", "type",
	    "size", "created_at", "data", NULL };
	const char *name = json_string_member(json, "name");
	const char *data = json_string_member(json, "data");
	enum status st;

	st = json_check_members(json, known, why);
	if (st == ST_OK)
		st = read_id(json, "id", out->id, why);
	if (st == ST_OK)
		st = read_id(json, "note", out->note, why);
	if (st)
		return st;
	if (name == NULL || str_copy(out->name, sizeof(out->name), name))
		return problem_set(why, PROBLEM_INVALID,
		    "name: a text of at most %d bytes", TRANSFER_NAME_SIZE - 1);
	if (json_member(json, "type") != NULL &&
	    json_string_member(json, "type") == NULL)
		return problem_set(why, PROBLEM_INVALID, "type: not a string");
	if (data == NULL || data[0] != '\0')
		return problem_set(why, PROBLEM_INVALID, "data: not base64");
	st = read_size(json, &out->size, why);
	return st ? st : read_time(json, "created_at", &out->created_at, why);
}

enum status
transfer_read_file(const char *text, size_t n, struct transfer_file *out,
    struct problem *why)
{
	struct cJSON *json;
	enum status st;

	memset(out, 0, sizeof(*out));
	st = json_parse(text, n, &limits, &json, why);
	if (st == ST_OK)
		st = read_file(json, out, why);
	json_free(json);
	return st;
}
