/* SPDX-License-Identifier: Apache-2.0 */
#include "meter/use.h"
#include "support/cmocka.h"
#include "support/fake_runtime.h"

#include <string.h>

#define FIFTY     "0123456789012345678901234567890123456789ABCDEFGHIJ"
#define TWO_FIFTY FIFTY FIFTY FIFTY FIFTY FIFTY
#define LICENSE   "arn:aws:license-manager::294406891311:license:l-0123456789abcdef"
#define SUFFIX    "aws:license-manager::294406891311:license:l-0123456789abcdef"

static fake_runtime fake;

static entitle_use
ordinary(void)
{
    return (entitle_use){ .struct_size = sizeof(entitle_use),
                          .product_code = "prod-1",
                          .dimension = "requests",
                          .quantity = 5,
                          .at_s = FAKE_NOW_S };
}

static entitle_status
read_use(const entitle_use *use, ent_use *out, entitle_error *error)
{
    const ent_use_defaults defaults = { .runtime = &fake.runtime, .instance = "pod-1" };
    return ent_use_read(use, &defaults, "line 7: ", FAKE_NOW_S, out, error);
}

static const entitle_tag six_tags[] = { { "a", "1" }, { "b", "1" }, { "c", "1" },
                                        { "d", "1" }, { "e", "1" }, { "f", "1" } };
static const entitle_tag bad_key[] = { { "a~", "1" } };
static const entitle_tag good_key[] = { { "a=", "1" } };
static const entitle_tag no_value[] = { { "a", "" } };
static const entitle_tag twice[] = { { "a", "1" }, { "a", "2" } };
static const entitle_tag no_key[] = { { NULL, "1" } };

/* What is refused, and its neighbour that differs in one thing and is not. */
typedef struct use_case {
    const char *name;
    entitle_use refused;
    entitle_use accepted;
    const char *text; /* in the message */
} use_case;

#define USE(...)                                                                       \
    {                                                                                  \
        .struct_size = sizeof(entitle_use), .quantity = 5, .at_s = FAKE_NOW_S,         \
        __VA_ARGS__                                                                    \
    }
#define OF(...) USE(.product_code = "prod-1", .dimension = "requests", __VA_ARGS__)

static const use_case cases[] = {
    { "no product code",
      USE(.dimension = "requests"),
      OF(.id = NULL),
      "no product code" },
    { "a product code with a space",
      USE(.product_code = "prod 1", .dimension = "requests"),
      OF(.id = NULL),
      "product code" },
    { "no dimension", USE(.product_code = "prod-1"), OF(.id = NULL), "dimension" },
    { "a dimension of 256",
      USE(.product_code = "prod-1", .dimension = TWO_FIFTY "ABCDEF"),
      USE(.product_code = "prod-1", .dimension = TWO_FIFTY "ABCDE"),
      "256 characters" },
    { "an id of 256",
      OF(.id = TWO_FIFTY "ABCDEF"),
      OF(.id = TWO_FIFTY "ABCDE"),
      "the id" },
    { "an empty id", OF(.id = ""), OF(.id = "1"), "the id" },
    { "an id that is not UTF-8", OF(.id = "a\xff"), OF(.id = "a\xc3\xbf"), "the id" },
    { "a customer that is not UTF-8",
      OF(.customer_identifier = "a\xff"),
      OF(.customer_identifier = "a\xc3\xbf"),
      "the customer's identifier" },
    { "six tags",
      OF(.tags = six_tags, .tag_count = 6),
      OF(.tags = six_tags, .tag_count = 5),
      "line 7: 6 tags" },
    { "a tag's key",
      OF(.tags = bad_key, .tag_count = 1),
      OF(.tags = good_key, .tag_count = 1),
      "line 7: the key of a tag" },
    { "a tag without a value",
      OF(.tags = no_value, .tag_count = 1),
      OF(.tags = good_key, .tag_count = 1),
      "line 7: tag 'a': the value of a tag" },
    { "a tag without a key",
      OF(.tags = no_key, .tag_count = 1),
      OF(.tags = no_key, .tag_count = 0),
      "key of a tag" },
    { "a tag twice",
      OF(.tags = twice, .tag_count = 2),
      OF(.tags = twice, .tag_count = 1),
      "line 7: the tag 'a' is there twice" },
    { "two names",
      OF(.customer_identifier = "c-1", .customer_account = "123456789012"),
      OF(.customer_identifier = "c-1"),
      "two ways" },
    { "an account without a licence",
      OF(.customer_account = "123456789012"),
      OF(.customer_account = "123456789012", .license_arn = LICENSE),
      "belong together" },
    { "a licence without an account",
      OF(.license_arn = LICENSE),
      OF(.customer_account = "123456789012", .license_arn = SUFFIX),
      "belong together" },
    { "an account with a letter",
      OF(.customer_account = "12345678901x", .license_arn = LICENSE),
      OF(.customer_account = "123456789012", .license_arn = LICENSE),
      "not an AWS account" },
    { "what is no ARN",
      OF(.customer_account = "123456789012", .license_arn = "arn:aws:license"),
      OF(.customer_account = "123456789012", .license_arn = LICENSE),
      "ARN of a licence" },
    { "a licence's id alone, shown as it was given",
      OF(.customer_account = "123456789012", .license_arn = "l-1"),
      OF(.customer_account = "123456789012", .license_arn = LICENSE),
      "line 7: 'l-1' is not the ARN of a licence" },
    { "an empty identifier",
      OF(.customer_identifier = ""),
      OF(.customer_identifier = "c"),
      "the customer's identifier" },
    { "an identifier of 256",
      OF(.customer_identifier = TWO_FIFTY "ABCDEF"),
      OF(.customer_identifier = TWO_FIFTY "ABCDE"),
      "the customer's identifier" },
};

