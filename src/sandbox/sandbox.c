#include "sandbox/sandbox_priv.h"

#include <errno.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "base/log.h"

/* A dump would hold what people wrote, and the handles of their sessions. */
static void
dump_no_core(void)
{
	const struct rlimit none = { 0, 0 };

	if (setrlimit(RLIMIT_CORE, &none) == -1)
		log_warn("sandbox", "core", "errno=%d", errno);
}

static void
enter(const struct sandbox_place *places, size_t n, bool calls,
    struct sandbox *out)
{
	*out = (struct sandbox){ .privileges = false };
	dump_no_core();
	out->privileges = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
	/* the kernel takes the others of nobody who could gain some */
	if (!out->privileges) {
		log_warn("sandbox", "no_new_privs", "errno=%d", errno);
		return;
	}
	out->files = sandbox_files(places, n);
	if (calls)
		out->calls = sandbox_calls();
}

enum status
sandbox_enter(const struct sandbox_place *places, size_t n, bool calls,
    bool required, struct sandbox *out)
{
	enter(places, n, calls, out);
	if (!required || sandbox_is_whole(out, calls))
		return ST_OK;
	log_error("sandbox", "required", "landlock=%d seccomp=%d", out->files,
	    out->calls);
	return ST_DENIED;
}

bool
sandbox_is_whole(const struct sandbox *s, bool calls)
{
	return s->privileges && s->files > 0 && (s->calls || !calls);
}

void
sandbox_print(struct buf *b, const struct sandbox *s)
{
	buf_addf(b, "{\"no_new_privs\":%s,\"landlock\":%d,\"seccomp\":%s}",
	    s->privileges ? "true" : "false", s->files,
	    s->calls ? "true" : "false");
}
