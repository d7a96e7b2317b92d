/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/setting.h"

#include "base/runtime.h"
#include "base/text.h"

#include <stddef.h>

const char *
ent_setting_value(
    const entitle_runtime *runtime,
    const ent_profile *profile,
    const ent_setting *setting)
{
    const char *value = ent_environment(runtime, setting->variable);

    return value != NULL ? value : ent_profile_value(profile, setting->key);
}

bool
ent_setting_is_true(
    const entitle_runtime *runtime,
    const ent_profile *profile,
    const ent_setting *setting)
{
    const char *value = ent_setting_value(runtime, profile, setting);

    return value != NULL && ent_text_equal_ignoring_case(value, "true");
}
