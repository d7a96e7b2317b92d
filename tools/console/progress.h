/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONSOLE_PROGRESS_H
#define CONSOLE_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

/*
 * How far a long command has come, for a person who looks: a line on standard error,
 * drawn ten times a second at most, and gone at the end. Nothing where that is no
 * terminal.
 */
typedef struct cli_progress {
    uint64_t total;   /* 0: not known */
    const char *unit; /* what is counted: "records" */
    int64_t drawn_ms;
    bool is_shown;
} cli_progress;

cli_progress progress_begin(uint64_t total, const char *unit);

/* `part` of the total makes the bar; `count` is what the line counts. */
void progress_show(cli_progress *progress, uint64_t part, uint64_t count);

void progress_end(cli_progress *progress);

#endif
