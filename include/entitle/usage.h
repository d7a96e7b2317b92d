/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENTITLE_USAGE_H
#define ENTITLE_USAGE_H

#include <entitle/error.h>
#include <entitle/export.h>
#include <entitle/metering.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Metering: how many units of a dimension were used at what time. MeterUsage is for
 * what the calling task, pod or instance used, BatchMeterUsage for what customers of a
 * SaaS product used, several of them in one call.
 * https://docs.aws.amazon.com/marketplace/latest/APIReference/API_marketplace-metering_MeterUsage.html
 * https://docs.aws.amazon.com/marketplace/latest/APIReference/API_marketplace-metering_BatchMeterUsage.html
 *
 * These functions send what they are given and remember nothing. Whoever calls them
 * keeps a record until AWS has it, and after a failure sends the same record again, not
 * one with another quantity: the same is counted once, another is refused. What is sent
 * depends on nothing but the structs, so equal structs are equal bytes.
 *
 * After a failure AWS may have metered all the same: its answer may be what was lost.
 * It has not where the error `is_certainly_undone`.
 *
 * What AWS would refuse in any case is refused before anything is sent, with the rule
 * in the message and the remedy in the hint: ENTITLE_INVALID_INPUT, and for a malformed
 * product code ENTITLE_INVALID_PRODUCT_CODE. Whether a time is still inside AWS's
 * window is left to AWS, as this machine's clock may be wrong; see entitle_usage_hour()
 * and the functions after it.
 *
 * Texts are UTF-8, and are borrowed during the call only. Thread safety: one call at a
 * time on a client; any number of clients at once.
 */
typedef struct entitle_usage_receipt entitle_usage_receipt;
typedef struct entitle_usage_batch_result entitle_usage_batch_result;

/* AWS's limits. */
#define ENTITLE_USAGE_QUANTITY_LIMIT   2147483647u
#define ENTITLE_USAGE_ALLOCATION_LIMIT 2500u /* of one record */
#define ENTITLE_USAGE_TAG_LIMIT        5u    /* of one allocation */
#define ENTITLE_USAGE_BATCH_LIMIT      25u   /* records of one BatchMeterUsage */

/*
 * A label of a part of the usage: a key of 1 to 100 and a value of 1 to 256 characters,
 * both of A-Z, a-z, 0-9, `_`, `@` and the ASCII characters from space to `=`.
 * https://docs.aws.amazon.com/marketplace/latest/APIReference/API_marketplace-metering_Tag.html
 */
typedef struct entitle_tag {
    const char *key;
    const char *value;
} entitle_tag;

/*
 * A part of a record's quantity, and what it was for: 1 to 5 tags without a key twice,
 * or none (NULL and 0) for the part that has no label. In one record, all quantities
 * add up to the record's, and no two allocations have the same tags, in whatever order.
 * https://docs.aws.amazon.com/marketplace/latest/APIReference/API_marketplace-metering_UsageAllocation.html
 */
typedef struct entitle_allocation {
    uint32_t quantity;
    const entitle_tag *tags;
    size_t tag_count;
} entitle_allocation;

/* One record of MeterUsage. */
typedef struct entitle_usage {
    size_t struct_size; /* sizeof(entitle_usage) */
    const char *product_code;
    const char *dimension; /* 1 to 255 characters */
    int64_t at_s;          /* when it was used; AWS counts it to the hour around it */
    uint32_t quantity;     /* units, at most ENTITLE_USAGE_QUANTITY_LIMIT; 0 is usage */
    bool dry_run;          /* judge it, and meter nothing */
    const entitle_allocation *allocations; /* NULL: not allocated */
    size_t allocation_count;               /* at most ENTITLE_USAGE_ALLOCATION_LIMIT */
    /*
     * 1 to 64 characters that are new for each record and the same whenever it is sent
     * again. Required on Amazon Bedrock AgentCore, where hours do not matter and every
     * record counts; without meaning elsewhere. NULL: none.
     */
    const char *client_token;
} entitle_usage;

/*
 * One record of BatchMeterUsage. The customer is named in one of three ways, by what
 * entitle_metering_resolve_customer() returned:
 *   - customer_account and license_arn, as new products have to since June 2026;
 *   - customer_account alone, or
 *   - customer_identifier alone, both for the product of the batch.
 * https://docs.aws.amazon.com/marketplace/latest/APIReference/API_marketplace-metering_UsageRecord.html
 */
typedef struct entitle_customer_usage {
    size_t struct_size;              /* sizeof(entitle_customer_usage) */
    const char *customer_account;    /* digits; or NULL */
    const char *license_arn;         /* beginning with "arn:"; or NULL */
    const char *customer_identifier; /* 1 to 255 characters; or NULL */
    const char *dimension;           /* as above, as are the rest */
    int64_t at_s;
    uint32_t quantity;
    const entitle_allocation *allocations;
    size_t allocation_count;
} entitle_customer_usage;

/*
 * 1 to ENTITLE_USAGE_BATCH_LIMIT records, all of one product, which together make at
 * most 1 MiB of JSON. One request names customers by account or by identifier, never by
 * both. One customer's usage of an hour goes either by licence or by product code: in
 * both ways it would be billed twice, and in one batch that is refused here.
 */
typedef struct entitle_usage_batch {
    size_t struct_size;       /* sizeof(entitle_usage_batch) */
    const char *product_code; /* NULL only when every record has a licence */
    const entitle_customer_usage *const *records;
    size_t record_count;
} entitle_usage_batch;

/*
 * What became of one record of a batch. A batch that was answered is not a batch that
 * was accepted.
 * https://docs.aws.amazon.com/marketplace/latest/APIReference/API_marketplace-metering_UsageRecordResult.html
 */
