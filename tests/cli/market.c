/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/market.h"

#include "support/cmocka.h"
#include "support/http_client.h"

#include <cjson/cJSON.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

test_market the_market;

static void
add_variable(test_market *market, const char *assignment)
{
    assert_true(market->environment_count < 12);
    market->environment[market->environment_count++] = assignment;
}

int
market_start_with(test_market *market, const char *const *arguments)
{
    *market = (test_market){ 0 };
    if (!sandbox_process_start(&market->sandbox, arguments)) {
        return -1;
    }
    (void)snprintf(
        market->endpoint,
        sizeof(market->endpoint),
        "AWS_ENDPOINT_URL_MARKETPLACE_METERING=%s",
        market->sandbox.url);
    (void)snprintf(
        market->product_code,
        sizeof(market->product_code),
        "ENTITLE_PRODUCT_CODE=%s",
        market->sandbox.product_code);
    (void)snprintf(
        market->keys, sizeof(market->keys), "ENTITLE_KEYS=%s", market->sandbox.keys);
    add_variable(market, "PATH=/usr/bin:/bin");
    add_variable(market, "AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE");
    add_variable(
        market, "AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
    add_variable(market, "AWS_REGION=us-east-1");
    add_variable(market, market->endpoint);
    add_variable(market, market->product_code);
    add_variable(market, market->keys);
    return 0;
}

int
market_start(test_market *market)
{
    return market_start_with(market, NULL);
}

int
market_stop(test_market *market)
{
    return sandbox_process_stop(&market->sandbox, SIGTERM, NULL) == 0 ? 0 : -1;
}

void
market_control(
    const test_market *market, const char *method, const char *name, const char *json)
{
    sandbox_process_demand(&market->sandbox, method, name, json, NULL);
}

void
market_reset(const test_market *market)
{
    market_control(market, "POST", "reset", "{}");
}

int
market_set_up_group(void **state)
{
    (void)state;
    return market_start(&the_market);
}

int
market_tear_down_group(void **state)
{
    (void)state;
    return market_stop(&the_market);
}

int
market_set_up(void **state)
{
    (void)state;
    market_reset(&the_market);
    return 0;
}

int
market_calls(const test_market *market)
{
    http_reply *reply = calloc(1, sizeof(*reply));
    cJSON *json = NULL;
    int count = 0;

    assert_non_null(reply);
    sandbox_process_demand(&market->sandbox, "GET", "calls", NULL, reply);
    json = cJSON_Parse(reply->body);
    assert_non_null(json);
    count = cJSON_GetArraySize(cJSON_GetObjectItem(json, "calls"));
    cJSON_Delete(json);
    free(reply);
    return count;
}