static void
expect(const char *name, const entitle_use *use, const char *text)
{
    ent_use read;
    entitle_error error = { 0 };
    entitle_status status = read_use(use, &read, &error);
    print_message("%s: %s\n", name, error.message);
    assert_int_equal(status, text != NULL ? ENTITLE_INVALID_INPUT : ENTITLE_OK);
    if (text != NULL) {
        assert_int_equal(strncmp(error.message, "line 7: ", 8), 0);
        assert_non_null(strstr(error.message, text));
        assert_string_not_equal(error.hint, "");
    }
    ent_use_clear(&fake.runtime, &read);
    assert_int_equal(fake.blocks_in_use, 0);
}

static void
each_rule_refuses_and_lets_its_neighbour_pass(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        expect(cases[i].name, &cases[i].refused, cases[i].text);
        expect(cases[i].name, &cases[i].accepted, NULL);
    }
}

typedef struct number_case {
    int64_t refused;
    int64_t accepted;
} number_case;

static void
quantities_and_times_have_bounds(void **state)
{
    static const number_case quantities[] = { { -1, 0 },
                                              { INT64_C(2147483648), 2147483647 },
                                              { INT64_MIN, 1 },
                                              { INT64_MAX, 1 } };
    static const number_case times[] = { { -1, 1 },
                                         { FAKE_NOW_S + 301, FAKE_NOW_S + 300 },
                                         { INT64_MIN, FAKE_NOW_S },
                                         { INT64_MAX, FAKE_NOW_S } };
    (void)state;
    for (size_t i = 0; i < 4; i++) {
        entitle_use use = ordinary();
        use.quantity = quantities[i].refused;
        expect("quantity", &use, "quantity");
        use.quantity = quantities[i].accepted;
        expect("quantity", &use, NULL);
        use.at_s = times[i].refused;
        expect("time", &use, "time");
        use.at_s = times[i].accepted;
        expect("time", &use, NULL);
    }
}

static void
tags_have_one_order_whatever_they_came_in(void **state)
{
    static const entitle_tag one[] = { { "team", "b" }, { "area", "x\"y" } };
    static const entitle_tag other[] = { { "area", "x\"y" }, { "team", "b" } };
    static const entitle_tag *const both[] = { one, other };
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        ent_use read;
        entitle_use use = ordinary();
        use.tags = both[i];
        use.tag_count = 2;
        assert_int_equal(read_use(&use, &read, NULL), ENTITLE_OK);
        assert_string_equal(
            read.event.tags,
            "[{\"Key\":\"area\",\"Value\":\"x\\\"y\"},{\"Key\":\"team\",\"Value\":"
            "\"b\"}]");
        ent_use_clear(&fake.runtime, &read);
    }
}

static void
a_licence_has_one_form_with_and_without_its_scheme(void **state)
{
    static const char *const forms[] = { LICENSE, SUFFIX };
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        ent_use read;
        entitle_use use = ordinary();
        use.customer_account = "123456789012";
        use.license_arn = forms[i];
        assert_int_equal(read_use(&use, &read, NULL), ENTITLE_OK);
        assert_int_equal(read.event.key.form, ENT_CUSTOMER_LICENSE);
        assert_string_equal(read.event.key.license_arn, LICENSE);
        assert_string_equal(read.event.key.instance, "");
        ent_use_clear(&fake.runtime, &read);
    }
}

static void
usage_without_a_customer_is_the_instances(void **state)
{
    ent_use read;
    entitle_use use = ordinary();
    (void)state;
    assert_int_equal(read_use(&use, &read, NULL), ENTITLE_OK);
    assert_int_equal(read.event.key.form, ENT_CUSTOMER_OF_INSTANCE);
    assert_string_equal(read.event.key.instance, "pod-1");
    ent_use_clear(&fake.runtime, &read);
}

static void
a_use_without_a_time_is_of_now(void **state)
{
    entitle_use copy;
    entitle_use use = ordinary();
    (void)state;
    use.at_s = 0;
    assert_int_equal(ent_use_copy(&use, FAKE_NOW_S, &copy, NULL), ENTITLE_OK);
    assert_int_equal(copy.at_s, FAKE_NOW_S);
}

static void
without_memory_it_fails_and_leaves_nothing(void **state)
{
    entitle_use use = ordinary();
    entitle_status status = ENTITLE_OUT_OF_MEMORY;
    (void)state;
    use.tags = six_tags;
    use.tag_count = 5;
    use.customer_account = "123456789012";
    use.license_arn = SUFFIX;
    for (int64_t i = 0; status != ENTITLE_OK; i++) {
        ent_use read;
        fake_runtime_init(&fake);
        fake.fail_allocation = i;
        status = read_use(&use, &read, NULL);
        assert_true(status == ENTITLE_OK || status == ENTITLE_OUT_OF_MEMORY);
        ent_use_clear(&fake.runtime, &read);
        assert_int_equal(fake.blocks_in_use, 0);
        assert_true(i < 100);
    }
}

static int
set_up(void **state)
{
    (void)state;
    fake_runtime_init(&fake);
    return 0;
}

#define USES(name) cmocka_unit_test_setup(name, set_up)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        USES(each_rule_refuses_and_lets_its_neighbour_pass),
        USES(quantities_and_times_have_bounds),
        USES(tags_have_one_order_whatever_they_came_in),
        USES(a_licence_has_one_form_with_and_without_its_scheme),
        USES(usage_without_a_customer_is_the_instances),
        USES(a_use_without_a_time_is_of_now),
        USES(without_memory_it_fails_and_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
