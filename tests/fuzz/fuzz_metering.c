/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The typed operations in front of a server that answers whatever it likes. The first
 * line of an input is one letter, the operation (see try_operation()); the rest is the
 * server (answer_script.h). What
 * counts as metered must stand in the answer as a success, in a reading of the JSON
 * that shares nothing with the library's; and nothing that is secret may come back out.
 */
#include "answer_script.h"
#include "fuzz.h"
#include "support/fake_runtime.h"

#include <entitle/customer.h>
#include <entitle/usage.h>

#include <cjson/cJSON.h>

#include <string.h>

enum { RECORD_COUNT = 4, DEADLINE_MS = 3000 };

#define PRODUCT "cqcvf9f0ugw8rkbgmf1c9dxyz"
#define TOKEN   "the-registration-token"

static const fake_variable environment[] = {
    { "AWS_ACCESS_KEY_ID", "ASIAEXAMPLE" },
    { "AWS_SECRET_ACCESS_KEY", "the-secret-access-key" },
    { "AWS_SESSION_TOKEN", "the-session-token" },
    { "AWS_REGION", "eu-west-1" },
    { "AWS_MAX_ATTEMPTS", "4" }, /* as many as a script has answers, usually */
    { NULL, NULL },
};

/* One input at work. */
typedef struct trial_run {
    fake_runtime fake;
    answer_script script;
    entitle_metering *metering;
    entitle_error error;
    bool has_sent_token; /* a server that was not told it may say it */
} trial_run;

static void
require_silence(const trial_run *trial, const char *text)
{
    FUZZ_REQUIRE(strstr(text, "the-secret-access-key") == NULL);
    FUZZ_REQUIRE(strstr(text, "the-session-token") == NULL);
    FUZZ_REQUIRE(!trial->has_sent_token || strstr(text, TOKEN) == NULL);
}

/* A failure gives nothing but an error that is whole; a success came with an answer. */
static void
require_outcome(const trial_run *trial, entitle_status status, const void *out)
{
    bool has_succeeded = entitle_status_category(status) == ENTITLE_CATEGORY_DONE;

    FUZZ_REQUIRE(has_succeeded == (out != NULL));
    FUZZ_REQUIRE(status != ENTITLE_INTERNAL_ERROR);
    FUZZ_REQUIRE(status != ENTITLE_INVALID_ARGUMENT);
    FUZZ_REQUIRE(status != ENTITLE_OK || trial->script.last_status / 100 == 2);
    FUZZ_REQUIRE(
        status != ENTITLE_DRY_RUN_ACCEPTED || trial->script.last_status / 100 == 4);
    FUZZ_REQUIRE(has_succeeded || trial->error.status == status);
    FUZZ_REQUIRE(!trial->error.is_certainly_undone || !trial->script.may_have_worked);
    FUZZ_REQUIRE(has_succeeded || trial->error.message[0] != '\0');
}

static void
require_record_id(const char *id)
{
    FUZZ_REQUIRE(id[0] != '\0');
    for (; *id != '\0'; id++) {
        FUZZ_REQUIRE(*id > 0x20 && *id < 0x7f);
    }
}

/* --- MeterUsage ------------------------------------------------------------------- */

static void
try_meter_usage(trial_run *trial, bool dry_run)
{
    const entitle_usage usage = { .struct_size = sizeof(usage),
                                  .product_code = PRODUCT,
                                  .dimension = "requests",
                                  .at_s = FAKE_NOW_S,
                                  .quantity = 7,
                                  .dry_run = dry_run };
    entitle_usage_receipt *receipt = NULL;
    entitle_status status =
        entitle_metering_meter_usage(trial->metering, &usage, &receipt, &trial->error);

    require_outcome(trial, status, receipt);
    FUZZ_REQUIRE(status != (dry_run ? ENTITLE_OK : ENTITLE_DRY_RUN_ACCEPTED));
    if (status == ENTITLE_OK) {
        require_record_id(entitle_usage_receipt_record_id(receipt));
    } else {
        FUZZ_REQUIRE(entitle_usage_receipt_record_id(receipt)[0] == '\0');
    }
    require_silence(trial, entitle_usage_receipt_request_id(receipt));
    entitle_usage_receipt_free(receipt);
}

/* --- BatchMeterUsage -------------------------------------------------------------- */

