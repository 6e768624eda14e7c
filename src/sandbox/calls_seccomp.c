#include "sandbox/sandbox_priv.h"

#include <errno.h>
#include <sched.h>
#include <stddef.h>
#include <sys/socket.h>
#include <unistd.h>

#ifdef HAVE_SECCOMP
#include <seccomp.h>
#endif

#include "base/log.h"

#ifdef HAVE_SECCOMP

/*
 * What responder and daemon, SQLite, OpenSSL, libuv, libfcgi and the C library
 * use once they run.  All else is answered as by an older kernel (ENOSYS), which
 * libraries know how to go on from.
 */
static const char *const allowed[] = {
	/* bytes, and what they are in */
	"read", "write", "readv", "writev", "pread64", "pwrite64", "preadv",
	"pwritev", "preadv2", "pwritev2", "lseek", "_llseek", "sendfile",
	"sendfile64", "copy_file_range", "splice", "close", "close_range",
	"dup", "dup2", "dup3", "fcntl", "fcntl64", "ioctl", "pipe2", "flock",
	"fsync", "fdatasync", "sync_file_range", "fadvise64", "fadvise64_64",
	"fallocate", "ftruncate", "ftruncate64", "truncate", "truncate64",
	/* names */
	"open", "openat", "stat", "stat64", "lstat", "lstat64", "fstat",
	"fstat64", "newfstatat", "fstatat64", "statx", "statfs", "statfs64",
	"fstatfs", "fstatfs64", "access", "faccessat", "faccessat2",
	"readlink", "readlinkat", "getdents", "getdents64", "getcwd",
	"mkdir", "mkdirat", "rmdir", "unlink", "unlinkat", "link", "linkat",
	"rename", "renameat", "renameat2", "chmod", "fchmod", "fchmodat",
	"fchown", "fchown32", "umask", "utimensat", "utimensat_time64",
	/* sockets that are there */
	"accept", "accept4", "connect", "bind", "listen", "shutdown",
	"sendto", "sendmsg", "sendmmsg", "send", "recvfrom", "recvmsg",
	"recvmmsg", "recv", "getsockname", "getpeername", "getsockopt",
	"setsockopt",
	/* on the daemon's ring, which can do nothing but send */
	"io_uring_enter",
	/* waiting */
	"poll", "ppoll", "ppoll_time64", "select", "_newselect", "pselect6",
	"pselect6_time64", "epoll_create1", "epoll_ctl", "epoll_wait",
	"epoll_pwait", "epoll_pwait2", "eventfd2", "inotify_init1",
	"inotify_add_watch", "inotify_rm_watch", "nanosleep",
	"clock_nanosleep", "clock_nanosleep_time64", "restart_syscall",
	"timerfd_create", "timerfd_settime", "timerfd_settime64",
	/* memory */
	"mmap", "mmap2", "munmap", "mprotect", "mremap", "madvise", "brk",
	"msync", "mincore", "membarrier", "memfd_create",
	/* threads, and itself */
	"futex", "futex_time64", "futex_waitv", "set_robust_list",
	"get_robust_list", "rseq", "set_tid_address", "gettid", "getpid",
	"getppid", "getuid", "getuid32", "geteuid", "geteuid32", "getgid",
	"getgid32", "getegid", "getegid32", "getgroups", "getgroups32",
	"getpgrp", "sched_yield", "sched_getaffinity", "getcpu",
	"arch_prctl", "prctl", "exit", "exit_group", "getrlimit",
	"ugetrlimit", "setrlimit", "prlimit64", "getrusage", "sysinfo",
	"uname", "times", "getrandom",
	/* time and signals */
	"clock_gettime", "clock_gettime64", "clock_getres",
	"clock_getres_time64", "gettimeofday", "time", "rt_sigaction",
	"rt_sigprocmask", "rt_sigreturn", "sigreturn", "rt_sigpending",
	"rt_sigtimedwait", "rt_sigtimedwait_time64", "rt_sigsuspend",
	"sigaltstack",
};

