#include "act/board_doc.h"

#include <string.h>

#include "codec/json.h"

static enum status
read_title(struct call *c, const struct cJSON *json, const char **title)
{
	if (json_member(json, "title") == NULL)
		return ST_OK;
	*title = json_string_member(json, "title");
	if (*title == NULL || strlen(*title) > BOARD_TITLE_MAX)
		return call_problem(c, PROBLEM_INVALID,
		    "title: a text of at most %d bytes", BOARD_TITLE_MAX);
	return ST_OK;
}

static enum status
read_settings(struct call *c, const struct cJSON *json, struct buf *settings)
{
	const struct cJSON *value = json_member(json, "settings");

	if (value == NULL)
		return ST_OK;
	json_put_value(settings, value);
	if (buf_status(settings) == ST_NOMEM)
		return ST_NOMEM;
	if (buf_status(settings) || settings->data[0] != '{')
		return call_problem(c, PROBLEM_INVALID,
		    "settings: an object of at most %d bytes",
		    BOARD_SETTINGS_MAX);
	return ST_OK;
}

static enum status
read_id(struct call *c, const struct cJSON *json, const char **id)
{
	if (json_member(json, "id") == NULL)
		return ST_OK;
	*id = json_string_member(json, "id");
	if (*id == NULL || !str_is_id(*id))
		return call_problem(c, PROBLEM_INVALID,
		    "id: %d of A-Z, a-z, 0-9, - and _", ID_LEN);
	return ST_OK;
}

enum status
board_doc_read(struct call *c, enum body_need need, struct board_doc *d,
    struct cJSON **json)
{
	static const char *const known[] = { "id", "title", "settings", NULL };
	enum status st;

	memset(d, 0, sizeof(*d));
	buf_init(&d->settings, BOARD_SETTINGS_MAX);
	st = call_read_json(c, need, json);
	if (st || *json == NULL)
		return st;
	st = json_check_members(*json, known, &c->problem);
	if (st == ST_OK)
		st = read_title(c, *json, &d->title);
	if (st == ST_OK)
		st = read_settings(c, *json, &d->settings);
	if (st == ST_OK)
		st = read_id(c, *json, &d->id);
	return st;
}

void
board_doc_fini(struct board_doc *d)
{
	buf_fini(&d->settings);
}
