/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_BASE_FILE_H
#define ENT_BASE_FILE_H

#include "base/buffer.h"

#include <entitle/error.h>

#include <stddef.h>

/*
 * Reads a whole regular file into `buffer`, which bounds it. ENTITLE_IO_ERROR says what
 * is wrong: missing, not readable, not a regular file, too large.
 */
ENTITLE_CHECKED entitle_status
ent_file_read(const char *path, ent_buffer *buffer, entitle_error *error);

#endif
