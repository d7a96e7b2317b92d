/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_LICENCE_MARK_H
#define ENT_LICENCE_MARK_H

#include <entitle/error.h>
#include <entitle/runtime.h>

#include <stdint.h>

/*
 * The latest time that was seen here, kept in a file of one line. It only ever grows:
 * who sets the clock back to before it is noticed. ENTITLE_CLOCK_SET_BACK;
 * ENTITLE_IO_ERROR where the file cannot be read, made sense of or written, because a
 * mark that was asked for and does not hold would look like one that does. Waits 2 s at
 * most for others that write it. ENTITLE_INTERRUPTED.
 */
ENTITLE_CHECKED entitle_status ent_licence_mark_advance(
    const entitle_runtime *runtime,
    const char *path,
    int64_t now_s,
    entitle_error *error);

#endif
