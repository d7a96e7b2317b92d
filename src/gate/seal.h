/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_GATE_SEAL_H
#define ENT_GATE_SEAL_H

#include <entitle/gate.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One key that was compiled in. */
typedef struct ent_sealed_key {
    uint32_t version;
    const char *pem;
} ent_sealed_key;

/*
 * What a seller compiled in, so that whoever runs the program cannot choose it: made by
 * CMake from -DENTITLE_SEALED_… (see gate/sealed_values.h.in). Not sealed:
 * `product_code` is NULL.
 */
typedef struct ent_seal {
    const char *product_code;
    const ent_sealed_key *keys;
    size_t key_count; /* of the route register-usage; 0 on the others */
    entitle_route route;
    const char *dimension; /* of the route meter-usage; NULL on the other */
    const entitle_sealed_licence_key *licence_keys; /* of the route licence-file */
    size_t licence_key_count;                       /* 0 on the others */
    bool older_keys;   /* may fall back to an older key when the service refuses one */
    bool any_endpoint; /* may speak to hosts that are not AWS's */
    entitle_on_unavailable on_unavailable;
    entitle_on_rotation on_rotation;
} ent_seal;

extern const ent_seal ent_seal_compiled_in;

#endif
