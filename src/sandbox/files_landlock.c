#include "sandbox/sandbox_priv.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/log.h"

/*
 * The kernel's own words (linux/landlock.h), which older headers do not have
 * all of.
 */
#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset	444
#define SYS_landlock_add_rule		445
#define SYS_landlock_restrict_self	446
#endif

#define CREATE_RULESET_VERSION	1U
#define RULE_PATH_BENEATH	1

enum {
	FS_EXECUTE = 1 << 0,
	FS_WRITE_FILE = 1 << 1,
	FS_READ_FILE = 1 << 2,
	FS_READ_DIR = 1 << 3,
	FS_REMOVE_DIR = 1 << 4,
	FS_REMOVE_FILE = 1 << 5,
	FS_MAKE_CHAR = 1 << 6,
	FS_MAKE_DIR = 1 << 7,
	FS_MAKE_REG = 1 << 8,
	FS_MAKE_SOCK = 1 << 9,
	FS_MAKE_FIFO = 1 << 10,
	FS_MAKE_BLOCK = 1 << 11,
	FS_MAKE_SYM = 1 << 12,
	FS_REFER = 1 << 13,		/* from ABI 2 */
	FS_TRUNCATE = 1 << 14,		/* 3 */
	FS_IOCTL_DEV = 1 << 15,		/* 5 */

	FS_ABI_1 = FS_REFER - 1,
	FS_OF_A_FILE = FS_EXECUTE | FS_WRITE_FILE | FS_READ_FILE |
	    FS_TRUNCATE | FS_IOCTL_DEV,
	FS_TO_READ = FS_READ_FILE | FS_READ_DIR,
	FS_TO_WRITE = FS_TO_READ | FS_WRITE_FILE | FS_TRUNCATE | FS_REFER |
	    FS_MAKE_REG | FS_MAKE_DIR | FS_MAKE_SOCK | FS_REMOVE_FILE |
	    FS_REMOVE_DIR,

	NET_BIND_TCP = 1 << 0,		/* 4 */
	NET_CONNECT_TCP = 1 << 1,
	SCOPE_SIGNAL = 1 << 1,		/* 6 */
};

struct ruleset {
	uint64_t	fs;
	uint64_t	net;
	uint64_t	scoped;
};

struct rule {
	uint64_t	allowed;
	int32_t		parent;
} __attribute__((packed));

/* All that this ABI can take away, and how much of the structure it knows. */
static struct ruleset
ruleset_of(int abi, size_t *size)
{
	struct ruleset r = { .fs = FS_ABI_1 };

	*size = sizeof(r.fs);
	if (abi >= 2)
		r.fs |= FS_REFER;
	if (abi >= 3)
		r.fs |= FS_TRUNCATE;
	if (abi >= 5)
		r.fs |= FS_IOCTL_DEV;
	if (abi >= 4) {
		r.net = NET_BIND_TCP | NET_CONNECT_TCP;
		*size = sizeof(r.fs) + sizeof(r.net);
	}
	if (abi >= 6) {
		r.scoped = SCOPE_SIGNAL;
		*size = sizeof(r);
	}
	return r;
}

static bool
allow(int ruleset, const struct ruleset *r, const struct sandbox_place *p)
{
	struct rule rule = { .allowed = p->use == SANDBOX_WRITE ? FS_TO_WRITE :
	    FS_TO_READ };
	struct stat st;
	bool done;

	rule.parent = open(p->path, O_PATH | O_CLOEXEC);
	if (rule.parent == -1)
		return errno == ENOENT || errno == ENOTDIR;
	rule.allowed &= r->fs;
	if (fstat(rule.parent, &st) == 0 && !S_ISDIR(st.st_mode))
		rule.allowed &= FS_OF_A_FILE;
	done = syscall(SYS_landlock_add_rule, ruleset, RULE_PATH_BENEATH,
	    &rule, 0U) == 0;
	(void)close(rule.parent);
	return done;
}

static bool
restrict_to(int ruleset, const struct ruleset *r,
    const struct sandbox_place *places, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (places[i].path[0] != '\0' &&
		    !allow(ruleset, r, &places[i])) {
			log_warn("sandbox", "place", "path=\"%s\" errno=%d",
			    places[i].path, errno);
			return false;
		}
	return syscall(SYS_landlock_restrict_self, ruleset, 0U) == 0;
}

int
sandbox_files(const struct sandbox_place *places, size_t n)
{
	struct ruleset r;
	size_t size;
	int abi, fd;
	bool done;

	abi = (int)syscall(SYS_landlock_create_ruleset, NULL, (size_t)0,
	    CREATE_RULESET_VERSION);
	if (abi <= 0) {
		log_warn("sandbox", "landlock", "errno=%d", errno);
		return 0;
	}
	r = ruleset_of(abi, &size);
	fd = (int)syscall(SYS_landlock_create_ruleset, &r, size, 0U);
	done = fd >= 0 && restrict_to(fd, &r, places, n);
	if (!done)
		log_warn("sandbox", "landlock", "abi=%d errno=%d", abi, errno);
	if (fd >= 0)
		(void)close(fd);
	return done ? abi : 0;
}
