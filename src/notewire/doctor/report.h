#ifndef NOTEWIRE_DOCTOR_REPORT_H
#define NOTEWIRE_DOCTOR_REPORT_H

#include "base/buf.h"
#include "notewire/doctor/check.h"

/* The result of the check that has just run, for people or as JSON. */
void report_text(const struct doctor *d, struct buf *out);
void report_json(const struct doctor *d, struct buf *out);

#endif
