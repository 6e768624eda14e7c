/*
 * Whatever a file's name is, the header's value is plain ASCII on one line,
 * with exactly one quoted string; and the second form gives the name back.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/str.h"
#include "proto/chars.h"
#include "proto/disposition.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool held)
{
	if (!held)
		abort();
}

static void
gives_back(const char *value, const char *name)
{
	static const char open[] = "attachment; filename=\"";
	static const char next[] = "\"; filename*=UTF-8''";
	const char *p;
	int c;

	must(strncmp(value, open, strlen(open)) == 0);
	p = strchr(value + strlen(open), '"');
	must(p != NULL && strncmp(p, next, strlen(next)) == 0);
	for (p += strlen(next); *p != '\0'; p++, name++) {
		c = (unsigned char)*p;
		if (c == '%') {
			c = chars_hex((unsigned char)p[1]) * 16 +
			    chars_hex((unsigned char)p[2]);
			p += 2;
		}
		must((unsigned char)*name == c);
	}
	must(*name == '\0');
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char name[256];
	struct buf b;
	size_t i, quotes = 0;

	if (size >= sizeof(name))
		return 0;
	if (size > 0)
		memcpy(name, data, size);
	name[size] = '\0';
	buf_init(&b, 4096);
	disposition_attachment(&b, name);
	if (buf_status(&b) == ST_OK) {
		for (i = 0; i < b.len; i++) {
			must(b.data[i] >= ' ' && b.data[i] < 0x7f);
			quotes += b.data[i] == '"';
		}
		must(quotes == 2);
		gives_back(b.data, name);
	} else
		must(buf_status(&b) == ST_INVALID && b.len == 0);
	buf_fini(&b);
	return 0;
}
