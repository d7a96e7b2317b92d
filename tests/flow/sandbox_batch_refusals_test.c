/* SPDX-License-Identifier: Apache-2.0 */
#include "batch_client.h"
#include "support/cmocka.h"

#include <stdio.h>

/* One request: accepted with these statuses, or refused with this error. */
typedef struct batch_case {
    const char *name;
    const service_signer *signer; /* NULL: the seller */
    const char *product;          /* NULL: none */
    const char *records;
    const char *want_error; /* NULL: none */
    const char *want;       /* the statuses, or a part of the rule */
} batch_case;

static void
run_cases(const batch_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const batch_case *one = &cases[i];
        print_message("%s\n", one->name);
        (void)seller_reset(NULL);

        batch_send_as(
            one->signer != NULL ? one->signer : &seller_itself,
            one->product,
            one->records);

        if (one->want_error == NULL) {
            batch_assert_statuses(one->want);
            continue;
        }
        service_assert_error(&batch_reply, one->want_error);
        seller_assert_rule(one->want, "");
        assert_int_equal(batch_count_records(), 0);
    }
}

#define RUN(cases) run_cases(cases, sizeof(cases) / sizeof((cases)[0]))

static const batch_case style_cases[] = {
    { "identifier", NULL, "saas-one", ONE(OF_A), NULL, "Success" },
    { "account", NULL, "saas-one", ONE(ACCOUNT_A), NULL, "Success" },
    { "licence", NULL, NULL, ONE(ACCOUNT_A "," LICENSED("a1")), NULL, "Success" },
    { "licence, and its product",
      NULL,
      "saas-one",
      ONE(ACCOUNT_A "," LICENSED("a1")),
      NULL,
      "Success" },
    { "licence without arn:",
      NULL,
      NULL,
      ONE(ACCOUNT_A ",\"LicenseArn\":\"" LICENSE_BARE("a1") "\""),
      NULL,
      "Success" },
    { "nulls are absent",
      NULL,
      "saas-one",
      ONE(OF_A ",\"CustomerAWSAccountId\":null,\"LicenseArn\":null"),
      NULL,
      "Success" },
    { "nobody", NULL, "saas-one", "{" USAGE "}", VALIDATION, "names its customer" },
    { "identifier and account",
      NULL,
      "saas-one",
      ONE(OF_A "," ACCOUNT_A),
      VALIDATION,
      "names its customer" },
    { "identifier and licence",
      NULL,
      "saas-one",
      ONE(OF_A "," LICENSED("a1")),
      VALIDATION,
      "goes with CustomerAWSAccountId" },
    { "licence alone",
      NULL,
      NULL,
      ONE(LICENSED("a1")),
      VALIDATION,
      "names its customer" },
    { "no product", NULL, NULL, ONE(OF_A), VALIDATION, "names its product" },
    { "an account without a licence, and no product",
      NULL,
      NULL,
      ONE(ACCOUNT_A),
      VALIDATION,
      "names its product" },
};

static void
record_names_customer_and_product_in_one_style(void **state)
{
    (void)state;
    RUN(style_cases);
}

#define ODD_ARN(text) ONE(ACCOUNT_A ",\"LicenseArn\":\"" text "\"")

