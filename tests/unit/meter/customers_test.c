/* SPDX-License-Identifier: Apache-2.0 */

/* Customers that ResolveCustomer has told of, kept in the ledger. */
#include "meter_fixture.h"
#include "support/cmocka.h"

#include <entitle/customer.h>

#include <stdio.h>
#include <string.h>

#define ACCOUNT       "123456789012"
#define SHORT_LICENSE "aws:license-manager::294406891311:license:l-1"
#define LICENSE       "arn:" SHORT_LICENSE
#define FIFTY         "01234567890123456789012345678901234567890123456789"
#define LONGEST       FIFTY FIFTY FIFTY FIFTY FIFTY "01234" /* 255 bytes */
#define ANSWER(identifier, account, license, product)                                  \
    "{\"CustomerIdentifier\":\"" identifier "\",\"CustomerAWSAccountId\":\"" account   \
    "\",\"LicenseArn\":\"" license "\",\"ProductCode\":\"" product "\"}"
#define PRODUCT METERING_PRODUCT

static int
set_up(void **state)
{
    (void)meter_set_up(state);
    meter_open(0, false);
    return 0;
}

/* To be freed by entitle_customer_free(). */
static entitle_customer *
resolve(const char *body)
{
    const scripted_answer answer = { .http_status = 200, .body = body };
    entitle_customer *customer = NULL;
    metering_start(&answer, 1);
    if (entitle_metering_resolve_customer(
            fixture.metering, "token", &customer, &fixture.error) != ENTITLE_OK) {
        fail_msg("%s", fixture.error.message);
    }
    entitle_metering_free(fixture.metering);
    fixture.metering = NULL;
    scripted_transport_clear(&fixture.script);
    return customer;
}

static entitle_status
keep(const char *body)
{
    entitle_customer *customer = resolve(body);
    entitle_status status =
        entitle_meter_keep_customer(meter, customer, &fixture.error);
    entitle_customer_free(customer);
    return status;
}

typedef struct customer_list {
    char text[1024];
    size_t count;
    size_t limit; /* after so many it is enough; 0: never */
} customer_list;

static bool
note_customer(void *context, const entitle_ledger_customer *customer)
{
    customer_list *list = context;
    size_t length = strlen(list->text);
    (void)snprintf(
        list->text + length,
        sizeof(list->text) - length,
        "%s %s %s %s;",
        customer->product_code,
        customer->account,
        customer->identifier,
        customer->license_arn);
    return ++list->count != list->limit;
}

static void
assert_customers(const char *want)
{
    customer_list list = { .count = 0 };
    assert_int_equal(
        entitle_meter_customers(meter, note_customer, &list, &fixture.error),
        ENTITLE_OK);
    assert_string_equal(list.text, want);
}

static void
a_customer_is_kept_once_and_with_its_whole_licence(void **state)
{
    (void)state;
    assert_int_equal(
        keep(ANSWER("cust-1", ACCOUNT, SHORT_LICENSE, PRODUCT)), ENTITLE_OK);
    assert_int_equal(keep(ANSWER("cust-1", ACCOUNT, LICENSE, PRODUCT)), ENTITLE_OK);
    assert_customers(PRODUCT " " ACCOUNT " cust-1 " LICENSE ";");
}

static void
a_walk_ends_when_it_is_enough(void **state)
{
    customer_list list = { .limit = 1 };
    (void)state;
    assert_int_equal(keep(ANSWER("cust-1", "", "", PRODUCT)), ENTITLE_OK);
    assert_int_equal(keep(ANSWER("cust-2", "", "", PRODUCT)), ENTITLE_OK);
    assert_int_equal(
        entitle_meter_customers(meter, note_customer, &list, NULL), ENTITLE_OK);
    assert_string_equal(list.text, PRODUCT "  cust-1 ;");
}

/* Each answer that is refused beside one that is kept. */
static const struct {
    const char *name;
    const char *body;
    bool is_kept;
} cases[] = {
    { "identifier alone", ANSWER("cust-1", "", "", PRODUCT), true },
    { "account alone", ANSWER("", ACCOUNT, "", PRODUCT), true },
    { "no product", ANSWER("cust-1", ACCOUNT, LICENSE, ""), false },
    { "odd product", ANSWER("cust-1", ACCOUNT, LICENSE, "a b"), false },
    { "longest identifier", ANSWER(LONGEST, "", "", PRODUCT), true },
    { "longer identifier", ANSWER(LONGEST "5", "", "", PRODUCT), false },
    { "longest account", ANSWER("", LONGEST, "", PRODUCT), true },
    { "longer account", ANSWER("", LONGEST "5", "", PRODUCT), false },
    { "letter in account", ANSWER("", "12345678901x", "", PRODUCT), false },
    { "licence", ANSWER("cust-1", ACCOUNT, LICENSE, PRODUCT), true },
    { "no licence", ANSWER("cust-1", ACCOUNT, "l-1", PRODUCT), false },
};

