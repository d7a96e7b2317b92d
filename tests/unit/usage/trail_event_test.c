/* SPDX-License-Identifier: Apache-2.0 */
#include "support/cmocka.h"
#include "usage/trail_event.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* What was seen, one line a record. */
static char seen[512];
static bool is_known_event;

static bool
see_call(void *context, const char *event_id, bool is_of_batch)
{
    (void)context;
    (void)event_id;
    (void)is_of_batch;
    return !is_known_event;
}

static bool
see_usage(void *context, const trail_usage *usage)
{
    size_t used = strlen(seen);

    (void)context;
    (void)snprintf(
        seen + used,
        sizeof(seen) - used,
        "%s %s/%s/%s %s/%s@%" PRId64 " %" PRId64 " %s\n",
        usage->is_of_batch ? "batch" : "meter",
        usage->customer_id,
        usage->customer_account,
        usage->license_arn,
        usage->product_code,
        usage->dimension,
        usage->at_s,
        usage->quantity,
        usage->metering_record_id);
    return true;
}

#define SOURCE(name)                                                                   \
    "{\"eventSource\":\"metering-marketplace.amazonaws.com\",\"eventName\":\"" name    \
    "\",\"eventID\":\"e-1\""
#define METER SOURCE("MeterUsage")
#define BATCH SOURCE("BatchMeterUsage")
#define AT    "\"timestamp\":\"Nov 22, 2026 5:59:59 AM\""
#define METER_REQUEST                                                                  \
    ",\"requestParameters\":{\"productCode\":\"p\",\"usageDimension\":\"d\","          \
    "\"usageQuantity\":3," AT "}"
#define METER_ANSWER ",\"responseElements\":{\"meteringRecordId\":\"r-1\"}}"
#define METER_LINE   "meter // p/d@1795327199 3 r-1\n"

#define BATCH_REQUEST ",\"requestParameters\":{\"productCode\":\"p\"}"
#define RESULT(customer, quantity, status)                                             \
    "{\"usageRecord\":{\"dimension\":\"d\"," AT "," customer quantity                  \
    "},\"meteringRecordId\":\"r-2\",\"status\":\"" status "\"}"
#define ANSWER(results)                                                                \
    ",\"responseElements\":{\"results\":[" results "],\"unprocessedRecords\":[]}}"
#define BY_ID   "\"customerIdentifier\":\"c\""
#define BY_ARN  "\"customerAWSAccountId\":\"1\",\"licenseArn\":\"aws:l\""
#define BY_BOTH "\"customerIdentifier\":\"c\",\"customerAWSAccountID\":\"1\""

