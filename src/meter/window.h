/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_METER_WINDOW_H
#define ENT_METER_WINDOW_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Until when customers' hours can be sent, by the service's clock. An hour is dated
 * with its last second, so that is what BatchMeterUsage's windows count from.
 * https://docs.aws.amazon.com/marketplace/latest/APIReference/API_marketplace-metering_BatchMeterUsage.html
 */

/* The start of the oldest hour that AWS still takes; all before it are too late. */
int64_t ent_window_first_hour_s(int64_t now_s);

/*
 * Whether the last half hour has begun in which AWS takes last month's usage: that of
 * hours before `*month_s`, until `*closes_at_s`.
 */
bool ent_window_is_month_closing(int64_t now_s, int64_t *month_s, int64_t *closes_at_s);

#endif
