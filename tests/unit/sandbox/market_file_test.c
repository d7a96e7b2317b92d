/* SPDX-License-Identifier: Apache-2.0 */
#include "market/market_file.h"
#include "support/cmocka.h"
#include "support/fake_runtime.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LICENSE(id) "arn:aws:license-manager::294406891311:license:l-" id

static fake_runtime fake;
static entitle_error error;

static sandbox_market *
parse_for(const char *text, const char *region)
{
    sandbox_market *market = NULL;
    error = (entitle_error){ 0 };
    entitle_status status = market_parse(
        &fake.runtime, "m.json", text, strlen(text), region, &market, &error);
    assert_int_equal(status == ENTITLE_OK, market != NULL);
    return market;
}

static sandbox_market *
parse(const char *text)
{
    sandbox_market *market = parse_for(text, NULL);
    if (market == NULL) {
        fail_msg("refused: %s", error.message);
    }
    return market;
}

static int
begin(void **state)
{
    (void)state;
    fake_runtime_init(&fake);
    return 0;
}

static int
end(void **state)
{
    (void)state;
    return fake.blocks_in_use == 0 ? 0 : -1;
}

typedef struct fault_case {
    const char *text;
    const char *want_message;
} fault_case;

/*
 * Each with its line, its member and the reason; the schema's test has the neighbours.
 */
static const fault_case fault_cases[] = {
    { "", "m.json:1: a value was expected" },
    { "[]", "m.json:1: it is not an object" },
    { "{\n\n  \"region\": us\n}", "m.json:3: a value was expected" },
    { "{\n\"a\":\n1}", "m.json:2: a: there is no such member" },
    { "{\"region\":\"us-east-1\",\n\"regi\\u006fn\":\"us-east-1\"}",
      "m.json:2: region: a member occurs twice" },
    { "{\"products\":[\n{\"code\":\"a\"},\n{\"code\":\"b\",\n\"code\":\"c\"}]}",
      "m.json:4: products[1].code: a member occurs twice" },
    { "{\"region\":\n\"mars\"}", "m.json:1: region: is not a Region" },
    { "{\"settings\":{\n\"batch_window_hours\":25}}",
      "m.json:2: settings.batch_window_hours: is not a whole number from 1 to 24" },
    { "{\"products\":[\n{\"code\":\"a\"},\n\n{\"kind\":\"saas\"}]}",
      "m.json:4: products[1]: \"code\" is missing" },
    { "{\"products\":[{\"code\":\"a\"},\n{\"code\":\"../a\"}]}",
      "m.json:2: products[1].code: is not a product code that can name a folder" },
    { "{\"products\":[{\"code\":\"a\"},\n{\"code\":\"b\"},\n{\"code\":\"a\"}]}",
      "m.json:3: products[2].code: 'a' is also products[0].code in line 1" },
    { "{\"products\":[{\"code\":\"a\",\"dimensions\":[\"x\",\n\"y\",\"x\"]}]}",
      "m.json:2: products[0].dimensions[2]: 'x' is also products[0].dimensions[0] in "
      "line 1" },
    { "{\"products\":[]}", "m.json:1: products: has 0 elements, not 1 to 256" },
    { "{\"customers\":[{\"account\":\"12345678901\"}]}",
      "m.json:1: customers[0].account: is not an account" },
    { "{\"customers\":[{\"account\":\"123456789012\"},\n{\"account\":\"123456789012\"}]"
      "}",
      "m.json:2: customers[1].account: '123456789012' is also customers[0].account in "
      "line 1" },
    { "{\"subscriptions\":[{},{\"product\":\n\"x\"}]}",
      "m.json:1: subscriptions[1].product: is no product of this market" },
    { "{\"subscriptions\":[\n{\"customer\":\"x\"}]}",
      "m.json:2: subscriptions[0].customer: is no customer of this market" },
    { "{\"subscriptions\":[{\"starts\":7,\n\"ends\":7}]}",
      "m.json:2: subscriptions[0].ends: is not after \"starts\"" },
    { "{\"subscriptions\":[{\n\"ends\":\"tomorrow\"}]}",
      "m.json:2: subscriptions[0].ends: is not a time" },
    { "{\"subscriptions\":[{},\n{}]}",
      "m.json:2: subscriptions[1]: is of the same product and customer as "
      "subscriptions[0] in line 1" },
    { "{\"subscriptions\":[{\"license_arn\":\"" LICENSE(
          "1") "\"},\n"
               "{\"license_arn\":\"aws:license-manager::111122223333:license:l-1\"}]}",
      "m.json:2: subscriptions[1].license_arn: 'l-1' is also "
      "subscriptions[0].license_arn in line 1" },
    { "{\"registration_tokens\":[{\"token\":\"t\"},\n{\"token\":\"t\"}]}",
      "m.json:2: registration_tokens[1].token: is also registration_tokens[0].token in "
      "line 1" },
    { "{\"subscriptions\":[],\n\"registration_tokens\":[{\"token\":\"t\"}]}",
      "m.json:2: registration_tokens[0]: the customer has no subscription to the "
      "product" },
    { "{\"subscriptions\":[{},{\"license_arn\":\"" LICENSE(
          "1") "\"}],\n"
               "\"registration_tokens\":[{\"token\":\"t\"}]}",
      "m.json:2: registration_tokens[0]: the customer has several subscriptions to the "
      "product" },
    { "{\"registration_tokens\":[{\"token\":\"t\",\n\"license_arn\":\"" LICENSE(
          "2") "\""
               "}]}",
      "m.json:2: registration_tokens[0].license_arn: is no licence of this market" },
    { "{\"identities\":[{\n\"access_key_id\":\"ASIAI44QH8DHBEXAMPLE\"}]}",
      "m.json:2: identities[0].access_key_id: wants a \"session_token\"" },
    { "{\"identities\":[{\"access_key_id\":\"AKIAI44QH8DHBEXAMPLE\"},\n"
      "{\"access_key_id\":\"AKIAI44QH8DHBEXAMPLE\"}]}",
      "m.json:2: identities[1].access_key_id: 'AKIAI44QH8DHBEXAMPLE' is also "
      "identities[0].access_key_id in line 1" },
};

