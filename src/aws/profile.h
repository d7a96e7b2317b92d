/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_AWS_PROFILE_H
#define ENT_AWS_PROFILE_H

#include <entitle/error.h>
#include <entitle/runtime.h>

#include <stdbool.h>
#include <stddef.h>

/*
 * The profiles of AWS's shared files, ~/.aws/config (AWS_CONFIG_FILE) and
 * ~/.aws/credentials (AWS_SHARED_CREDENTIALS_FILE), merged by name; where both have a
 * key, the credentials file counts:
 * https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html
 */
typedef struct ent_profile_set ent_profile_set;

/*
 * One [profile NAME], [NAME] of the credentials file, or [services NAME].
 * The set keeps it.
 */
typedef struct ent_profile ent_profile;

/*
 * Reads both files. One that is missing is not an error: the set is empty then. What
 * AWS's own tools would refuse or read differently is noted (ent_profile_set_note()),
 * not refused. ENTITLE_CONFIGURATION: a file that is there cannot be read, is over 1
 * MiB or holds a NUL byte, or AWS_PROFILE names a profile that is in neither. Free with
 * ent_profile_set_free().
 */
ENTITLE_CHECKED entitle_status ent_profile_set_load(
    const entitle_runtime *runtime, ent_profile_set **out, entitle_error *error);
void ent_profile_set_free(ent_profile_set *set);

/* NULL where there is none of that name. Here and below, a NULL set is an empty one. */
const ent_profile *ent_profile_set_find(const ent_profile_set *set, const char *name);
const ent_profile *
ent_profile_set_find_services(const ent_profile_set *set, const char *name);

/*
 * AWS_PROFILE, else AWS_DEFAULT_PROFILE, else "default"; NULL where that
 * does not exist.
 */
const ent_profile *ent_profile_set_selected(const ent_profile_set *set);

/* For doctor: sentences about what is odd in the files. NULL past the last. */
const char *ent_profile_set_note(const ent_profile_set *set, size_t index);

const char *ent_profile_name(const ent_profile *profile);

/*
 * NULL where the key is not there or empty; `profile` may be NULL. Keys are lower case.
 */
const char *ent_profile_value(const ent_profile *profile, const char *key);

/*
 * The sub-key of an indented block: `marketplace_metering =` and below it
 * `endpoint_url = …`.
 */
const char *ent_profile_nested_value(
    const ent_profile *profile, const char *key, const char *sub_key);

#endif
