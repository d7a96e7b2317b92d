/* SPDX-License-Identifier: Apache-2.0 */
#include "gate/route.h"

#include "base/error.h"

#include <stddef.h>
#include <string.h>

entitle_route
ent_gate_route(const entitle_gate_options *options, const ent_seal *seal)
{
    entitle_route route = seal->product_code != NULL ? seal->route : options->route;

    return route != ENTITLE_ROUTE_DEFAULT ? route : ENTITLE_ROUTE_REGISTER_USAGE;
}

const char *
ent_gate_route_operation(entitle_route route)
{
    switch (route) {
    case ENTITLE_ROUTE_METER_USAGE:
        return "MeterUsage";
    case ENTITLE_ROUTE_LICENCE_FILE:
        return "a licence file";
    default:
        return "RegisterUsage";
    }
}

/* NULL is equal to NULL only. */
static bool
is_same(const char *left, const char *right)
{
    return left != NULL && right != NULL ? strcmp(left, right) == 0 : left == right;
}

static entitle_status
check_seal(
    const entitle_gate_options *options,
    const ent_seal *seal,
    const ent_gate_settings *settled,
    entitle_error *error)
{
    if (options->route != ENTITLE_ROUTE_DEFAULT && options->route != settled->route) {
        ent_fail(
            error,
            ENTITLE_SEALED,
            "this build is sealed with another route: it asks by %s",
            ent_gate_route_operation(settled->route));
        ent_hint(error, "remove the route from the settings: it is built in");
        return ENTITLE_SEALED;
    }
    if (options->dimension != NULL && !is_same(options->dimension, seal->dimension)) {
        ent_fail(
            error,
            ENTITLE_SEALED,
            "this build is sealed with another dimension than the one given, or none");
        ent_hint(error, "remove the dimension from the settings");
        return ENTITLE_SEALED;
    }
    return ENTITLE_OK;
}

static entitle_status
check_dimension(const ent_gate_settings *settled, entitle_error *error)
{
    bool is_given = settled->dimension != NULL && settled->dimension[0] != '\0';

    if (settled->route == ENTITLE_ROUTE_METER_USAGE && !is_given) {
        ent_fail(
            error,
            ENTITLE_CONFIGURATION,
            "the route meter-usage needs a dimension, and none was given");
        ent_hint(
            error,
            "give a dimension that the product has in the AWS Marketplace Management "
            "Portal (--dimension or ENTITLE_DIMENSION)");
        return ENTITLE_CONFIGURATION;
    }
    if (settled->route != ENTITLE_ROUTE_METER_USAGE && settled->dimension != NULL) {
        ent_fail(
            error,
            ENTITLE_CONFIGURATION,
            "a dimension was given, and the route %s has no use for one",
            settled->route == ENTITLE_ROUTE_LICENCE_FILE ? "licence-file"
                                                         : "register-usage");
        ent_hint(error, "leave it out, or take the route meter-usage");
        return ENTITLE_CONFIGURATION;
    }
    return ENTITLE_OK;
}

entitle_status
ent_gate_settle_route(
    const entitle_gate_options *options,
    const ent_seal *seal,
    ent_gate_settings *out,
    entitle_error *error)
{
    bool is_sealed = seal->product_code != NULL;

    out->route = ent_gate_route(options, seal);
    out->dimension = is_sealed ? seal->dimension : options->dimension;
    if (out->route != ENTITLE_ROUTE_REGISTER_USAGE &&
        out->route != ENTITLE_ROUTE_METER_USAGE &&
        out->route != ENTITLE_ROUTE_LICENCE_FILE) {
        ent_fail(error, ENTITLE_CONFIGURATION, "there is no such route");
        ent_hint(error, "take the route register-usage, meter-usage or licence-file");
        return ENTITLE_CONFIGURATION;
    }
    if (is_sealed) {
        entitle_status status = check_seal(options, seal, out, error);

        if (status != ENTITLE_OK) {
            return status;
        }
    }
    return check_dimension(out, error);
}