static void
refuses_with_line_member_and_reason(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(fault_cases) / sizeof(fault_cases[0]); i++) {
        assert_null(parse_for(fault_cases[i].text, NULL));
        assert_string_equal(error.message, fault_cases[i].want_message);
        assert_int_equal(error.status, ENTITLE_CONFIGURATION);
        assert_string_not_equal(error.hint, "");
    }
}

static void
names_the_line_whatever_stands_before(void **state)
{
    (void)state;
    assert_null(parse_for(
        "{\"$schema\":\"a\\\"b]}\\\\\\n\",\n"
        " \"products\" : [ { \"code\" : \"a\" , \"dimensions\" : [ \"{\", \"x:y\" ] } "
        "],\n"
        " \"settings\":{ },\"subscriptions\":[ ]\r\n"
        ",\t\"customers\"\n:\n[ {\n\"account\"\n:\n-1.5e3 } ] }",
        NULL));
    assert_string_equal(
        error.message, "m.json:7: customers[0].account: is not a string");
}

static void
shortens_a_long_name_and_path(void **state)
{
    (void)state;
    char name[1000];
    sandbox_market *market = NULL;
    static const char text[] =
        "{\"a_member_of_a_name_that_goes_on_and_on_and_on_and_on_and_on_and_on_and_on_"
        "and_"
        "on_and_on_and_on_and_on_and_on_and_on_and_on_and_on\":1}";
    memset(name, 'n', sizeof(name) - 1);
    memcpy(name + sizeof(name) - 8, "/m.json", 8);

    assert_int_equal(
        market_parse(&fake.runtime, name, text, strlen(text), NULL, &market, &error),
        ENTITLE_CONFIGURATION);
    assert_non_null(strstr(error.message, "nnn/m.json:1: a_member_of"));
    assert_non_null(strstr(error.message, ": there is no such member"));
}

static void
errors_quote_no_secret(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "{\"identities\":[{\"access_key_id\":\"AKIAI44QH8DHBEXAMPLE\","
        "\"secret_access_key\":\"hush hush\"}]}",
        "{\"identities\":[{\"access_key_id\":\"ASIAI44QH8DHBEXAMPLE\","
        "\"session_token\":\"hush hush\"}]}",
        "{\"registration_tokens\":[{\"token\":\"hush hush\"}]}",
        "{\"registration_tokens\":[{\"token\":\"hush\"},{\"token\":\"hush\"}]}",
    };
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        assert_null(parse_for(texts[i], NULL));
        assert_null(strstr(error.message, "hush"));
        assert_null(strstr(error.hint, "hush"));
    }
}

