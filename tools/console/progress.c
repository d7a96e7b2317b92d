/* SPDX-License-Identifier: Apache-2.0 */
#include "console/progress.h"

#include "console/output.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { BAR_WIDTH = 32, REDRAW_MS = 100, LINE_LIMIT = 80 };

static int64_t
now_ms(void)
{
    struct timespec now = { 0 };

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

cli_progress
progress_begin(uint64_t total, const char *unit)
{
    return (cli_progress){
        .total = total,
        .unit = unit,
        .is_shown = output_has_status_line(),
    };
}

/* "[########--------] 50 %" */
static void
draw_bar(char out[LINE_LIMIT], uint64_t part, uint64_t total)
{
    char bar[BAR_WIDTH + 1];
    double share = part < total ? (double)part / (double)total : 1.0;
    size_t full = (size_t)(share * (double)BAR_WIDTH);

    memset(bar, '-', BAR_WIDTH);
    memset(bar, '#', full);
    bar[BAR_WIDTH] = '\0';
    (void)snprintf(out, LINE_LIMIT, "[%s] %3d %% ", bar, (int)(share * 100));
}

void
progress_show(cli_progress *progress, uint64_t part, uint64_t count)
{
    char bar[LINE_LIMIT] = "";
    char line[LINE_LIMIT];

    if (!progress->is_shown) {
        return;
    }
    int64_t time_ms = now_ms();
    if (progress->drawn_ms != 0 && time_ms - progress->drawn_ms < REDRAW_MS) {
        return;
    }
    progress->drawn_ms = time_ms;
    if (progress->total > 0) {
        draw_bar(bar, part, progress->total);
    }
    (void)snprintf(
        line, sizeof(line), "%.43s%" PRIu64 " %.12s", bar, count, progress->unit);
    output_status_line(line);
}

void
progress_end(cli_progress *progress)
{
    if (progress->is_shown) {
        output_status_line("");
    }
}
