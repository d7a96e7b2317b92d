/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/profile.h"

#include "aws/profile_file.h"
#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/runtime.h"
#include "base/text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { PATH_SIZE = 4096 };

struct ent_profile {
    ent_profile_section_kind kind;
    const char *name;
    const ent_profile_section *last; /* what it says counts before what is before it */
};

typedef struct location {
    const char *variable;
    const char *below_home;
    ent_profile_file_kind kind;
} location;

/* In this order, because what is read later counts. */
static const location locations[] = {
    { "AWS_CONFIG_FILE", "/.aws/config", ENT_PROFILE_FILE_CONFIG },
    { "AWS_SHARED_CREDENTIALS_FILE",
      "/.aws/credentials",
      ENT_PROFILE_FILE_CREDENTIALS },
};

enum { FILE_COUNT = sizeof(locations) / sizeof(locations[0]) };

struct ent_profile_set {
    entitle_runtime runtime;
    ent_warnings notes;
    ent_profile_file files[FILE_COUNT];
    ent_profile *profiles;
    size_t profile_count;
    const ent_profile *selected;
};

/* False where there is no home to look in. A path that is cut leads nowhere. */
static bool
find_path(const entitle_runtime *runtime, const location *where, char out[PATH_SIZE])
{
    const char *given = ent_environment(runtime, where->variable);
    const char *home = ent_environment(runtime, "HOME");
    int length;

    if (given != NULL && !ent_text_starts_with(given, "~/")) {
        length = snprintf(out, PATH_SIZE, "%s", given);
    } else if (home != NULL) {
        const char *rest = given != NULL ? given + 1 : where->below_home;
        length = snprintf(out, PATH_SIZE, "%s%s", home, rest);
    } else {
        return false;
    }
    return length >= 0 && length < PATH_SIZE;
}

/*
 * A file that cannot be seen is not there, such as one below the home of another user.
 * What a failing disk keeps back is: without it another role could be taken.
 */
static bool
is_hidden(int number)
{
    return number == ENOENT || number == ENOTDIR || number == EACCES ||
           number == ENAMETOOLONG || number == ELOOP;
}

/* /dev/null stands for none. */
static bool
is_there(ent_profile_set *set, const location *where, const char *path)
{
    struct stat about;
    bool is_seen = stat(path, &about) == 0;

    if (is_seen ? S_ISREG(about.st_mode) : !is_hidden(errno)) {
        return true;
    }
    if (ent_environment(&set->runtime, where->variable) != NULL &&
        strcmp(path, "/dev/null") != 0) {
        ent_warn(&set->notes, "%s names %s, which is no file", where->variable, path);
    }
    return false;
}

static entitle_status
read_file(ent_profile_set *set, size_t index, entitle_error *error)
{
    const location *where = &locations[index];
    ent_profile_file *file = &set->files[index];
    entitle_error cause = { 0 };
    char path[PATH_SIZE];

    if (!find_path(&set->runtime, where, path) || !is_there(set, where, path)) {
        return ENTITLE_OK;
    }
    entitle_status status = ent_file_read(path, &file->text, &cause);
    if (status == ENTITLE_OUT_OF_MEMORY) {
        return ent_fail_memory(error);
    }
    if (status != ENTITLE_OK) {
        ent_fail(error, ENTITLE_CONFIGURATION, "%s", cause.message);
        ent_hint(
            error,
            "let this user read the file, or name another one by %s",
            where->variable);
        return ENTITLE_CONFIGURATION;
    }
    return ent_profile_file_parse(file, where->kind, path, &set->notes, error);
}

static ent_profile *
find(const ent_profile_set *set, ent_profile_section_kind kind, const char *name)
{
    for (size_t i = 0; set != NULL && i < set->profile_count; i++) {
        ent_profile *each = &set->profiles[i];
        if (each->kind == kind && strcmp(each->name, name) == 0) {
            return each;
        }
    }
    return NULL;
}

static void
add_section(ent_profile_set *set, ent_profile_section *section)
{
    ent_profile *profile = find(set, section->kind, section->name);

    if (profile == NULL) {
        profile = &set->profiles[set->profile_count++];
        *profile = (ent_profile){ .kind = section->kind, .name = section->name };
    }
    section->before = profile->last;
    profile->last = section;
}