static const batch_case constraint_cases[] = {
    { "an account with a letter",
      NULL,
      "saas-one",
      ONE("\"CustomerAWSAccountId\":\"11111111111a\""),
      VALIDATION,
      "constraints" },
    { "an empty account",
      NULL,
      "saas-one",
      ONE("\"CustomerAWSAccountId\":\"\""),
      VALIDATION,
      "constraints" },
    { "an empty identifier is one that nobody has",
      NULL,
      "saas-one",
      ONE("\"CustomerIdentifier\":\"\""),
      "InvalidCustomerIdentifierException",
      "customer exists" },
    { "a licence that is no ARN",
      NULL,
      NULL,
      ODD_ARN("l-a1"),
      VALIDATION,
      "constraints" },
    { "of another world",
      NULL,
      NULL,
      ODD_ARN("arn:azure:license-manager::1:license:l-a1"),
      VALIDATION,
      "constraints" },
    { "with a part too few",
      NULL,
      NULL,
      ODD_ARN("arn:aws:license-manager::license"),
      VALIDATION,
      "constraints" },
    { "without a service",
      NULL,
      NULL,
      ODD_ARN("arn:aws:::1:license:l-a1"),
      VALIDATION,
      "constraints" },
    { "an ARN of nobody",
      NULL,
      NULL,
      ODD_ARN("arn:aws-cn:license-manager:::l"),
      "InvalidLicenseException",
      "licence is the customer's" },
    { "no dimension",
      NULL,
      "saas-one",
      "{" OF_A "," ELEVEN "}",
      VALIDATION,
      "constraints" },
    { "no timestamp",
      NULL,
      "saas-one",
      "{" OF_A ",\"Dimension\":\"requests\"}",
      VALIDATION,
      "constraints" },
    { "a quantity below zero",
      NULL,
      "saas-one",
      "{" OF_A "," ELEVEN ",\"Dimension\":\"requests\",\"Quantity\":-1}",
      VALIDATION,
      "constraints" },
    { "no quantity is zero",
      NULL,
      "saas-one",
      "{" OF_A "," ELEVEN ",\"Dimension\":\"requests\"}",
      NULL,
      "Success" },
    { "the largest quantity",
      NULL,
      "saas-one",
      "{" OF_A "," ELEVEN ",\"Dimension\":\"requests\",\"Quantity\":2147483647}",
      NULL,
      "Success" },
    { "a quantity past 32 bits",
      NULL,
      "saas-one",
      "{" OF_A "," ELEVEN ",\"Dimension\":\"requests\",\"Quantity\":2147483648}",
      SERIALIZATION,
      "right types" },
    { "an identifier that is a number",
      NULL,
      "saas-one",
      ONE("\"CustomerIdentifier\":1"),
      SERIALIZATION,
      "right types" },
    { "a record that is a text", NULL, "saas-one", "\"a\"", SERIALIZATION, "types" },
    { "no records", NULL, "saas-one", "", NULL, "" },
    { "no records of no product", NULL, NULL, "", NULL, "" },
    { "no records of a product that is none",
      NULL,
      "saas-none",
      "",
      "InvalidProductCodeException",
      "product code" },
};

static void
records_keep_the_constraints(void **state)
{
    (void)state;
    RUN(constraint_cases);
}

#define PRODUCT_ERROR "InvalidProductCodeException"

static const batch_case owner_cases[] = {
    { "another seller's product, by that seller",
      &other_seller,
      "saas-foreign",
      ONE(OF_A),
      NULL,
      "Success" },
    { "another seller's product",
      NULL,
      "saas-foreign",
      ONE(OF_A),
      PRODUCT_ERROR,
      "calling seller" },
    { "ours, by another seller",
      &other_seller,
      "saas-one",
      ONE(OF_A),
      PRODUCT_ERROR,
      "calling seller" },
    { "ours, by who sells nothing",
      &nobodys_laptop,
      "saas-one",
      ONE(OF_A),
      PRODUCT_ERROR,
      "calling seller" },
    { "a container's product",
      NULL,
      "container-one",
      ONE(OF_A),
      PRODUCT_ERROR,
      "SaaS product" },
    { "an image's product",
      NULL,
      "image-one",
      ONE(OF_A),
      PRODUCT_ERROR,
      "SaaS product" },
    { "no product of the market",
      NULL,
      "saas-three",
      ONE(OF_A),
      PRODUCT_ERROR,
      "SaaS product" },
    { "nobody of that identifier",
      NULL,
      "saas-one",
      ONE("\"CustomerIdentifier\":\"cust-z\""),
      "InvalidCustomerIdentifierException",
      "customer exists" },
    { "nobody of that account",
      NULL,
      "saas-one",
      ONE("\"CustomerAWSAccountId\":\"999999999999\""),
      "InvalidCustomerIdentifierException",
      "customer exists" },
    { "an account as identifier",
      NULL,
      "saas-one",
      ONE("\"CustomerIdentifier\":\"111111111111\""),
      "InvalidCustomerIdentifierException",
      "customer exists" },
    { "one unknown among others",
      NULL,
      "saas-one",
      ONE(OF_A) "," ONE("\"CustomerIdentifier\":\"cust-z\""),
      "InvalidCustomerIdentifierException",
      "customer exists" },
    { "a dimension of the product's",
      NULL,
      "saas-one",
      "{" OF_A "," ELEVEN ",\"Dimension\":\"gigabytes\"}",
      NULL,
      "Success" },
    { "one that only another product has",
      NULL,
      "saas-two",
      "{" OF_A "," ELEVEN ",\"Dimension\":\"gigabytes\"}",
      "InvalidUsageDimensionException",
      "dimension" },
    { "in other letters",
      NULL,
      "saas-one",
      "{" OF_A "," ELEVEN ",\"Dimension\":\"Requests\"}",
      "InvalidUsageDimensionException",
      "dimension" },
};