/* `want_reason` NULL: it is read. */
static const struct {
    const char *event;
    const char *want_seen;
    const char *want_reason;
} events[] = {
    { METER METER_REQUEST METER_ANSWER, METER_LINE, NULL },
    { METER ",\"errorCode\":null" METER_REQUEST METER_ANSWER, METER_LINE, NULL },
    { METER ",\"errorCode\":\"ThrottlingException\"" METER_REQUEST METER_ANSWER,
      "",
      NULL },
    { METER METER_REQUEST ",\"responseElements\":null}", "", NULL },
    { METER METER_REQUEST "}", "", NULL },
    { METER ",\"requestParameters\":{\"usageDimension\":\"d\",\"dryRun\":true," AT
            "}" METER_ANSWER,
      "",
      NULL },
    { METER ",\"requestParameters\":{\"usageDimension\":\"d\",\"dryRun\":false," AT
            "}" METER_ANSWER,
      "meter // /d@1795327199 0 r-1\n",
      NULL },
    { SOURCE("RegisterUsage") METER_REQUEST METER_ANSWER, "", NULL },

    { BATCH BATCH_REQUEST ANSWER(RESULT(BY_ID, ",\"quantity\":7", "Success")),
      "batch c// p/d@1795327199 7 r-2\n",
      NULL },
    { BATCH ANSWER(RESULT(BY_ARN, ",\"quantity\":7", "Success")),
      "batch /1/aws:l /d@1795327199 7 r-2\n",
      NULL },
    { BATCH BATCH_REQUEST ANSWER(RESULT(BY_BOTH, "", "Success")),
      "batch c/1/ p/d@1795327199 0 r-2\n",
      NULL },
    { BATCH BATCH_REQUEST ANSWER(RESULT(BY_ID, "", "DuplicateRecord")), "", NULL },
    { BATCH BATCH_REQUEST ANSWER(RESULT(BY_ID, "", "CustomerNotSubscribed")),
      "",
      NULL },
    { BATCH BATCH_REQUEST ANSWER(RESULT(BY_ID, "", "Success") "," RESULT(
          BY_ID, "", "DuplicateRecord") "," RESULT(BY_ARN, "", "Success")),
      "batch c// p/d@1795327199 0 r-2\nbatch /1/aws:l p/d@1795327199 0 r-2\n",
      NULL },
    { BATCH BATCH_REQUEST ANSWER(""), "", NULL },

    /* Of other services nothing is looked at. */
    { "{\"eventSource\":\"s3.amazonaws.com\",,,", "", NULL },
    { "{\"eventSource\":\"s3.amazonaws.com\",\"userAgent\":"
      "\"metering-marketplace.amazonaws.com\",\"eventName\":"
      "\"MeterUsage\"" METER_REQUEST METER_ANSWER,
      "",
      NULL },
    { "{\"note\":\"metering-marketplace.amazonaws.com\"}", "", NULL },

    { METER METER_REQUEST, "", "is not JSON, or can be read in two ways" },
    { METER METER_REQUEST ",\"eventID\":\"e-2\"" METER_ANSWER,
      "",
      "is not JSON, or can be read in two ways" },
    { METER ",\"requestParameters\":{" AT "}" METER_ANSWER,
      "",
      "names no product or dimension" },
    { METER ",\"requestParameters\":{\"usageDimension\":\"d\"}" METER_ANSWER,
      "",
      "has no timestamp of a known form" },
    { METER ",\"requestParameters\":{\"usageDimension\":\"d\",\"usageQuantity\":1.5," AT
            "}" METER_ANSWER,
      "",
      "has a quantity that is none" },
    { METER ",\"requestParameters\":{\"usageDimension\":\"d\",\"usageQuantity\":-1," AT
            "}" METER_ANSWER,
      "",
      "has a quantity that is none" },
    { METER ",\"requestParameters\":{\"usageDimension\":\"d\",\"usageQuantity\":"
            "2147483648," AT "}" METER_ANSWER,
      "",
      "has a quantity that is none" },
    { METER ",\"requestParameters\":{\"usageDimension\":\"d\",\"usageQuantity\":"
            "2147483647," AT "}" METER_ANSWER,
      "meter // /d@1795327199 2147483647 r-1\n",
      NULL },
    { METER METER_REQUEST ",\"responseElements\":{\"meteringRecordId\":1}}",
      "",
      "has a meteringRecordId that is no text" },
    { BATCH BATCH_REQUEST ",\"responseElements\":{\"results\":{}}}",
      "",
      "has no results" },
    { BATCH BATCH_REQUEST ANSWER(RESULT("\"a\":1", "", "Success")),
      "",
      "names no customer" },
    { BATCH BATCH_REQUEST ANSWER("{\"usageRecord\":{}}"),
      "",
      "has a result without a status" },
    { BATCH BATCH_REQUEST ANSWER("{\"status\":\"Success\"}"),
      "",
      "names no dimension" },
};

static void
event_is_read(void **state)
{
    const trail_visitors visitors = { see_call, see_usage, NULL };

    (void)state;
    is_known_event = false;
    for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++) {
        const char *reason = NULL;

        seen[0] = '\0';
        bool is_read = trail_event_read(
            events[i].event, strlen(events[i].event), &visitors, &reason);
        if (is_read != (events[i].want_reason == NULL) ||
            strcmp(seen, events[i].want_seen) != 0) {
            fail_msg("%s: '%s', '%s'", events[i].event, seen, reason);
        }
        if (!is_read) {
            assert_string_equal(reason, events[i].want_reason);
        }
    }
}

static void
known_event_is_not_read_again(void **state)
{
    static const char event[] = METER METER_REQUEST METER_ANSWER;
    const trail_visitors visitors = { see_call, see_usage, NULL };
    const char *reason = NULL;

    (void)state;
    for (int i = 0; i < 2; i++) {
        is_known_event = i > 0;
        seen[0] = '\0';
        assert_true(trail_event_read(event, strlen(event), &visitors, &reason));
        assert_string_equal(seen, i > 0 ? "" : METER_LINE);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(event_is_read),
        cmocka_unit_test(known_event_is_not_read_again),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
