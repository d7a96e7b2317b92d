/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_AWS_PROFILE_FILE_H
#define ENT_AWS_PROFILE_FILE_H

#include "base/buffer.h"
#include "base/warnings.h"

#include <entitle/error.h>

#include <stdbool.h>
#include <stddef.h>

/*
 * One of AWS's two shared files, read as generously as any of AWS's tools reads it
 * (docs/adr/0012):
 *   - a comment is a line of its own, or what follows white space and '#' or ';';
 *   - a key is lower case afterwards; its value is trimmed, and the last one counts;
 *   - a line that is indented deeper than its key continues the value after a newline,
 *     or, where the value is empty, is a sub-key of the block that it begins.
 */
typedef enum ent_profile_file_kind {
    ENT_PROFILE_FILE_CONFIG,     /* [default], [profile NAME], [services NAME] */
    ENT_PROFILE_FILE_CREDENTIALS /* [NAME] */
} ent_profile_file_kind;

typedef struct ent_profile_entry {
    const char *key;
    const char *sub_key; /* NULL: not in a block */
    const char *value;   /* may be empty */
} ent_profile_entry;

typedef enum ent_profile_section_kind {
    ENT_PROFILE_SECTION_IGNORED = 0,
    ENT_PROFILE_SECTION_PROFILE,
    ENT_PROFILE_SECTION_SERVICES
} ent_profile_section_kind;

typedef struct ent_profile_section {
    ent_profile_section_kind kind;
    const char *name;
    bool has_prefix; /* [profile default], not [default] */
    const ent_profile_entry *entries;
    size_t entry_count;
    const struct ent_profile_section *before; /* of the same name; for the reader */
} ent_profile_section;

enum {
    ENT_PROFILE_FILE_LIMIT = 1024 * 1024,
    ENT_PROFILE_SECTION_LIMIT = 4096,
    ENT_PROFILE_ENTRY_LIMIT = 16384
};

/* Everything that it holds lies in `text`, which is wiped in the end. */
typedef struct ent_profile_file {
    ent_buffer text;
    ent_profile_section *sections; /* in the order of the file */
    size_t section_count;
    ent_profile_entry *entries;
    size_t entry_count;
} ent_profile_file;

void ent_profile_file_init(ent_profile_file *file, const entitle_runtime *runtime);
void ent_profile_file_clear(ent_profile_file *file);

/*
 * Takes `file->text` apart, in place. What some of AWS's tools refuse or read otherwise
 * is noted once a kind, with `path` and the line but nothing of its content, since a
 * line in the wrong place may be half a secret. ENTITLE_CONFIGURATION: a NUL byte, or
 * more sections or keys than the limits.
 */
ENTITLE_CHECKED entitle_status ent_profile_file_parse(
    ent_profile_file *file,
    ent_profile_file_kind kind,
    const char *path,
    ent_warnings *notes,
    entitle_error *error);

#endif
