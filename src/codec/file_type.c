#include "codec/file_type.h"

#include <stdbool.h>
#include <string.h>

/* How a file of a type begins; `.` in the mask is any byte. */
struct magic {
	const char	*type;
	const char	*bytes;
	const char	*mask;		/* its length is the pattern's */
};

static const struct magic magics[] = {
	/* the signature, and the header chunk's length and name (PNG, 5.2, 11.2.2) */
	{ "image/png", "\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "================" },
	/* start of image, and a marker: APPn, DQT, SOFn, COM (T.81, B.1) */
	{ "image/jpeg", "\xff\xd8\xff\xe0\0.JFIF", "=====.====" },
	{ "image/jpeg", "\xff\xd8\xff\xe1", "====" },
	{ "image/jpeg", "\xff\xd8\xff\xe2", "====" },
	{ "image/jpeg", "\xff\xd8\xff\xed", "====" },
	{ "image/jpeg", "\xff\xd8\xff\xee", "====" },
	{ "image/jpeg", "\xff\xd8\xff\xdb", "====" },
	{ "image/jpeg", "\xff\xd8\xff\xc0", "====" },
	{ "image/jpeg", "\xff\xd8\xff\xc4", "====" },
	{ "image/jpeg", "\xff\xd8\xff\xfe", "====" },
	{ "image/gif", "GIF87a", "======" },
	{ "image/gif", "GIF89a", "======" },
	/* RIFF, a size, and the first chunk (RFC 9649, 2.4) */
	{ "image/webp", "RIFF....WEBPVP8 ", "====....========" },
	{ "image/webp", "RIFF....WEBPVP8L", "====....========" },
	{ "image/webp", "RIFF....WEBPVP8X", "====....========" },
};

static bool
begins(const struct magic *m, const char *bytes, size_t n)
{
	size_t i;

	for (i = 0; m->mask[i] != '\0'; i++)
		if (i >= n || (m->mask[i] == '=' && bytes[i] != m->bytes[i]))
			return false;
	return true;
}

const char *
file_type_of(const char *bytes, size_t n)
{
	size_t i;

	for (i = 0; i < sizeof(magics) / sizeof(magics[0]); i++)
		if (begins(&magics[i], bytes, n))
			return magics[i].type;
	return FILE_TYPE_OTHER;
}

bool
file_name_allowed(const char *name)
{
	const unsigned char *p = (const unsigned char *)name;

	for (; *p != '\0'; p++)
		if (*p < ' ' || *p == 0x7f || *p == '/' || *p == '\\' ||
		    (p[0] == 0xc2 && p[1] < 0xa0))
			return false;
	return name[0] != '\0';
}
