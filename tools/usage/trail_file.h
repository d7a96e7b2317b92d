/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USAGE_TRAIL_FILE_H
#define USAGE_TRAIL_FILE_H

#include "console/failure.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <zlib.h>

/*
 * A file of CloudTrail's, as it stands or packed by gzip, which its first bytes tell.
 * Read from its beginning to its end, in a memory that does not grow.
 */
enum { TRAIL_CHUNK = 64 * 1024 };

typedef struct trail_file {
    const char *name;
    int descriptor;
    bool is_packed;
    bool is_between_members; /* of gzip; where the file may end */
    bool is_at_end;          /* of what is on the disk */
    uint64_t unpacked;
    z_stream stream; /* has what has been read and not handed out */
    unsigned char buffer[TRAIL_CHUNK];
} trail_file;

/*
 * "-" is standard input. EX_IOERR where it cannot be read; it is to be closed in either
 * case.
 */
bool trail_file_open(trail_file *file, const char *name, cli_failure *failure);

/*
 * Up to `size` bytes of what it says; 0 at its end. -1: it cannot be read, is cut off
 * or damaged, or unpacks to more than any log of CloudTrail.
 */
ssize_t trail_file_read(trail_file *file, char *out, size_t size, cli_failure *failure);

void trail_file_close(trail_file *file);

#endif
