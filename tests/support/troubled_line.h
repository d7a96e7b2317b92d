/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_SUPPORT_TROUBLED_LINE_H
#define TEST_SUPPORT_TROUBLED_LINE_H

#include <stddef.h>
#include <stdint.h>

/*
 * A line to a server of 127.0.0.1 that carries what both say, bytes as they are, and
 * breaks at a place of the server's stream that the test names.
 */
typedef struct troubled_line troubled_line;

typedef enum line_ending {
    LINE_CLOSES,
    LINE_IS_RESET,
    LINE_FALLS_SILENT, /* and stays up, until the client goes */
    LINE_DRIPS         /* the rest byte by byte, `pause_ms` apart */
} line_ending;

/*
 * Says what the client gets in the place of the server's answer, which is whole, in
 * `out`. Its length.
 */
typedef size_t (*line_rewrite)(
    const char *answer, size_t length, char *out, size_t out_size);

/* Of a rewritten answer only. */
#define LINE_AT_END SIZE_MAX

typedef struct line_trouble {
    long connections; /* so many have it, the later ones are clear; -1: all */
    size_t at;        /* after so many bytes for the client */
    line_ending ending;
    int pause_ms;
    line_rewrite rewrite; /* NULL: the answer as it is */
} line_trouble;

troubled_line *troubled_line_start(uint16_t server_port);
void troubled_line_stop(troubled_line *line);
uint16_t troubled_line_port(const troubled_line *line);

/* For connections from now on. NULL: none. */
void troubled_line_set(troubled_line *line, const line_trouble *trouble);

/* Until each connection is gone: the client has to end those that stay up. */
void troubled_line_wait(troubled_line *line);

/* The connections since the last troubled_line_set(), and the bytes on the last. */
long troubled_line_connections(troubled_line *line);
size_t troubled_line_bytes(troubled_line *line);

#endif