static void
product_and_customers_are_the_sellers(void **state)
{
    (void)state;
    RUN(owner_cases);
}

static const batch_case license_cases[] = {
    { "of an open agreement",
      NULL,
      NULL,
      ONE(ACCOUNT_A "," LICENSED("a2")),
      NULL,
      "Success" },
    { "unheard of",
      NULL,
      NULL,
      ONE(ACCOUNT_A "," LICENSED("z")),
      LICENSE_ERROR,
      "licence is the customer's" },
    { "of another customer",
      NULL,
      NULL,
      ONE(ACCOUNT_B "," LICENSED("a1")),
      LICENSE_ERROR,
      "licence is the customer's" },
    { "of another seller",
      NULL,
      NULL,
      ONE(ACCOUNT_A "," LICENSED("a4")),
      LICENSE_ERROR,
      "licence is the customer's" },
    { "ours, by another seller",
      &other_seller,
      NULL,
      ONE(ACCOUNT_A "," LICENSED("a1")),
      LICENSE_ERROR,
      "licence is the customer's" },
    { "of another product than the request's",
      NULL,
      "saas-one",
      ONE(ACCOUNT_A "," LICENSED("a3")),
      LICENSE_ERROR,
      "licence is the customer's" },
    { "over", NULL, NULL, ONE(ACCOUNT_D "," LICENSED("d")), LICENSE_ERROR, "active" },
    { "not begun",
      NULL,
      NULL,
      ONE(ACCOUNT_E "," LICENSED("e")),
      LICENSE_ERROR,
      "active" },
    { "two of one product",
      NULL,
      NULL,
      ONE(ACCOUNT_A "," LICENSED("a1")) "," ONE(ACCOUNT_A "," LICENSED("a2")),
      NULL,
      "Success Success" },
    { "two of two products",
      NULL,
      NULL,
      ONE(ACCOUNT_A "," LICENSED("a1")) "," ONE(ACCOUNT_A "," LICENSED("a3")),
      VALIDATION,
      "one product" },
    { "one over among others",
      NULL,
      NULL,
      ONE(ACCOUNT_A "," LICENSED("a1")) "," ONE(ACCOUNT_D "," LICENSED("d")),
      LICENSE_ERROR,
      "active" },
};

static void
licence_fits_customer_seller_and_product(void **state)
{
    (void)state;
    RUN(license_cases);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, seller_reset)
    const struct CMUnitTest tests[] = {
        TEST(record_names_customer_and_product_in_one_style),
        TEST(records_keep_the_constraints),
        TEST(product_and_customers_are_the_sellers),
        TEST(licence_fits_customer_seller_and_product),
    };
    return cmocka_run_group_tests(tests, seller_start, seller_stop);
}
