/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_LICENCE_MARK_DRAFT_H
#define ENT_LICENCE_MARK_DRAFT_H

#include "base/buffer.h"

#include <entitle/error.h>
#include <entitle/runtime.h>

#include <stdbool.h>

/*
 * The next content of a small file, beside it as `<path>.draft`. One process at a time
 * has it, so whoever has it may read the file and know that it stays. What a process
 * leaves that was killed the next one takes over.
 */
typedef struct ent_mark_draft {
    const char *path; /* the caller's */
    ent_buffer name;
    int descriptor;
} ent_mark_draft;

/*
 * `is_held`: it is to be ended by one of the two below. Otherwise somebody else has it
 * at the moment, or has just put it in the file's place.
 */
ENTITLE_CHECKED entitle_status ent_mark_draft_try(
    const entitle_runtime *runtime,
    const char *path,
    ent_mark_draft *out,
    bool *is_held,
    entitle_error *error);

/* Puts it in the file's place: all of the text, or the file as it was. */
ENTITLE_CHECKED entitle_status
ent_mark_draft_commit(ent_mark_draft *draft, const char *text, entitle_error *error);

void ent_mark_draft_discard(ent_mark_draft *draft);

#endif
