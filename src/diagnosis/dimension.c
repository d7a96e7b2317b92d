/* SPDX-License-Identifier: Apache-2.0 */
#include "diagnosis/examination.h"
#include "gate/settings.h"

#include <stddef.h>

static const char check[] = "dimension";

/* What the route meter-usage cannot ask without. */
static void
find_missing(const ent_examination *examination)
{
    if (examination->gate->product_code == NULL) {
        ent_find_warning(
            examination->diagnosis,
            "product-code",
            "give --product-code or ENTITLE_PRODUCT_CODE, or seal it in",
            "not given, so that the gate has nothing to ask for");
    }
    if (examination->gate->dimension == NULL) {
        ent_find_warning(
            examination->diagnosis,
            check,
            "give --dimension or ENTITLE_DIMENSION, or seal it in",
            "not given, and the route meter-usage needs one");
    }
}

static void
find_settled(const ent_examination *examination, const ent_gate_settings *settings)
{
    entitle_diagnosis *diagnosis = examination->diagnosis;
    const char *sealed = ent_seal_compiled_in.product_code != NULL ? ", sealed" : "";

    ent_find_ok(diagnosis, "product-code", "%s%s", settings->product_code, sealed);
    ent_find_ok(diagnosis, check, "%.200s%s", settings->dimension, sealed);
    if (examination->gate->keys != NULL || examination->gate->keyring != NULL) {
        ent_find_warning(
            diagnosis,
            "keys",
            "leave them out; only the route register-usage has a signature to verify",
            "given and not used: the answer to a dry run is not signed");
    }
}

/* As ent_examine_keys() does for the other route. */
void
ent_examine_dimension(ent_examination *examination)
{
    ent_gate_settings settings;
    entitle_error error;

    if (!ent_examination_is_complete(examination)) {
        find_missing(examination);
        return;
    }
    if (ent_gate_settle(
            examination->gate,
            &ent_seal_compiled_in,
            examination->runtime,
            &settings,
            &error) == ENTITLE_OK) {
        find_settled(examination, &settings);
    } else {
        ent_find_error(examination->diagnosis, "product-code", &error);
    }
    ent_gate_settings_clear(&settings);
}
