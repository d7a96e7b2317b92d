/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_GATE_ROUTE_H
#define ENT_GATE_ROUTE_H

#include "gate/seal.h"
#include "gate/settings.h"

#include <entitle/gate.h>

/* The route that the seal, the options or, last, the default choose. */
entitle_route ent_gate_route(const entitle_gate_options *options, const ent_seal *seal);

/*
 * By what it is asked on that route: the operation "RegisterUsage" or "MeterUsage", or
 * "a licence file".
 */
const char *ent_gate_route_operation(entitle_route route);

/*
 * Settles route and dimension. ENTITLE_SEALED: an option says something else than the
 * seal. ENTITLE_CONFIGURATION: there is no such route, the dimension that it needs is
 * missing, or there is one that it has no use for.
 */
ENTITLE_CHECKED entitle_status ent_gate_settle_route(
    const entitle_gate_options *options,
    const ent_seal *seal,
    ent_gate_settings *out,
    entitle_error *error);

#endif