/* Of which nobody is to think that only the kernel is old: EPERM. */
static const char *const forbidden[] = {
	"execve", "execveat", "fork", "vfork", "kill", "tkill",
	"rt_sigqueueinfo", "rt_tgsigqueueinfo", "pidfd_send_signal", "ptrace",
	"process_vm_readv", "process_vm_writev", "bpf", "perf_event_open",
	"mount", "umount2", "chroot", "pivot_root", "setns", "unshare",
	"init_module", "finit_module", "kexec_load", "reboot", "keyctl",
	"add_key", "personality", "io_uring_setup",
};

static int
add_all(scmp_filter_ctx f, uint32_t action, const char *const *names,
    size_t n)
{
	size_t i;
	int why = 0, number;

	for (i = 0; i < n && why == 0; i++) {
		number = seccomp_syscall_resolve_name(names[i]);
		if (number != __NR_SCMP_ERROR)
			why = seccomp_rule_add(f, action, number, 0);
		if (why == -EDOM)
			why = 0;	/* not on this machine */
	}
	return why;
}

/* What depends on its first argument. */
static int
add_some(scmp_filter_ctx f)
{
	const scmp_datum_t thread = CLONE_THREAD, own = (scmp_datum_t)getpid();
	const struct {
		int		 call;
		uint32_t	 action;
		enum scmp_compare when;
		scmp_datum_t	 a;
		scmp_datum_t	 b;
	} all[] = {
		{ SCMP_SYS(socket), SCMP_ACT_ALLOW, SCMP_CMP_EQ, AF_UNIX, 0 },
		{ SCMP_SYS(socket), SCMP_ACT_ERRNO(EPERM), SCMP_CMP_NE,
		    AF_UNIX, 0 },
		{ SCMP_SYS(socketpair), SCMP_ACT_ALLOW, SCMP_CMP_EQ, AF_UNIX,
		    0 },
		/* threads, but no processes */
		{ SCMP_SYS(clone), SCMP_ACT_ALLOW, SCMP_CMP_MASKED_EQ, thread,
		    thread },
		{ SCMP_SYS(clone), SCMP_ACT_ERRNO(EPERM), SCMP_CMP_MASKED_EQ,
		    thread, 0 },
		/* abort() and pthread_kill() */
		{ SCMP_SYS(tgkill), SCMP_ACT_ALLOW, SCMP_CMP_EQ, own, 0 },
	};
	struct scmp_arg_cmp first;
	size_t i;
	int why = 0;

	for (i = 0; i < sizeof(all) / sizeof(all[0]) && why == 0; i++) {
		first = (struct scmp_arg_cmp){ .arg = 0, .op = all[i].when,
		    .datum_a = all[i].a, .datum_b = all[i].b };
		why = seccomp_rule_add(f, all[i].action, all[i].call, 1, first);
	}
	return why;
}

bool
sandbox_calls(void)
{
	scmp_filter_ctx f = seccomp_init(SCMP_ACT_ERRNO(ENOSYS));
	int why = f == NULL ? -ENOMEM : 0;

	if (why == 0)
		why = add_all(f, SCMP_ACT_ALLOW, allowed,
		    sizeof(allowed) / sizeof(allowed[0]));
	if (why == 0)
		why = add_all(f, SCMP_ACT_ERRNO(EPERM), forbidden,
		    sizeof(forbidden) / sizeof(forbidden[0]));
	if (why == 0)
		why = add_some(f);
	if (why == 0)
		why = seccomp_load(f);
	if (f != NULL)
		seccomp_release(f);
	if (why != 0)
		log_warn("sandbox", "seccomp", "errno=%d", -why);
	return why == 0;
}

#else

bool
sandbox_calls(void)
{
	log_warn("sandbox", "seccomp", "error=\"built without libseccomp\"");
	return false;
}

#endif
