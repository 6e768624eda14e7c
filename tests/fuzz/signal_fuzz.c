/*
 * What is unpacked is packed to the same bytes; what is read of a client's JSON
 * is strict JSON in one line, within its limit, and survives being packed;
 * what is refused is told why.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "codec/json_check.h"
#include "codec/signal.h"
#include "feed.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define BOARD	"AAAAAAAAAAAAAAAAAAAA_-"

static const struct json_limits limits = { 16, 4096 };

static void
check_strict(const char *json, size_t len)
{
	struct json_check c;

	json_check_init(&c, &limits);
	must(json_check_feed(&c, json, len) == ST_OK);
	must(json_check_end(&c) == ST_OK);
	json_check_fini(&c);
	must(memchr(json, '\n', len) == NULL);
}

static void
check_packed(const char *bytes, size_t size)
{
	static const struct signal zero;
	struct signal s;
	struct buf b;
	enum status st;

	st = signal_unpack(bytes, size, &s);
	if (st) {
		must(st == ST_INVALID);
		must(memcmp(&s, &zero, sizeof(s)) == 0);
		return;
	}
	must(signal_is_packed(bytes, size));
	must(s.kind == SIGNAL_MESSAGE || (s.from[0] != '\0' && !s.binary));
	buf_init(&b, SIGNAL_PACKED_MAX);
	signal_pack(&b, &s);
	must(buf_status(&b) == ST_OK);
	must(b.len == size && memcmp(b.data, bytes, size) == 0);
	buf_fini(&b);
}

static void
check_taken(struct signal *s)
{
	struct buf b;

	must(s->len <= (s->kind == SIGNAL_PRESENCE ? SIGNAL_PRESENCE_MAX :
	    SIGNAL_MAX));
	must(s->kind == SIGNAL_MESSAGE || s->to[0] == '\0');
	memcpy(s->board, BOARD, sizeof(s->board));
	memcpy(s->from, BOARD, sizeof(s->from));
	buf_init(&b, SIGNAL_PACKED_MAX + 64);
	signal_print(&b, s);
	must(buf_status(&b) == ST_OK);
	check_strict(b.data, b.len);
	buf_reset(&b);
	signal_pack(&b, s);
	must(buf_status(&b) == ST_OK);
	check_packed(b.data, b.len);
	buf_fini(&b);
}

static void
check_text(const char *text, size_t size)
{
	struct signal s = { .kind = SIGNAL_MESSAGE };
	struct problem why = { .kind = PROBLEM_NONE };
	struct buf data;
	enum status st;

	buf_init(&data, SIGNAL_MAX);
	st = signal_read(text, size, &limits, &s, &data, &why);
	must((st == ST_OK) == (why.kind == PROBLEM_NONE));
	if (st == ST_OK)
		check_taken(&s);
	buf_fini(&data);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);

	must(text != NULL);
	memcpy(text, data, size);
	text[size] = '\0';
	check_packed(text, size);
	check_text(text, size);
	free(text);
	return 0;
}
