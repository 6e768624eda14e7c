#ifndef BASE_NOTIFY_H
#define BASE_NOTIFY_H

#include <stdint.h>

#include "base/status.h"

/*
 * What a service tells the system that started it: sd_notify(3)'s protocol, one
 * datagram to the Unix socket that NOTIFY_SOCKET names ("@…" is an abstract one).
 */

/*
 * Says lines as "READY=1", "STOPPING=1", "WATCHDOG=1".  ST_NOTFOUND: nobody asked
 * to be told; ST_TOOBIG: such a socket cannot be; ST_IO: logged.
 */
enum status notify_say(const char *text);
/*
 * How often the system waits for "WATCHDOG=1", halved, as it advises; 0: it does
 * not (sd_watchdog_enabled(3): WATCHDOG_USEC, and WATCHDOG_PID is us).
 */
int64_t notify_watchdog_ms(void);

#endif
