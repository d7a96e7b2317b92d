/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USAGE_STATUS_JSON_H
#define USAGE_STATUS_JSON_H

#include "console/json_output.h"

#include <entitle/meter.h>

/*
 * What `entitle usage status --json` prints and the agent answers: the sums of all, and
 * of each product, dimension and customer. Where the ledger cannot be read, `out` holds
 * nothing.
 */
entitle_status
status_json_write(entitle_meter *meter, json_output *out, entitle_error *error);

/* Adds what one has to the total. */
void status_add_sums(const entitle_usage_sums *sums, entitle_usage_sums *total);

#endif
