/*
 * Any bytes: the check says the same of the whole, of single bytes and of
 * uneven pieces; what it accepts cJSON parses, what we print of that is
 * accepted again, and printing it once more changes nothing.
 */
#include <cJSON.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "codec/json.h"
#include "feed.h"

#define MOST	(1 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct json_limits limits = { 16, 512 };

static enum json_fault
verdict(const uint8_t *data, size_t size, size_t piece, uint64_t *at)
{
	struct json_check c;
	enum json_fault f;

	json_check_init(&c, &limits);
	EACH_PIECE(i, n, size, piece) {
		if (json_check_feed(&c, data + i, n))
			break;
	}
	(void)json_check_end(&c);
	f = c.fault;
	*at = c.at;
	json_check_fini(&c);
	return f;
}

static void
print_again(const struct buf *once)
{
	struct problem why;
	struct cJSON *j;
	struct buf twice;

	must(json_parse(once->data, once->len, &limits, &j, &why) == ST_OK);
	buf_init(&twice, MOST);
	json_put_value(&twice, j);
	must(strcmp(once->data, twice.data) == 0);
	buf_fini(&twice);
	json_free(j);
}

static void
parse_and_print(const char *text, size_t size)
{
	struct problem why;
	struct cJSON *j;
	struct buf once;

	must(str_is_utf8(text, size));
	must(json_parse(text, size, &limits, &j, &why) == ST_OK);
	buf_init(&once, MOST);
	json_put_value(&once, j);
	must(buf_status(&once) == ST_OK);
	json_free(j);
	must(strpbrk(once.data, "\n\r") == NULL);
	print_again(&once);
	buf_fini(&once);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	enum json_fault whole, bytes, pieces;
	uint64_t at, at_bytes, at_pieces;

	whole = verdict(data, size, size + 1, &at);
	bytes = verdict(data, size, 1, &at_bytes);
	pieces = verdict(data, size, 7, &at_pieces);
	must(whole == bytes && whole == pieces);
	must(at == at_bytes && at == at_pieces && at <= size);
	if (whole == JSON_FINE)
		parse_and_print((const char *)data, size);
	return 0;
}