static const entitle_tag tag = { "team", "a" };
static const entitle_allocation allocations[] = { { 2, &tag, 1 }, { 1, NULL, 0 } };

/* The third is equal to the first; in the fourth the usage is allocated. */
static const entitle_customer_usage by_identifier[RECORD_COUNT] = {
    { .struct_size = sizeof(entitle_customer_usage),
      .customer_identifier = "cust-1",
      .dimension = "requests",
      .at_s = FAKE_NOW_S,
      .quantity = 1 },
    { .struct_size = sizeof(entitle_customer_usage),
      .customer_identifier = "cust-2",
      .dimension = "requests",
      .at_s = FAKE_NOW_S,
      .quantity = 2 },
    { .struct_size = sizeof(entitle_customer_usage),
      .customer_identifier = "cust-1",
      .dimension = "requests",
      .at_s = FAKE_NOW_S,
      .quantity = 1 },
    { .struct_size = sizeof(entitle_customer_usage),
      .customer_identifier = "cust-1",
      .dimension = "gigabytes",
      .at_s = FAKE_NOW_S,
      .quantity = 3,
      .allocations = allocations,
      .allocation_count = 2 },
};

/* One account: its licences, and the hour, tell the records apart. */
static const entitle_customer_usage by_license[RECORD_COUNT] = {
    { .struct_size = sizeof(entitle_customer_usage),
      .customer_account = "1",
      .license_arn = "arn:aws:l::1:license:l-1",
      .dimension = "requests",
      .at_s = FAKE_NOW_S,
      .quantity = 1 },
    { .struct_size = sizeof(entitle_customer_usage),
      .customer_account = "1",
      .license_arn = "arn:aws:l::1:license:l-2",
      .dimension = "requests",
      .at_s = FAKE_NOW_S,
      .quantity = 1 },
    { .struct_size = sizeof(entitle_customer_usage),
      .customer_account = "1",
      .license_arn = "arn:aws:l::1:license:l-1",
      .dimension = "requests",
      .at_s = FAKE_NOW_S - 3600,
      .quantity = 1 },
    { .struct_size = sizeof(entitle_customer_usage),
      .customer_account = "2",
      .license_arn = "arn:aws:l::1:license:l-3",
      .dimension = "requests",
      .at_s = FAKE_NOW_S,
      .quantity = 1 },
};

static const char *
text_of(const cJSON *object, const char *name)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
}

static bool
agrees(const cJSON *echo, const char *name, const char *want)
{
    const char *said = text_of(echo, name);

    return said == NULL || want == NULL || strcmp(said, want) == 0;
}

/* Whether this result says that this record was metered, under this id. */
static bool
vouches_for(const cJSON *json, const entitle_customer_usage *record, const char *id)
{
    const cJSON *echo = cJSON_GetObjectItemCaseSensitive(json, "UsageRecord");
    const cJSON *quantity = cJSON_GetObjectItemCaseSensitive(echo, "Quantity");
    const char *status = text_of(json, "Status");
    const char *said = text_of(json, "MeteringRecordId");
    const char *dimension = text_of(echo, "Dimension");

    return status != NULL && strcmp(status, "Success") == 0 && said != NULL &&
           strcmp(said, id) == 0 && dimension != NULL &&
           strcmp(dimension, record->dimension) == 0 &&
           (!cJSON_IsNumber(quantity) ||
            quantity->valuedouble == (double)record->quantity) &&
           agrees(echo, "CustomerIdentifier", record->customer_identifier) &&
           agrees(echo, "CustomerAWSAccountId", record->customer_account);
}

/* Each success has a result of its own that says so. */
static void
require_vouched(
    const cJSON *answer,
    const entitle_customer_usage *records,
    const entitle_usage_batch_result *result)
{
    const cJSON *results = cJSON_GetObjectItemCaseSensitive(answer, "Results");
    const cJSON *used[RECORD_COUNT] = { NULL };

    for (size_t i = 0; i < RECORD_COUNT; i++) {
        const char *id = entitle_usage_batch_result_record_id(result, i);
        const cJSON *json = results != NULL ? results->child : NULL;

        if (entitle_usage_batch_result_outcome(result, i) != ENTITLE_USAGE_SUCCESS) {
            continue;
        }
        require_record_id(id);
        for (; json != NULL && used[i] == NULL; json = json->next) {
            bool is_free = true;
            for (size_t other = 0; other < i; other++) {
                is_free = is_free && used[other] != json;
            }
            used[i] = is_free && vouches_for(json, &records[i], id) ? json : NULL;
        }
        FUZZ_REQUIRE(used[i] != NULL);
    }
}

