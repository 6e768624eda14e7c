#ifndef NOTEWIRE_DOCTOR_DOCTOR_H
#define NOTEWIRE_DOCTOR_DOCTOR_H

struct cli;

/*
 * notewire doctor URL: tries, from outside, whether every transport gets
 * through the web server, on a board that it makes and deletes.  EX_PROTOCOL:
 * something does not; EX_UNAVAILABLE: nobody answers at all.
 */
int command_doctor(struct cli *c);

#endif
