/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_METERING_CLIENT_H
#define ENT_METERING_CLIENT_H

#include "aws/json_call.h"
#include "aws/profile.h"
#include "aws/sigv4.h"

#include <entitle/metering.h>

/* Behind entitle_metering; the gate looks inside for what only it needs. */
struct entitle_metering {
    entitle_runtime runtime;
    ent_profile_set *profiles;
    ent_region region;
    ent_endpoint endpoint;
    int64_t deadline_ms;
    ent_json_service service;
    ent_sigv4_kept_key signing_key;                /* of the service */
    entitle_transport *own_transport;              /* NULL where the caller gave one */
    entitle_credentials_provider *own_credentials; /* likewise */
};

/*
 * As entitle_metering_clock_offset_ms(), but whatever the last `Date` said: for an
 * answer that shows by itself whom it is from.
 */
int64_t ent_metering_date_offset_ms(const entitle_metering *metering);

#endif
