#include "notewired/confine.h"

#include <libgen.h>
#include <limits.h>
#include <stdlib.h>

#include "auth/digest.h"
#include "base/str.h"

/* Of a file, and of what it is a link to; "" for none. */
static void
folders_of(const char *path, char given[PATH_MAX], char real[PATH_MAX])
{
	given[0] = real[0] = '\0';
	if (path[0] == '\0')
		return;
	if (str_copy(given, PATH_MAX, path) == ST_OK)
		(void)dirname(given);
	if (realpath(path, real) == NULL)
		real[0] = '\0';
	else
		(void)dirname(real);
}

enum status
confine(const struct config *c, struct sandbox *s)
{
	char folders[4][PATH_MAX];
	const struct sandbox_place places[] = {
		{ c->data_dir, SANDBOX_WRITE },
		{ c->run_dir, SANDBOX_WRITE },
		{ c->folder, SANDBOX_READ },
		{ folders[0], SANDBOX_READ },
		{ folders[1], SANDBOX_READ },
		{ folders[2], SANDBOX_READ },
		{ folders[3], SANDBOX_READ },
	};

	if (!c->sandbox_use && !c->sandbox_require)
		return ST_OK;
	digest_prepare();
	folders_of(c->certificate, folders[0], folders[1]);
	folders_of(c->key, folders[2], folders[3]);
	return sandbox_enter(places, sizeof(places) / sizeof(places[0]), true,
	    c->sandbox_require, s);
}
