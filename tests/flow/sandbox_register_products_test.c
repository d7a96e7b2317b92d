/* SPDX-License-Identifier: Apache-2.0 */
#include "seller_market.h"
#include "support/cmocka.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

static http_reply reply;

/* A task of customer A, which has subscribed to everything. */
static const service_signer *const task = &seller_itself;

static void
register_as(const service_signer *signer, const char *product)
{
    char body[256];
    (void)snprintf(
        body, sizeof(body), "{\"ProductCode\":\"%s\",\"PublicKeyVersion\":1}", product);
    service_call_as(&service_sandbox, signer, "RegisterUsage", body, &reply);
}

typedef struct product_case {
    const char *name;
    const service_signer *signer;
    const char *region; /* NULL: the signer's own */
    const char *product;
    const char *want_error; /* NULL: a token */
    const char *want_rule;
} product_case;

static const product_case cases[] = {
    { "a container's product",
      &seller_itself,
      NULL,
      "container-one",
      NULL,
      "registers it" },
    { "a pod of the same account",
      &buyers_pod,
      NULL,
      "container-one",
      NULL,
      "registers it" },
    { "an image's product",
      &seller_itself,
      NULL,
      "image-one",
      "InvalidProductCodeException",
      "container product" },
    { "a SaaS product",
      &seller_itself,
      NULL,
      "saas-one",
      "InvalidProductCodeException",
      "container product" },
    { "no product",
      &seller_itself,
      NULL,
      "container-none",
      "InvalidProductCodeException",
      "container product" },
    { "a product that is sold elsewhere",
      &seller_itself,
      NULL,
      "container-here",
      "InvalidRegionException",
      "sold in the Region" },
    { "another Region than the task's",
      &seller_itself,
      "us-west-2",
      "container-one",
      "InvalidRegionException",
      "where it runs" },
    { "another Region than the pod's",
      &buyers_pod,
      "us-east-1",
      "container-one",
      "InvalidRegionException",
      "where it runs" },
    { "a laptop",
      &nobodys_laptop,
      NULL,
      "container-one",
      "PlatformNotSupportedException",
      "ECS task" },
    { "a seller",
      &other_seller,
      NULL,
      "container-one",
      "PlatformNotSupportedException",
      "ECS task" },
    /* The Region is judged first, the platform next, then the product. */
    { "a laptop in another Region",
      &nobodys_laptop,
      "us-west-2",
      "container-none",
      "InvalidRegionException",
      "where it runs" },
    { "a laptop with no product",
      &nobodys_laptop,
      NULL,
      "container-none",
      "PlatformNotSupportedException",
      "ECS task" },
};

static void
product_is_for_containers_and_sold_in_the_region(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const product_case *one = &cases[i];
        service_signer signer = *one->signer;
        print_message("%s\n", one->name);
        (void)seller_reset(NULL);
        signer.region = one->region != NULL ? one->region : signer.region;

        register_as(&signer, one->product);

        service_assert_error(&reply, one->want_error);
        seller_assert_rule(one->want_rule, "RegisterUsage");
    }
}

/* Whoever has registered for one product has not for another, nor has anybody else. */
static void
first_call_decides_for_each_product(void **state)
{
    (void)state;
    register_as(task, "container-one");
    service_assert_error(&reply, NULL);
    seller_assert_rule("registers it", "RegisterUsage");
    seller_set_clock("2026-11-10T12:30:00Z"); /* the end of "one" and "two" */

    register_as(task, "container-one");
    service_assert_error(&reply, NULL);
    seller_assert_rule("not asked for its subscription again", "RegisterUsage");

    register_as(task, "container-two");
    service_assert_error(&reply, "CustomerNotEntitledException");
    seller_assert_rule("needs a subscription", "RegisterUsage");
    register_as(&buyers_pod, "container-one");
    service_assert_error(&reply, "CustomerNotEntitledException");

    register_as(task, "container-three");
    service_assert_error(&reply, NULL);
}

static void
subscription_ends_by_the_services_clock(void **state)
{
    (void)state;
    seller_set_clock("2026-11-10T12:29:00Z");
    register_as(task, "container-one");
    service_assert_error(&reply, NULL);

    (void)seller_reset(NULL);
    seller_set_clock("2026-11-10T12:30:00Z");
    register_as(task, "container-one");
    service_assert_error(&reply, "CustomerNotEntitledException");
}

static void
documented_regions_are_a_setting(void **state)
{
    (void)state;
    sandbox_process strict;
    service_signer pod = buyers_pod;
    static const char body[] =
        "{\"ProductCode\":\"container-three\",\"PublicKeyVersion\":1}";
    assert_int_equal(seller_start_with(&strict, "\"documented_regions_only\":true"), 0);

    service_call_as(&strict, &pod, "RegisterUsage", body, &reply);
    service_assert_error(&reply, NULL);

    pod.access_key = "AKIAPODINMEXICO00000";
    pod.region = "mx-central-1";
    service_call_as(&strict, &pod, "RegisterUsage", body, &reply);
    service_assert_error(&reply, "InvalidRegionException");
    service_call_as(&service_sandbox, &pod, "RegisterUsage", body, &reply);
    service_assert_error(&reply, NULL);
    assert_int_equal(sandbox_process_stop(&strict, SIGTERM, NULL), 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(
            product_is_for_containers_and_sold_in_the_region, seller_reset),
        cmocka_unit_test_setup(first_call_decides_for_each_product, seller_reset),
        cmocka_unit_test_setup(subscription_ends_by_the_services_clock, seller_reset),
        cmocka_unit_test_setup(documented_regions_are_a_setting, seller_reset),
    };
    return cmocka_run_group_tests(tests, seller_start, seller_stop);
}
