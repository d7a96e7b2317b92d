/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_GATE_KEYS_H
#define ENT_GATE_KEYS_H

#include "gate/seal.h"

#include <entitle/gate.h>

/*
 * The keys to judge by: the sealed ones, or those that the options name. `*own` is a
 * ring that was made for it and is the caller's to free, whatever the status.
 */
ENTITLE_CHECKED entitle_status ent_gate_settle_keys(
    const entitle_gate_options *options,
    const ent_seal *seal,
    const entitle_runtime *runtime,
    const entitle_keyring **keyring,
    entitle_keyring **own,
    entitle_error *error);

#endif