static void
what_no_use_can_name_is_not_kept(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        entitle_status status = keep(cases[i].body);
        if (status != (cases[i].is_kept ? ENTITLE_OK : ENTITLE_BAD_RESPONSE)) {
            fail_msg("%s: %s", cases[i].name, entitle_status_name(status));
        }
    }
    assert_int_equal(
        entitle_meter_keep_customer(meter, NULL, NULL), ENTITLE_INVALID_ARGUMENT);
}

/* Nobody is left to be told: what goes by two names is found when it is sent. */
static void
what_waited_counts_under_two_names(void **state)
{
    entitle_use use = meter_use(0, 2);
    (void)state;
    meter_open(1000, false);
    assert_int_equal(keep(ANSWER("cust-1", ACCOUNT, LICENSE, PRODUCT)), ENTITLE_OK);
    use.customer_identifier = "cust-1";
    assert_int_equal(entitle_meter_add(meter, &use, NULL, NULL), ENTITLE_OK);
    use = meter_use(0, 3);
    use.customer_account = ACCOUNT;
    use.license_arn = LICENSE;
    assert_int_equal(entitle_meter_add(meter, &use, NULL, NULL), ENTITLE_OK);
    assert_int_equal(entitle_meter_sync(meter, NULL), ENTITLE_OK);
    meter_assert_account("open=5");
}

static void
keeping_bears_every_failing_allocation(void **state)
{
    entitle_customer *customer =
        resolve(ANSWER("cust-1", ACCOUNT, SHORT_LICENSE, PRODUCT));
    entitle_status status = ENTITLE_OUT_OF_MEMORY;
    int64_t number = 0;
    (void)state;
    for (; status != ENTITLE_OK; number++) {
        assert_true(number < 100);
        fixture.fake.fail_allocation = fixture.fake.allocations + number;
        status = entitle_meter_keep_customer(meter, customer, NULL);
        fixture.fake.fail_allocation = -1;
        if (status != ENTITLE_OK) {
            assert_int_equal(status, ENTITLE_OUT_OF_MEMORY);
            assert_customers("");
        }
    }
    assert_true(number > 1);
    assert_customers(PRODUCT " " ACCOUNT " cust-1 " LICENSE ";");
    entitle_customer_free(customer);
}

/* A flush of one customer looks for its other names first. */
static void
a_last_flush_bears_every_failing_allocation(void **state)
{
    static const scripted_answer answers[] = { { .failure = ENTITLE_UNREACHABLE,
                                                 .is_unsent = true } };
    const entitle_flush_options last = { .struct_size = sizeof(last),
                                         .final = true,
                                         .customer = "cust-1" };
    entitle_use use = meter_use(0, 5);
    entitle_status status = ENTITLE_OUT_OF_MEMORY;
    int64_t number = 0;
    (void)state;
    assert_int_equal(keep(ANSWER("cust-1", ACCOUNT, LICENSE, PRODUCT)), ENTITLE_OK);
    use.customer_account = ACCOUNT;
    use.license_arn = LICENSE;
    assert_int_equal(entitle_meter_add(meter, &use, NULL, NULL), ENTITLE_OK);
    metering_start(answers, 1);
    for (; status != ENTITLE_UNREACHABLE; number++) {
        assert_true(number < 1000);
        fixture.fake.fail_allocation = fixture.fake.allocations + number;
        status =
            entitle_meter_flush(meter, fixture.metering, &last, NULL, &fixture.error);
        fixture.fake.fail_allocation = -1;
        if (status != ENTITLE_UNREACHABLE) {
            assert_int_equal(status, ENTITLE_OUT_OF_MEMORY);
        }
    }
    assert_true(number > 10);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, meter_tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_customer_is_kept_once_and_with_its_whole_licence),
        TEST(a_walk_ends_when_it_is_enough),
        TEST(what_no_use_can_name_is_not_kept),
        TEST(what_waited_counts_under_two_names),
        TEST(keeping_bears_every_failing_allocation),
        TEST(a_last_flush_bears_every_failing_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