static entitle_status
merge(ent_profile_set *set, entitle_error *error)
{
    size_t count = 0;

    for (size_t i = 0; i < FILE_COUNT; i++) {
        count += set->files[i].section_count;
    }
    set->profiles = ent_allocate(&set->runtime, (count + 1) * sizeof(*set->profiles));
    if (set->profiles == NULL) {
        return ent_fail_memory(error);
    }
    for (size_t i = 0; i < FILE_COUNT; i++) {
        for (size_t j = 0; j < set->files[i].section_count; j++) {
            ent_profile_section *section = &set->files[i].sections[j];
            if (section->kind != ENT_PROFILE_SECTION_IGNORED) {
                add_section(set, section);
            }
        }
    }
    return ENTITLE_OK;
}

static entitle_status
select_profile(ent_profile_set *set, entitle_error *error)
{
    static const char *const variables[] = { "AWS_PROFILE", "AWS_DEFAULT_PROFILE" };
    const char *name = NULL;
    const char *variable = NULL;

    for (size_t i = 0; name == NULL && i < 2; i++) {
        variable = variables[i];
        name = ent_environment(&set->runtime, variable);
    }
    set->selected = ent_profile_set_find(set, name != NULL ? name : "default");
    if (name == NULL || set->selected != NULL) {
        return ENTITLE_OK;
    }
    ent_fail(
        error,
        ENTITLE_CONFIGURATION,
        "the profile '%.80s' from %s is in neither of AWS's two files",
        name,
        variable);
    ent_hint(
        error,
        "unset %s, or write the section [profile %.80s] into ~/.aws/config",
        variable,
        name);
    return ENTITLE_CONFIGURATION;
}

static entitle_status
fill(ent_profile_set *set, entitle_error *error)
{
    entitle_status status = ENTITLE_OK;

    for (size_t i = 0; i < FILE_COUNT && status == ENTITLE_OK; i++) {
        status = read_file(set, i, error);
    }
    if (status == ENTITLE_OK) {
        status = merge(set, error);
    }
    return status == ENTITLE_OK ? select_profile(set, error) : status;
}

entitle_status
ent_profile_set_load(
    const entitle_runtime *runtime, ent_profile_set **out, entitle_error *error)
{
    ent_profile_set *set = ent_allocate(runtime, sizeof(*set));
    entitle_status status;

    *out = NULL;
    if (set == NULL) {
        return ent_fail_memory(error);
    }
    set->runtime = *runtime;
    for (size_t i = 0; i < FILE_COUNT; i++) {
        ent_profile_file_init(&set->files[i], &set->runtime);
    }
    status = fill(set, error);
    if (status != ENTITLE_OK) {
        ent_profile_set_free(set);
        return status;
    }
    *out = set;
    return ENTITLE_OK;
}

void
ent_profile_set_free(ent_profile_set *set)
{
    if (set == NULL) {
        return;
    }
    entitle_runtime runtime = set->runtime;

    for (size_t i = 0; i < FILE_COUNT; i++) {
        ent_profile_file_clear(&set->files[i]);
    }
    ent_release(&runtime, set->profiles);
    ent_release(&runtime, set);
}

const ent_profile *
ent_profile_set_find(const ent_profile_set *set, const char *name)
{
    return find(set, ENT_PROFILE_SECTION_PROFILE, name);
}

const ent_profile *
ent_profile_set_find_services(const ent_profile_set *set, const char *name)
{
    return find(set, ENT_PROFILE_SECTION_SERVICES, name);
}

const ent_profile *
ent_profile_set_selected(const ent_profile_set *set)
{
    return set != NULL ? set->selected : NULL;
}

const char *
ent_profile_set_note(const ent_profile_set *set, size_t index)
{
    return set != NULL && index < set->notes.count ? set->notes.text[index] : NULL;
}

const char *
ent_profile_name(const ent_profile *profile)
{
    return profile->name;
}

static bool
is_entry(const ent_profile_entry *entry, const char *key, const char *sub_key)
{
    if (strcmp(entry->key, key) != 0 || (entry->sub_key == NULL) != (sub_key == NULL)) {
        return false;
    }
    return sub_key == NULL || strcmp(entry->sub_key, sub_key) == 0;
}

const char *
ent_profile_nested_value(
    const ent_profile *profile, const char *key, const char *sub_key)
{
    const ent_profile_section *section = profile != NULL ? profile->last : NULL;

    for (; section != NULL; section = section->before) {
        for (size_t i = section->entry_count; i > 0; i--) {
            const ent_profile_entry *entry = &section->entries[i - 1];
            if (is_entry(entry, key, sub_key)) {
                return entry->value[0] != '\0' ? entry->value : NULL;
            }
        }
    }
    return NULL;
}

const char *
ent_profile_value(const ent_profile *profile, const char *key)
{
    return ent_profile_nested_value(profile, key, NULL);
}
