/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_GATE_SETTINGS_H
#define ENT_GATE_SETTINGS_H

#include "gate/seal.h"

#include <entitle/gate.h>

/* What one check goes by, once options and seal have been brought together. */
typedef struct ent_gate_settings {
    const char *product_code;
    entitle_route route;
    const char *dimension;          /* NULL but on the route meter-usage */
    const entitle_keyring *keyring; /* NULL but on the route register-usage */
    entitle_keyring *own_keyring;   /* NULL where the caller gave one */
    uint32_t key_version;           /* the first to ask for; 0 where there is no key */
    bool may_ask_older;             /* should the service refuse that version */
    bool may_ask_any_host;
    bool must_be_ordinary_tls; /* the Region's endpoint, and the system's CAs */
    bool start_when_unavailable;
    bool deny_after_rotation;
    int64_t deadline_ms;
} ent_gate_settings;

/*
 * Brings `options` and `seal` together; the seal wins, and an option that says
 * something else is refused with ENTITLE_SEALED. Other statuses: ENTITLE_CONFIGURATION,
 * ENTITLE_KEYS_UNUSABLE, ENTITLE_UNKNOWN_KEY_VERSION. Clear in any case.
 */
ENTITLE_CHECKED entitle_status ent_gate_settle(
    const entitle_gate_options *options,
    const ent_seal *seal,
    const entitle_runtime *runtime,
    ent_gate_settings *out,
    entitle_error *error);
void ent_gate_settings_clear(ent_gate_settings *settings);

#endif
