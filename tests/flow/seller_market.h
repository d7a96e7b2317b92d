/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_FLOW_SELLER_MARKET_H
#define TEST_FLOW_SELLER_MARKET_H

#include "service_client.h"

#include <stdint.h>

/*
 * A sandbox whose market has two sellers, products of every kind, and customers whose
 * agreements are open, over, and still to come. Every test begins at noon of
 * 2026-11-10, service's time.
 */

#define NOON_S 1794312000

/* The seller of all products but one also is a task in an account that has them all. */
extern const service_signer seller_itself;  /* SERVICE_ACCESS_KEY */
extern const service_signer other_seller;   /* publishes "saas-foreign" */
extern const service_signer nobodys_laptop; /* neither */
extern const service_signer buyers_pod;     /* of customer A, in eu-west-1 */

#define LICENSE(name)      "arn:aws:license-manager::294406891311:license:l-" name
#define LICENSE_BARE(name) "aws:license-manager::294406891311:license:l-" name

/* cmocka's set-up and tear-down of it, and the set-up of each test. */
int seller_start(void **state);
int seller_stop(void **state);
int seller_reset(void **state);

/* The same with other settings: the members of the market's "settings". */
int seller_start_with(sandbox_process *sandbox, const char *settings);

void seller_set_clock(const char *time);

/* Asserts the rule and the page of the last call in the journal. */
void seller_assert_rule(const char *want_rule_part, const char *want_page_part);

#endif
