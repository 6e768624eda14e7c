#include "notewire/command/change.h"

#include <string.h>
#include <sysexits.h>

#include "base/record.h"
#include "codec/json.h"

/* Of a note's text, in plain words. */
#define BEGINNING_MAX	((size_t)72)
#define DEPTH		16
#define VALUES		8192

/* The first line, cut where a character ends. */
static void
put_beginning(struct buf *o, const char *text)
{
	char line[BEGINNING_MAX + 1];
	size_t n = strcspn(text, "\n");

	if (n > BEGINNING_MAX)
		n = BEGINNING_MAX;
	while (n > 0 && ((unsigned char)text[n] & 0xc0) == 0x80)
		n--;
	memcpy(line, text, n);
	line[n] = '\0';
	cli_put_text(o, line);
}

static void
put_doc(struct buf *o, const struct cJSON *doc)
{
	const char *title = json_string_member(doc, "title");
	const char *text = json_string_member(doc, "text");

	if (doc == NULL)
		buf_adds(o, "(changed)");
	else if (title != NULL && title[0] != '\0')
		put_beginning(o, title);
	else if (text != NULL)
		put_beginning(o, text);
	else
		buf_adds(o, "(checklist)");
}

static int
put_plain(struct cli *c, const struct cJSON *json)
{
	const char *seq = json_string_member(json, "seq");
	const char *id = json_string_member(json, "id");
	struct buf *o = &c->out;

	if (seq == NULL || id == NULL)
		return cli_fail(EX_PROTOCOL, "what came is no change");
	cli_put_text(o, seq);
	buf_adds(o, "  ");
	cli_put_text(o, id);
	buf_adds(o, "  ");
	if (strcmp(id, SUBJECT_BOARD) == 0)
		buf_adds(o, "(title or settings)");
	else if (strcmp(id, SUBJECT_LINKS) == 0)
		buf_adds(o, "(links)");
	else if (json_member(json, "deleted") != NULL)
		buf_adds(o, "(deleted)");
	else
		put_doc(o, json_member(json, "doc"));
	buf_addc(o, '\n');
	return EX_OK;
}

int
change_print_json(struct cli *c, const struct cJSON *change)
{
	int code = EX_OK;

	if (c->json) {
		json_put_value(&c->out, change);
		buf_addc(&c->out, '\n');
	} else
		code = put_plain(c, change);
	return code ? code : cli_flush(c);
}

int
change_print(struct cli *c, const char *text, size_t len)
{
	static const struct json_limits limits = { DEPTH, VALUES };
	struct cJSON *json = NULL;
	struct problem why;
	int code;

	if (json_parse(text, len, &limits, &json, &why))
		code = cli_fail(EX_PROTOCOL, "what came is no change: %s",
		    why.detail);
	else
		code = change_print_json(c, json);
	json_free(json);
	return code;
}

int
change_print_reset(struct cli *c, const char *reason, const char *at)
{
	if (!c->json) {
		buf_addf(&c->out, "%s  (reset: %s)\n", at, reason);
		return cli_flush(c);
	}
	buf_addc(&c->out, '{');
	json_put_member(&c->out, "reset", reason);
	buf_addc(&c->out, ',');
	json_put_member(&c->out, "last_seq", at);
	buf_adds(&c->out, "}\n");
	return cli_flush(c);
}
