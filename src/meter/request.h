/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_METER_REQUEST_H
#define ENT_METER_REQUEST_H

#include "base/buffer.h"
#include "ledger/ledger.h"

/*
 * The body of the MeterUsage request for a record, as it will be sent however often. An
 * hour is dated with its last second, so that AWS's window for it lasts as long as
 * possible; the running hour with `now_s`.
 * https://docs.aws.amazon.com/marketplace/latest/APIReference/API_marketplace-metering_MeterUsage.html
 */
void ent_meter_write_request(
    const ent_ledger_record *record,
    const ent_tag_sum *tags,
    size_t tag_count,
    int64_t now_s,
    ent_buffer *out);

/*
 * The same for a customer's record: its element of a BatchMeterUsage request. It goes
 * into whatever batch, byte for byte.
 * https://docs.aws.amazon.com/marketplace/latest/APIReference/API_marketplace-metering_UsageRecord.html
 */
void ent_meter_write_usage_record(
    const ent_ledger_record *record,
    const ent_tag_sum *tags,
    size_t tag_count,
    int64_t now_s,
    ent_buffer *out);

/* The time that was written into it; that of another form of element: the hour's end.
 */
int64_t ent_meter_usage_record_time(const ent_ledger_record *record);

#endif