typedef enum entitle_usage_outcome {
    /*
     * The answer does not say, or calls it unprocessed after an attempt that was cut
     * off and may have metered it. AWS may hold it: send the same again, with no unit
     * more.
     */
    ENTITLE_USAGE_UNKNOWN = 0,
    ENTITLE_USAGE_SUCCESS, /* metered, now or by an earlier equal record */
    ENTITLE_USAGE_CUSTOMER_NOT_SUBSCRIBED, /* not metered, and not to be sent again */
    /*
     * Not metered: this customer's dimension and hour have been, with another quantity.
     * Not to be ignored: these units are not billed.
     */
    ENTITLE_USAGE_DUPLICATE_RECORD,
    ENTITLE_USAGE_UNPROCESSED /* AWS has not got it; send it again */
} entitle_usage_outcome;

ENTITLE_BEGIN_DECLS

/*
 * MeterUsage. ENTITLE_OK and a receipt: metered, now or by an earlier equal record.
 * With `dry_run` success is ENTITLE_DRY_RUN_ACCEPTED and a receipt without a record id,
 * and never ENTITLE_OK; the answer to a dry run is not signed, so it proves nothing
 * about who gave it. Free the receipt with entitle_usage_receipt_free().
 *
 * AWS takes one quantity for each hour and dimension of a task, pod or instance, so
 * send an hour when it is over: what is used in the rest of it could not be added.
 *
 * Statuses to act on: ENTITLE_INVALID_INPUT (`service_code` of the error tells a
 * refusal of AWS; "DuplicateRequestException": the hour has been metered with another
 * quantity; "TimestampOutOfBoundsException": too late), ENTITLE_NOT_ENTITLED, the
 * category UNAVAILABLE (send the same again), the category CONFIGURATION (someone has
 * to mend it).
 */
ENTITLE_CHECKED entitle_status entitle_metering_meter_usage(
    entitle_metering *metering,
    const entitle_usage *usage,
    entitle_usage_receipt **out,
    entitle_error *error);

/* Accepts NULL. */
void entitle_usage_receipt_free(entitle_usage_receipt *receipt);

/*
 * AWS's MeteringRecordId: 1 to 127 visible ASCII characters, or "" after a dry run. The
 * receipt keeps both texts; NULL has "".
 */
const char *entitle_usage_receipt_record_id(const entitle_usage_receipt *receipt);
const char *entitle_usage_receipt_request_id(const entitle_usage_receipt *receipt);

/*
 * BatchMeterUsage. ENTITLE_OK means that AWS answered: what became of each record is in
 * `*out`, to be freed by entitle_usage_batch_result_free().
 *
 * Results are told apart by what is in them, not by their order. What matches no
 * record, or contradicts another result, makes no record a success.
 *
 * Statuses to act on: those of entitle_metering_meter_usage(), where
 * "TimestampOutOfBoundsException" means that one record or more are too old and all
 * were refused.
 */
ENTITLE_CHECKED entitle_status entitle_metering_batch_meter_usage(
    entitle_metering *metering,
    const entitle_usage_batch *batch,
    entitle_usage_batch_result **out,
    entitle_error *error);

/*
 * The same of an answer to the batch when it was sent as JSON, by
 * entitle_metering_call() or entitle_calls_start(). The records are compared, not
 * checked. ENTITLE_BAD_RESPONSE: it is no answer of BatchMeterUsage.
 */
ENTITLE_CHECKED entitle_status entitle_usage_batch_result_read(
    const entitle_usage_batch *batch,
    const entitle_answer *answer,
    entitle_usage_batch_result **out,
    entitle_error *error);

/* Accepts NULL. */
void entitle_usage_batch_result_free(entitle_usage_batch_result *result);

/* How many records the batch had. 0 for NULL. */
size_t entitle_usage_batch_result_count(const entitle_usage_batch_result *result);

/*
 * What became of the record at that index of the batch: ENTITLE_USAGE_UNKNOWN for NULL
 * and past the end.
 */
entitle_usage_outcome entitle_usage_batch_result_outcome(
    const entitle_usage_batch_result *result, size_t index);

/*
 * AWS's MeteringRecordId, never "" after a success; "" where there is none. The result
 * keeps the texts; NULL has "".
 */
const char *entitle_usage_batch_result_record_id(
    const entitle_usage_batch_result *result, size_t index);
const char *
entitle_usage_batch_result_request_id(const entitle_usage_batch_result *result);

/* How many results of the answer belong to no record: someone should look. */
size_t entitle_usage_batch_result_stray_count(const entitle_usage_batch_result *result);

/*
 * "success", "customer_not_subscribed", "duplicate_record", "unprocessed", "unknown".
 */
const char *entitle_usage_outcome_name(entitle_usage_outcome outcome);

/* --- For those who keep their records themselves: pure, from any thread ----------- */

/* The beginning of the hour around a time. */
int64_t entitle_usage_hour(int64_t at_s);

/*
 * When AWS stops to take usage of `at_s`: from this moment of the service's clock on it
 * is refused. entitle_metering_clock_offset_ms() tells that clock.
 *
 * MeterUsage: 6 hours later. BatchMeterUsage: 24 hours later, but for usage of a past
 * month at 06:00 UTC on the first of the next; so the API reference since 2026, where
 * older copies of it say 6 hours.
 */
int64_t entitle_meter_usage_closes_at(int64_t at_s);
int64_t entitle_batch_meter_usage_closes_at(int64_t at_s);

/*
 * Gives what the others leave of `quantity` to the one allocation that has no tags, so
 * that they add up. False, and nothing is changed, where there is not exactly one such
 * allocation, or the others exceed `quantity`.
 */
bool entitle_allocations_fill(
    entitle_allocation *allocations, size_t allocation_count, uint32_t quantity);

ENTITLE_END_DECLS

#endif
