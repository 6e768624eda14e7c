#include "codec/search_text.h"

#include <cJSON.h>
#include <string.h>

#include "base/fold.h"
#include "codec/json.h"

static void
add(struct buf *text, const char *s)
{
	buf_addc(text, '\n');
	fold_add(text, s, strlen(s));
}

enum status
search_text(const struct note *n, struct buf *text)
{
	cJSON *body = cJSON_ParseWithLength(n->body, n->body_len);
	const char *title = json_string_member(body, "title");
	const char *words = json_string_member(body, "text");
	const cJSON *items = json_member(body, "items"), *item;

	if (title == NULL || (words == NULL && !cJSON_IsArray(items))) {
		json_free(body);
		return ST_INVALID;
	}
	fold_add(text, title, strlen(title));
	if (words != NULL)
		add(text, words);
	cJSON_ArrayForEach(item, items) {
		words = json_string_member(item, "text");
		add(text, words != NULL ? words : "");
	}
	json_free(body);
	return buf_status(text);
}
