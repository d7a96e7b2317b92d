/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_AWS_PROFILE_HEADER_H
#define ENT_AWS_PROFILE_HEADER_H

#include "aws/profile_file.h"

#include <stdbool.h>

/* What stands between the brackets of a section. */
typedef struct ent_profile_header {
    ent_profile_section_kind kind;
    const char *name;
    bool has_prefix; /* the word `profile` */
    bool is_known;   /* ignored, but a section that AWS's tools have a use for */
} ent_profile_header;

/*
 * Reads it, in place. In the config file a name has a word before it and may be in
 * quotes, and only then hold blanks; in the credentials file all of it is the name.
 */
void ent_profile_header_read(
    char *text, ent_profile_file_kind kind, ent_profile_header *out);

#endif
