#include "base/status.h"

#include <errno.h>
#include <sysexits.h>

const char *
status_name(enum status st)
{
	switch (st) {
	case ST_OK:		return "ok";
	case ST_NOMEM:		return "nomem";
	case ST_INVALID:	return "invalid";
	case ST_TOOBIG:		return "toobig";
	case ST_NOTFOUND:	return "notfound";
	case ST_DENIED:		return "denied";
	case ST_EXPIRED:	return "expired";
	case ST_CONFLICT:	return "conflict";
	case ST_REUSED:		return "reused";
	case ST_GONE:		return "gone";
	case ST_LIMIT:		return "limit";
	case ST_BUSY:		return "busy";
	case ST_FULL:		return "full";
	case ST_READONLY:	return "readonly";
	case ST_NEWER:		return "newer";
	case ST_CLOSED:		return "closed";
	case ST_TIMEOUT:	return "timeout";
	case ST_IO:		return "io";
	}
	return "unknown";
}

int
status_exit(enum status st)
{
	switch ((int)st) {
	case ST_OK:
	case ST_CLOSED:
	case ST_TIMEOUT:	return EX_OK;
	case ST_DENIED:		return EX_NOPERM;
	case ST_INVALID:
	case ST_NEWER:		return EX_CONFIG;
	case ST_BUSY:
	case ST_NOMEM:
	case ST_FULL:		return EX_TEMPFAIL;
	default:		return EX_IOERR;
	}
}

enum status
status_of_errno(int why)
{
	switch (why) {
	case EACCES:
	case EPERM:
	case EROFS:	return ST_READONLY;
	case ENOSPC:
	case EDQUOT:	return ST_FULL;
	case EMFILE:
	case ENFILE:	return ST_BUSY;
	case ENOMEM:	return ST_NOMEM;
	default:	return ST_IO;
	}
}
