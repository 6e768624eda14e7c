#include "store/upkeep.h"
#include "store/view.h"

const char *
reset_name(enum reset r)
{
	switch (r) {
	case RESET_EPOCH:	return "epoch";
	case RESET_FLOOR:	return "floor";
	case RESET_AHEAD:	return "ahead";
	case RESET_NONE:	break;
	}
	return "none";
}

const char *
fault_name(enum fault f)
{
	switch (f) {
	case FAULT_DATABASE:	return "database";
	case FAULT_REFERENCE:	return "reference";
	case FAULT_LOG:		return "log";
	case FAULT_BODY:	return "body";
	case FAULT_SUM:		return "sum";
	case FAULT_MISSING:	return "missing";
	case FAULT_SIZE:	return "size";
	case FAULT_ORPHAN:	return "orphan";
	}
	return "unknown";
}
