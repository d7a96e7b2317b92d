/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_SUPPORT_METER_ACCOUNT_H
#define TEST_SUPPORT_METER_ACCOUNT_H

#include <entitle/meter.h>

/* Over all keys; fails the test where one of them does not add up. */
entitle_usage_sums meter_account_total(entitle_meter *meter);

/* "open=5 accepted=7", of what is not zero; good until the next call. */
const char *meter_account_text(entitle_meter *meter);

#endif
