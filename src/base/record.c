#include "base/record.h"

#include <string.h>

const char *
role_name(enum role r)
{
	switch (r) {
	case ROLE_NONE:		return "none";
	case ROLE_READ:		return "read";
	case ROLE_WRITE:	return "write";
	case ROLE_ADMIN:	return "admin";
	}
	return "none";
}

enum role
role_parse(const char *name)
{
	enum role r;

	for (r = ROLE_READ; r <= ROLE_ADMIN; r++)
		if (strcmp(name, role_name(r)) == 0)
			return r;
	return ROLE_NONE;
}
