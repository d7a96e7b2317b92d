/* SPDX-License-Identifier: Apache-2.0 */
#include "gate/seal.h"

#include "gate/sealed_values.h"

#ifdef ENT_SEALED

/* One more than there are, since an array cannot have none. */
static const ent_sealed_key keys[] = { ENT_SEALED_KEYS{ 0, NULL } };
static const entitle_sealed_licence_key licence_keys[] = { ENT_SEALED_LICENCE_KEYS{
    NULL, NULL } };

const ent_seal ent_seal_compiled_in = {
    .product_code = ENT_SEALED_PRODUCT_CODE,
    .keys = keys,
    .key_count = sizeof(keys) / sizeof(keys[0]) - 1,
    .licence_keys = licence_keys,
    .licence_key_count = sizeof(licence_keys) / sizeof(licence_keys[0]) - 1,
    .route = ENT_SEALED_ROUTE,
    .dimension = ENT_SEALED_DIMENSION,
    .older_keys = ENT_SEALED_OLDER_KEYS,
    .any_endpoint = ENT_SEALED_ANY_ENDPOINT,
    .on_unavailable = ENT_SEALED_ON_UNAVAILABLE,
    .on_rotation = ENT_SEALED_ON_ROTATION,
};

#else

const ent_seal ent_seal_compiled_in = { .product_code = NULL };

#endif

bool
entitle_is_sealed(void)
{
    return ent_seal_compiled_in.product_code != NULL;
}

entitle_route
entitle_sealed_route(void)
{
    return ent_seal_compiled_in.route;
}
