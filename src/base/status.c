#include "base/status.h"

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
