/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_FLOW_CUSTOMERS_STAGE_H
#define TEST_FLOW_CUSTOMERS_STAGE_H

#include "meter_stage.h"

/*
 * The meter's stage with a market of two products, saas-one and saas-two, and sixty
 * customers, cust-00 to cust-59, who have subscribed to both.
 */
enum { CUSTOMERS = 60 };

/* Instead of stage_start(). */
int customers_start(void **state);

/* By its identifier, of saas-one. Its texts are those of the last such use. */
entitle_use customers_use(int customer, int64_t at_s, int64_t quantity);
/* By its account and licence. */
entitle_use customers_licensed_use(
    int customer, const char *product, int64_t at_s, int64_t quantity);

void customers_add(entitle_use use);
/* Many at once. */
void customers_import(size_t count, entitle_use (*use_at)(size_t index));
/* An hour of the customers from that one on, each with so many units. */
void customers_add_hour(int first, int count, int64_t at_s, int64_t quantity);

/* How many records the sandbox was sent in each request, from the fewest on: "10 25".
 */
void customers_assert_batches(const char *want);
size_t customers_count_calls(void);

/* So many records in that state have a reason with that part. */
void customers_assert_reasons(entitle_usage_state state, const char *part, int want);

#endif