static void
try_batch(trial_run *trial, const entitle_customer_usage *records)
{
    const entitle_customer_usage *pointers[RECORD_COUNT];
    const entitle_usage_batch batch = {
        .struct_size = sizeof(batch),
        .product_code = records == by_identifier ? PRODUCT : NULL,
        .records = pointers,
        .record_count = RECORD_COUNT,
    };
    entitle_usage_batch_result *result = NULL;

    for (size_t i = 0; i < RECORD_COUNT; i++) {
        pointers[i] = &records[i];
    }
    entitle_status status = entitle_metering_batch_meter_usage(
        trial->metering, &batch, &result, &trial->error);
    require_outcome(trial, status, result);
    FUZZ_REQUIRE(status != ENTITLE_DRY_RUN_ACCEPTED);
    if (status == ENTITLE_OK) {
        cJSON *answer = cJSON_ParseWithLength(
            trial->script.last_body, trial->script.last_body_length);
        FUZZ_REQUIRE(entitle_usage_batch_result_count(result) == RECORD_COUNT);
        FUZZ_REQUIRE(answer != NULL);
        require_vouched(answer, records, result);
        cJSON_Delete(answer);
    }
    require_silence(trial, entitle_usage_batch_result_request_id(result));
    entitle_usage_batch_result_free(result);
}

/* --- ResolveCustomer -------------------------------------------------------------- */

static void
try_resolve_customer(trial_run *trial)
{
    entitle_customer *customer = NULL;

    trial->has_sent_token = true;
    entitle_status status = entitle_metering_resolve_customer(
        trial->metering, TOKEN, &customer, &trial->error);

    require_outcome(trial, status, customer);
    FUZZ_REQUIRE(status != ENTITLE_DRY_RUN_ACCEPTED);
    FUZZ_REQUIRE(
        status != ENTITLE_OK || entitle_customer_account(customer)[0] != '\0' ||
        entitle_customer_identifier(customer)[0] != '\0');
    require_silence(trial, entitle_customer_request_id(customer));
    entitle_customer_free(customer);
}

/* --- Inputs ----------------------------------------------------------------------- */

static void
try_operation(trial_run *trial, char operation)
{
    switch (operation) {
    case 'm':
        try_meter_usage(trial, false);
        return;
    case 'd':
        try_meter_usage(trial, true);
        return;
    case 'b':
        try_batch(trial, by_identifier);
        return;
    case 'l':
        try_batch(trial, by_license);
        return;
    case 'r':
        try_resolve_customer(trial);
        return;
    default:
        return;
    }
}

static void
check(trial_run *trial, const char *text, size_t length)
{
    const entitle_metering_options options = {
        .struct_size = sizeof(options),
        .runtime = &trial->fake.runtime,
        .transport = &trial->script.transport,
        .deadline_ms = DEADLINE_MS,
        .retry = ENTITLE_RETRY_UNTIL_DEADLINE,
    };

    answer_script_init(&trial->script, text + 2, length - 2);
    FUZZ_REQUIRE(
        entitle_metering_new(&options, &trial->metering, &trial->error) == ENTITLE_OK);
    try_operation(trial, text[0]);
    require_silence(trial, trial->error.message);
    require_silence(trial, trial->error.hint);
    require_silence(trial, trial->error.service_code);
    require_silence(trial, trial->error.request_id);
    require_silence(trial, trial->fake.log);
    FUZZ_REQUIRE(trial->fake.slept_ms <= DEADLINE_MS);
    entitle_metering_free(trial->metering);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static trial_run trial;

    if (length < 2 || bytes[1] != '\n') {
        return 0;
    }
    trial.error = (entitle_error){ .status = ENTITLE_OK };
    trial.has_sent_token = false;
    fake_runtime_init(&trial.fake);
    trial.fake.variables = environment;
    check(&trial, (const char *)bytes, length);
    FUZZ_REQUIRE(trial.fake.blocks_in_use == 0);
    return 0;
}
