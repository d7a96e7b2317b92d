/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USAGE_TRAIL_TEXT_H
#define USAGE_TRAIL_TEXT_H

#include "console/failure.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * Takes a log of CloudTrail apart into its events, one after the other, so that its
 * length does not matter: {"Records":[EVENT,...]}, as CloudTrail delivers it, or one
 * event after the other. An event is only cut out here, not judged.
 */
enum { TRAIL_EVENT_LIMIT = 4 * 1024 * 1024, TRAIL_TEXT_CHUNK = 16 * 1024 };

/* As trail_file_read(). */
typedef ssize_t
trail_reader(void *context, char *out, size_t size, cli_failure *failure);

/* What may come next. */
typedef enum trail_place {
    TRAIL_BEGINNING,  /* of the log */
    TRAIL_BETWEEN,    /* events, outside a list */
    TRAIL_LIST_BEGIN, /* the first event, or the end of the list */
    TRAIL_LIST_COMMA, /* another event, or the end of the list */
    TRAIL_LIST_EVENT, /* another event */
    TRAIL_LIST_CLOSE  /* the brace after the list */
} trail_place;

typedef struct trail_text {
    trail_reader *read;
    void *context;
    trail_place place;
    char chunk[TRAIL_TEXT_CHUNK];
    size_t start;
    size_t end;
    char *event; /* the one that is being cut out */
    size_t length;
    size_t capacity;
} trail_text;

typedef enum trail_step {
    TRAIL_EVENT,
    TRAIL_END,
    TRAIL_UNREADABLE, /* the reader says why */
    TRAIL_MALFORMED   /* `*reason` says why */
} trail_step;

void trail_text_init(trail_text *text, trail_reader *read, void *context);

/* The next event, NUL-terminated, until the next call. */
trail_step trail_text_next(trail_text *text, const char **reason, cli_failure *failure);

void trail_text_clear(trail_text *text);

#endif
