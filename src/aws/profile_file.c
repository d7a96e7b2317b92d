/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/profile_file.h"

#include "aws/profile_lines.h"
#include "base/error.h"
#include "base/memory.h"

#include <string.h>

/* At most as many as there can be: lines with '[' in front, and with a separator. */
static void
count(const char *text, size_t *sections, size_t *entries)
{
    *sections = 0;
    *entries = 0;
    for (const char *line = text; *line != '\0';) {
        size_t length = strcspn(line, "\n");
        size_t indent = strspn(line, " \t\r\f\v");
        *sections += line[indent] == '[';
        *entries += strcspn(line, "=:\n") < length;
        line += length + (line[length] == '\n');
    }
}

static entitle_status
allocate(ent_profile_file *file, const char *path, entitle_error *error)
{
    const entitle_runtime *runtime = file->text.runtime;
    size_t sections;
    size_t entries;

    count(file->text.bytes, &sections, &entries);
    if (sections > ENT_PROFILE_SECTION_LIMIT || entries > ENT_PROFILE_ENTRY_LIMIT) {
        return ent_fail(
            error,
            ENTITLE_CONFIGURATION,
            "%s has more than %d sections or %d keys",
            path,
            ENT_PROFILE_SECTION_LIMIT,
            ENT_PROFILE_ENTRY_LIMIT);
    }
    /* One more, for a section behind a byte order mark; and nothing is no size. */
    file->sections = ent_allocate(runtime, (sections + 1) * sizeof(*file->sections));
    file->entries = ent_allocate(runtime, (entries + 1) * sizeof(*file->entries));
    if (file->sections == NULL || file->entries == NULL) {
        return ent_fail_memory(error);
    }
    return ENTITLE_OK;
}

/* AWS says: where there are both, [profile default] counts. */
static void
drop_plain_default(ent_profile_file *file)
{
    bool has_prefixed = false;

    for (size_t i = 0; i < file->section_count; i++) {
        const ent_profile_section *each = &file->sections[i];
        has_prefixed |= each->has_prefix && strcmp(each->name, "default") == 0;
    }
    for (size_t i = 0; i < file->section_count && has_prefixed; i++) {
        ent_profile_section *each = &file->sections[i];
        if (!each->has_prefix && each->kind == ENT_PROFILE_SECTION_PROFILE) {
            each->kind = ENT_PROFILE_SECTION_IGNORED;
        }
    }
}

void
ent_profile_file_init(ent_profile_file *file, const entitle_runtime *runtime)
{
    *file = (ent_profile_file){ .sections = NULL };
    ent_buffer_init(&file->text, runtime, ENT_PROFILE_FILE_LIMIT);
}

void
ent_profile_file_clear(ent_profile_file *file)
{
    const entitle_runtime *runtime = file->text.runtime;

    ent_buffer_clear(&file->text);
    ent_release(runtime, file->sections);
    ent_release(runtime, file->entries);
    ent_profile_file_init(file, runtime);
}

entitle_status
ent_profile_file_parse(
    ent_profile_file *file,
    ent_profile_file_kind kind,
    const char *path,
    ent_warnings *notes,
    entitle_error *error)
{
    entitle_status status;

    if (file->text.length == 0) {
        return ENTITLE_OK;
    }
    if (memchr(file->text.bytes, '\0', file->text.length) != NULL) {
        return ent_fail(error, ENTITLE_CONFIGURATION, "%s holds a NUL byte", path);
    }
    status = allocate(file, path, error);
    if (status != ENTITLE_OK) {
        return status;
    }
    ent_profile_lines_read(file, kind, path, notes);
    drop_plain_default(file);
    return ENTITLE_OK;
}
