/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_AWS_PROFILE_LINES_H
#define ENT_AWS_PROFILE_LINES_H

#include "aws/profile_file.h"

/*
 * Fills `file->sections` and `file->entries`, which have room for all that `file->text`
 * can hold. The text is not empty, has no NUL byte, and is changed.
 */
void ent_profile_lines_read(
    ent_profile_file *file,
    ent_profile_file_kind kind,
    const char *path,
    ent_warnings *notes);

#endif
