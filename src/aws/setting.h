/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_AWS_SETTING_H
#define ENT_AWS_SETTING_H

#include "aws/profile.h"

#include <entitle/runtime.h>

#include <stdbool.h>

/*
 * A setting that AWS's tools take from a variable, else from a key of the profile
 * (NULL: there is none).
 */
typedef struct ent_setting {
    const char *variable;
    const char *key;
} ent_setting;

/* NULL where neither is set; an empty value is none. */
const char *ent_setting_value(
    const entitle_runtime *runtime,
    const ent_profile *profile,
    const ent_setting *setting);

/* Only the text `true`, in any case, is true. */
bool ent_setting_is_true(
    const entitle_runtime *runtime,
    const ent_profile *profile,
    const ent_setting *setting);

#endif
