/* SPDX-License-Identifier: Apache-2.0 */
#include "customers_stage.h"

#include "support/cmocka.h"

#include <cjson/cJSON.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CALLS_LIMIT = 64 };

/* --- The market ------------------------------------------------------------------- */

static void
write_market(FILE *file)
{
    (void)fprintf(
        file,
        "{\"products\":[{\"code\":\"saas-one\",\"kind\":\"any\",\"seller\":"
        "\"294406891311\",\"dimensions\":[\"requests\",\"gigabytes\"]},"
        "{\"code\":\"saas-two\",\"kind\":\"saas\",\"seller\":\"294406891311\","
        "\"dimensions\":[\"requests\"]}],\"customers\":[");
    for (int i = 0; i < CUSTOMERS; i++) {
        (void)fprintf(
            file,
            "%s{\"account\":\"1000000000%02d\",\"identifier\":\"cust-%02d\"}",
            i == 0 ? "" : ",",
            i,
            i);
    }
    (void)fprintf(file, "],\"subscriptions\":[");
    for (int i = 0; i < CUSTOMERS; i++) {
        (void)fprintf(
            file,
            "%s{\"product\":\"saas-one\",\"customer\":\"cust-%02d\",\"license_arn\":"
            "\"arn:aws:license-manager::294406891311:license:l-one%02d\"},"
            "{\"product\":\"saas-two\",\"customer\":\"cust-%02d\",\"license_arn\":"
            "\"arn:aws:license-manager::294406891311:license:l-two%02d\"}",
            i == 0 ? "" : ",",
            i,
            i,
            i,
            i);
    }
    (void)fprintf(file, "]}");
}

int
customers_start(void **state)
{
    char path[] = "/tmp/entitle-market-XXXXXX";
    const char *const arguments[] = { "--config", path, NULL };
    int descriptor = mkstemp(path);
    FILE *file = descriptor >= 0 ? fdopen(descriptor, "w") : NULL;
    (void)state;
    if (file == NULL) {
        return -1;
    }
    write_market(file);
    int result = fclose(file) == 0 ? stage_start_with(arguments) : -1;
    (void)unlink(path);
    return result;
}

/* --- Uses ------------------------------------------------------------------------- */

entitle_use
customers_use(int customer, int64_t at_s, int64_t quantity)
{
    static char names[CUSTOMERS][32];
    (void)snprintf(names[customer], sizeof(names[0]), "cust-%02d", customer);
    return (entitle_use){ .struct_size = sizeof(entitle_use),
                          .customer_identifier = names[customer],
                          .dimension = "requests",
                          .quantity = quantity,
                          .at_s = at_s };
}

entitle_use
customers_licensed_use(
    int customer, const char *product, int64_t at_s, int64_t quantity)
{
    static char accounts[CUSTOMERS][32];
    static char licenses[CUSTOMERS][96];
    entitle_use use = customers_use(customer, at_s, quantity);
    (void)snprintf(accounts[customer], sizeof(accounts[0]), "1000000000%02d", customer);
    (void)snprintf(
        licenses[customer],
        sizeof(licenses[0]),
        "arn:aws:license-manager::294406891311:license:l-%s%02d",
        product + strlen("saas-"),
        customer);
    use.customer_identifier = NULL;
    use.customer_account = accounts[customer];
    use.license_arn = licenses[customer];
    use.product_code = product;
    return use;
}

void
customers_add(entitle_use use)
{
    if (entitle_meter_add(stage.meter, &use, NULL, &stage.error) != ENTITLE_OK) {
        fail_msg("%s", stage.error.message);
    }
}

void
customers_import(size_t count, entitle_use (*use_at)(size_t index))
{
    entitle_meter_import *import = NULL;
    assert_int_equal(
        entitle_meter_import_begin(stage.meter, &import, &stage.error), ENTITLE_OK);
    for (size_t i = 0; i < count; i++) {
        entitle_use use = use_at(i);
        if (entitle_meter_import_add(import, &use, i, NULL, &stage.error) !=
            ENTITLE_OK) {
            fail_msg("%s", stage.error.message);
        }
    }
    assert_int_equal(entitle_meter_import_commit(import, &stage.error), ENTITLE_OK);
    entitle_meter_import_free(import);
}

void
customers_add_hour(int first, int count, int64_t at_s, int64_t quantity)
{
    for (int i = first; i < first + count; i++) {
        customers_add(customers_use(i, at_s, quantity));
    }
}

/* --- What the sandbox saw --------------------------------------------------------- */

static int
compare(const void *left, const void *right)
{
    const double *one = left;
    const double *other = right;
    return (*one > *other) - (*one < *other);
}

void
customers_assert_batches(const char *want)
{
    double counts[CALLS_LIMIT];
    char text[512] = "";
    size_t count = 0;
    size_t length = 0;
    stage_control("GET", "calls", NULL);
    cJSON *answer = cJSON_Parse(stage.reply.body);
    const cJSON *call = NULL;
    cJSON_ArrayForEach(call, cJSON_GetObjectItemCaseSensitive(answer, "calls"))
    {
        assert_true(count < CALLS_LIMIT);
        counts[count++] =
            cJSON_GetNumberValue(cJSON_GetObjectItemCaseSensitive(call, "records"));
    }
    cJSON_Delete(answer);
    qsort(counts, count, sizeof(counts[0]), compare);
    for (size_t i = 0; i < count; i++) {
        length += (size_t)snprintf(
            text + length, sizeof(text) - length, i == 0 ? "%.0f" : " %.0f", counts[i]);
    }
    assert_string_equal(text, want);
}

size_t
customers_count_calls(void)
{
    stage_control("GET", "calls", NULL);
    cJSON *answer = cJSON_Parse(stage.reply.body);
    int count = cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(answer, "calls"));
    cJSON_Delete(answer);
    return (size_t)count;
}

typedef struct found_reason {
    entitle_usage_state state;
    const char *part;
    int found;
} found_reason;

static bool
look_at_reason(void *context, const entitle_ledger_record *record)
{
    found_reason *wanted = context;
    wanted->found += strstr(record->reason, wanted->part) != NULL;
    return true;
}

void
customers_assert_reasons(entitle_usage_state state, const char *part, int want)
{
    found_reason wanted = { .state = state, .part = part };
    assert_int_equal(
        entitle_meter_list(stage.meter, state, look_at_reason, &wanted, &stage.error),
        ENTITLE_OK);
    assert_int_equal(wanted.found, want);
}