static void
default_market_is_that_of_the_documentation(void **state)
{
    (void)state;
    sandbox_market *market = NULL;
    assert_int_equal(market_default(&fake.runtime, NULL, &market, &error), ENTITLE_OK);

    assert_string_equal(market->region, "us-east-1");
    assert_int_equal(market->settings.batch_window_s, 86400);
    assert_false(market->settings.documented_regions_only);
    assert_false(market->settings.usage_not_before_start);
    assert_int_equal(market->product_count, 1);
    const market_product *product = &market->products[0];
    assert_string_equal(product->code, "cqcvf9f0ugw8rkbgmf1c9dxyz");
    assert_int_equal(product->kind, PRODUCT_ANY);
    assert_int_equal(product->dimension_count, 2);
    assert_string_equal(product->dimensions[0], "requests");
    assert_string_equal(product->dimensions[1], "gigabytes");
    assert_int_equal(product->region_count, 0);
    assert_int_equal(product->key_versions, 1);
    assert_int_equal(market->customer_count, 1);
    assert_string_equal(market->customers[0].account, "123456789012");
    assert_string_equal(market->customers[0].identifier, "cust-0001");
    assert_int_equal(market->subscription_count, 1);
    assert_string_equal(
        market->subscriptions[0].license_arn,
        LICENSE("0123456789abcdef0123456789abcdef"));
    assert_int_equal(market->registration_token_count, 1);
    assert_string_equal(
        market->registration_tokens[0].token, "sandbox-registration-token");
    assert_int_equal(market->registration_tokens[0].uses, 0);
    assert_int_equal(market->access_key_count, 1);
    const market_access_key *key = &market->access_keys[0];
    assert_string_equal(key->access_key_id, "AKIAIOSFODNN7EXAMPLE");
    assert_string_equal(
        key->secret_access_key, "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
    assert_null(key->session_token);
    assert_int_equal(key->kind, IDENTITY_ECS_TASK);
    assert_string_equal(key->account, "123456789012");
    assert_string_equal(key->seller, product->seller);
    assert_string_equal(key->region, "us-east-1");
    market_free(market);
}

static void
empty_file_is_the_default_market(void **state)
{
    (void)state;
    sandbox_market *market = parse("{}");

    assert_string_equal(market->products[0].code, "cqcvf9f0ugw8rkbgmf1c9dxyz");
    assert_string_equal(
        market->subscriptions[0].license_arn,
        LICENSE("0123456789abcdef0123456789abcdef"));
    assert_string_equal(
        market->registration_tokens[0].token, "sandbox-registration-token");
    assert_string_equal(market->access_keys[0].access_key_id, "AKIAIOSFODNN7EXAMPLE");
    market_free(market);
}

static void
given_region_beats_that_of_the_file(void **state)
{
    (void)state;
    sandbox_market *market = parse("{\"region\":\"eu-west-1\"}");
    assert_string_equal(market->region, "eu-west-1");
    assert_string_equal(market->access_keys[0].region, "eu-west-1");
    market_free(market);

    market = parse_for("{\"region\":\"eu-west-1\"}", "us-west-2");
    assert_non_null(market);
    assert_string_equal(market->region, "us-west-2");
    assert_string_equal(market->access_keys[0].region, "us-west-2");
    market_free(market);

    assert_null(parse_for("{\"region\":\"x\"}", "us-west-2"));
}

static void
without_subscriptions_every_customer_has_every_product(void **state)
{
    (void)state;
    sandbox_market *market =
        parse("{\"products\":[{\"code\":\"z\"},{\"code\":\"a\",\"kind\":\"saas\"}],"
              "\"customers\":[{\"account\":\"222222222222\"},{\"account\":"
              "\"111111111111\"}]}");

    assert_int_equal(market->subscription_count, 4);
    assert_string_equal(market->customers[0].account, "111111111111");
    assert_string_equal(market->customers[0].identifier, "cust-111111111111");
    assert_string_equal(market->access_keys[0].account, "222222222222");
    /* Those that the file names first. */
    const market_subscription *first =
        &market->subscriptions[market->registration_tokens[0].subscription];
    assert_string_equal(first->product->code, "z");
    assert_string_equal(first->customer->account, "222222222222");
    assert_string_equal(
        first->license_arn, LICENSE("0123456789abcdef0123456789abcdef"));
    for (size_t i = 0; i < 4; i++) {
        for (size_t j = i + 1; j < 4; j++) {
            assert_false(market_license_equals(
                market->subscriptions[i].license_arn,
                market->subscriptions[j].license_arn));
        }
    }
    assert_string_equal(
        market->subscriptions[3].license_arn,
        LICENSE("0123456789abcdef0123456789abcdf1"));
    market_free(market);
}

static void
subscriptions_keep_their_times(void **state)
{
    (void)state;
    sandbox_market *market = parse(
        "{\"customers\":[{\"account\":\"111111111111\",\"identifier\":\"one\"},"
        "{\"account\":\"222222222222\"},{\"account\":\"333333333333\"}],"
        "\"subscriptions\":["
        "{\"customer\":\"333333333333\",\"starts\":5,\"ends\":\"1970-01-01T00:00:06Z\"}"
        ","
        "{\"customer\":\"one\",\"ends\":null},{\"customer\":\"cust-222222222222\"}]}");

    assert_int_equal(market->subscription_count, 3);
    assert_int_equal(market->subscriptions[2].starts_at_s, 5);
    assert_int_equal(market->subscriptions[2].ends_at_s, 6);
    assert_string_equal(market->subscriptions[0].customer->identifier, "one");
    assert_int_equal(market->subscriptions[0].starts_at_s, 0);
    assert_int_equal(market->subscriptions[0].ends_at_s, INT64_MAX);
    assert_null(market->subscriptions[0].license_arn);
    assert_int_equal(market->registration_tokens[0].subscription, 2);
    market_free(market);
}

static void
tokens_find_their_subscription(void **state)
{
    (void)state;
    sandbox_market *market = parse(
        "{\"products\":[{\"code\":\"a\"},{\"code\":\"b\"}],"
        "\"customers\":[{\"account\":\"111111111111\"},{\"account\":\"222222222222\"}],"
        "\"subscriptions\":["
        "{\"product\":\"b\",\"customer\":\"222222222222\",\"license_arn\":\"" LICENSE(
            "1") "\"},"
                 "{\"product\":\"b\",\"customer\":\"222222222222\",\"license_arn\":"
                 "\"" LICENSE("2") "\"},{\"product\":\"b\"},{}],"
                                   "\"registration_tokens\":[{\"token\":\"t1\","
                                   "\"license_arn\":\"aws:license-manager"
                                   "::294406891311:license:l-2\"},{\"token\":\"t2\","
                                   "\"product\":\"b\"},"
                                   "{\"token\":\"t3\",\"uses\":1,\"expires\":9}]}");
    const market_subscription *subscriptions = market->subscriptions;
    const market_registration_token *tokens = market->registration_tokens;

    assert_int_equal(market->registration_token_count, 3);
    assert_string_equal(
        subscriptions[tokens[0].subscription].license_arn, LICENSE("2"));
    assert_string_equal(subscriptions[tokens[1].subscription].product->code, "b");
    assert_null(subscriptions[tokens[1].subscription].license_arn);
    assert_string_equal(subscriptions[tokens[2].subscription].product->code, "a");
    assert_int_equal(tokens[2].uses, 1);
    assert_int_equal(tokens[2].expires_at_s, 9);
    market_free(market);
}

static void
identities_are_whom_they_name(void **state)
{
    (void)state;
    sandbox_market *market = parse(
        "{\"products\":[{\"code\":\"a\",\"seller\":\"999999999999\"}],\"identities\":["
        "{\"access_key_id\":\"AKIA0000000000000001\",\"kind\":\"eks-pod\"},"
        "{\"access_key_id\":\"AKIA0000000000000002\",\"region\":\"eu-west-1\","
        "\"account\":\"888888888888\"},"
        "{\"access_key_id\":\"AKIA0000000000000003\",\"kind\":\"seller\"},"
        "{\"access_key_id\":\"ASIA0000000000000004\",\"session_token\":\"s\","
        "\"expires\":7,\"kind\":\"agentcore\",\"seller\":\"777777777777\"},"
        "{\"access_key_id\":\"AKIA0000000000000005\",\"kind\":\"seller\","
        "\"seller\":null}]}");
    const market_access_key *keys = market->access_keys;

    assert_int_equal(market->access_key_count, 5);
    assert_int_equal(keys[0].kind, IDENTITY_EKS_POD);
    assert_string_equal(keys[0].seller, "999999999999");
    assert_string_equal(keys[0].account, "123456789012");
    assert_int_equal(keys[1].kind, IDENTITY_ECS_TASK);
    assert_null(keys[1].seller);
    assert_string_equal(keys[1].account, "888888888888");
    assert_string_equal(keys[1].region, "eu-west-1");
    assert_string_equal(keys[2].seller, "999999999999");
    assert_string_equal(keys[2].account, "999999999999");
    assert_string_equal(keys[3].session_token, "s");
    assert_int_equal(keys[3].expires_at_s, 7);
    assert_int_equal(keys[3].kind, IDENTITY_AGENTCORE);
    assert_string_equal(keys[3].seller, "777777777777");
    assert_null(keys[4].seller);
    market_free(market);
}

/* What runs out of memory is refused as that, and leaves nothing. */
static void
every_failing_allocation_is_survived(void **state)
{
    (void)state;
    static const char text[] =
        "{\"products\":[{\"code\":\"a\",\"regions\":[\"us-east-1\"]},{\"code\":\"b\"}],"
        "\"customers\":[{\"account\":\"111111111111\"}]}";
    int64_t failing = 0;
    for (;; failing++) {
        fake.allocations = 0;
        fake.fail_allocation = failing;
        sandbox_market *market = parse_for(text, NULL);
        if (market != NULL) {
            market_free(market);
            break;
        }
        assert_int_equal(error.status, ENTITLE_OUT_OF_MEMORY);
        assert_int_equal(fake.blocks_in_use, 0);
    }
    fake.fail_allocation = -1;
    assert_true(failing >= 2);
}

enum {
    MANY_CUSTOMERS = 10000,
    MANY_SUBSCRIPTIONS = 20000,
    MANY_SIZE = 4 * 1024 * 1024
};

/* Minutes, if anything were looked up one by one. */
static void
large_market_is_read(void **state)
{
    (void)state;
    char *text = malloc(MANY_SIZE);
    assert_non_null(text);
    size_t used = (size_t)snprintf(
        text,
        MANY_SIZE,
        "{\"products\":[{\"code\":\"a\"},{\"code\":\"b\"}],\"customers\":[");
    for (int i = 0; i < MANY_CUSTOMERS; i++) {
        used += (size_t)snprintf(
            text + used,
            MANY_SIZE - used,
            "%s{\"account\":\"%012d\",\"identifier\":\"id-%d\"}",
            i == 0 ? "" : ",",
            MANY_CUSTOMERS - i,
            i);
    }
    used += (size_t)snprintf(text + used, MANY_SIZE - used, "],\"subscriptions\":[");
    for (int i = 0; i < MANY_SUBSCRIPTIONS; i++) {
        used += (size_t)snprintf(
            text + used,
            MANY_SIZE - used,
            "%s{\"product\":\"%s\",\"customer\":\"id-%d\",\"license_arn\":\"" LICENSE(
                "%x") "\"}",
            i == 0 ? "" : ",",
            i % 2 == 0 ? "a" : "b",
            i / 2,
            i);
    }
    (void)snprintf(text + used, MANY_SIZE - used, "]}");
    sandbox_market *market = parse(text);

    assert_int_equal(market->customer_count, MANY_CUSTOMERS);
    assert_int_equal(market->subscription_count, MANY_SUBSCRIPTIONS);
    assert_string_equal(
        market_find_identifier(market, "id-9999")->account, "000000000001");
    assert_string_equal(
        market_find_account(market, "000000010000")->identifier, "id-0");
    assert_null(market_find_account(market, "000000010001"));
    assert_null(market_find_identifier(market, "id-10000"));
    market_free(market);
    free(text);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            refuses_with_line_member_and_reason, begin, end),
        cmocka_unit_test_setup_teardown(
            names_the_line_whatever_stands_before, begin, end),
        cmocka_unit_test_setup_teardown(shortens_a_long_name_and_path, begin, end),
        cmocka_unit_test_setup_teardown(errors_quote_no_secret, begin, end),
        cmocka_unit_test_setup_teardown(
            default_market_is_that_of_the_documentation, begin, end),
        cmocka_unit_test_setup_teardown(empty_file_is_the_default_market, begin, end),
        cmocka_unit_test_setup_teardown(
            given_region_beats_that_of_the_file, begin, end),
        cmocka_unit_test_setup_teardown(
            without_subscriptions_every_customer_has_every_product, begin, end),
        cmocka_unit_test_setup_teardown(subscriptions_keep_their_times, begin, end),
        cmocka_unit_test_setup_teardown(tokens_find_their_subscription, begin, end),
        cmocka_unit_test_setup_teardown(identities_are_whom_they_name, begin, end),
        cmocka_unit_test_setup_teardown(
            every_failing_allocation_is_survived, begin, end),
        cmocka_unit_test_setup_teardown(large_market_is_read, begin, end),
    };
    return cmocka_run_group_tests_name("sandbox_market_file", tests, NULL, NULL);
}
