/* SPDX-License-Identifier: Apache-2.0 */
#include "seller_market.h"

#include "support/cmocka.h"

#include <cjson/cJSON.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SECRET "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"

#define LICENSE_A1 LICENSE("a1")
#define LICENSE_A2 LICENSE("a2")
#define LICENSE_A3 LICENSE("a3")
#define LICENSE_A4 LICENSE("a4")
#define LICENSE_D  LICENSE("d")
#define LICENSE_E  LICENSE("e")
#define LICENSE_F  LICENSE("f")
#define LICENSE_G  LICENSE("g")

static const char market_format[] =
    "{\"settings\":{%s},"
    "\"products\":["
    "{\"code\":\"container-one\",\"kind\":\"container\",\"seller\":\"294406891311\","
    "\"dimensions\":[\"requests\"]},"
    "{\"code\":\"container-two\",\"kind\":\"container\",\"seller\":\"294406891311\","
    "\"dimensions\":[\"requests\"]},"
    "{\"code\":\"container-three\",\"kind\":\"container\",\"seller\":\"294406891311\","
    "\"dimensions\":[\"requests\"]},"
    "{\"code\":\"container-here\",\"kind\":\"container\",\"seller\":\"294406891311\","
    "\"dimensions\":[\"requests\"],\"regions\":[\"us-west-2\"]},"
    "{\"code\":\"image-one\",\"kind\":\"ami\",\"seller\":\"294406891311\","
    "\"dimensions\":[\"requests\"]},"
    "{\"code\":\"saas-one\",\"kind\":\"saas\",\"seller\":\"294406891311\","
    "\"dimensions\":[\"requests\",\"gigabytes\"]},"
    "{\"code\":\"saas-two\",\"kind\":\"saas\",\"seller\":\"294406891311\","
    "\"dimensions\":[\"requests\"]},"
    "{\"code\":\"saas-foreign\",\"kind\":\"saas\",\"seller\":\"555555555555\","
    "\"dimensions\":[\"requests\"]}],"
    "\"customers\":["
    "{\"account\":\"111111111111\",\"identifier\":\"cust-a\"},"
    "{\"account\":\"222222222222\",\"identifier\":\"cust-b\"},"
    "{\"account\":\"333333333333\",\"identifier\":\"cust-c\"},"
    "{\"account\":\"444444444444\",\"identifier\":\"cust-d\"},"
    "{\"account\":\"555555555556\",\"identifier\":\"cust-e\"}],"
    "\"subscriptions\":["
    "{\"product\":\"container-one\",\"ends\":\"2026-11-10T12:30:00Z\"},"
    "{\"product\":\"container-two\",\"ends\":\"2026-11-10T12:30:00Z\"},"
    "{\"product\":\"container-three\"},"
    "{\"product\":\"container-here\"},"
    "{\"product\":\"image-one\"},"
    "{\"product\":\"saas-one\",\"license_arn\":\"" LICENSE_A1 "\"},"
    "{\"product\":\"saas-one\",\"license_arn\":\"" LICENSE_A2 "\"},"
    "{\"product\":\"saas-two\",\"license_arn\":\"" LICENSE_A3 "\"},"
    "{\"product\":\"saas-foreign\",\"license_arn\":\"" LICENSE_A4 "\"},"
    "{\"product\":\"saas-one\",\"customer\":\"cust-b\"},"
    "{\"product\":\"saas-one\",\"customer\":\"cust-d\",\"license_arn\":\"" LICENSE_D
    "\",\"ends\":\"2026-11-10T11:30:00Z\"},"
    "{\"product\":\"saas-one\",\"customer\":\"cust-e\",\"license_arn\":\"" LICENSE_E
    "\",\"starts\":\"2026-11-10T12:30:00Z\"},"
    "{\"product\":\"saas-two\",\"customer\":\"cust-d\",\"license_arn\":\"" LICENSE_F
    "\",\"ends\":\"2026-11-10T13:00:00Z\"},"
    "{\"product\":\"saas-two\",\"customer\":\"cust-e\",\"license_arn\":\"" LICENSE_G
    "\",\"starts\":\"2026-11-10T12:00:00Z\"}],"
    "\"registration_tokens\":["
    "{\"token\":\"token-a1\",\"license_arn\":\"" LICENSE_A1 "\"},"
    "{\"token\":\"token-b-once\",\"product\":\"saas-one\",\"customer\":\"cust-b\","
    "\"uses\":1},"
    "{\"token\":\"token-a-twice\",\"license_arn\":\"" LICENSE_A2 "\",\"uses\":2},"
    "{\"token\":\"token-late\",\"license_arn\":\"" LICENSE_A1
    "\",\"expires\":\"2026-11-10T12:30:00Z\"},"
    "{\"token\":\"token-over\",\"license_arn\":\"" LICENSE_D "\"},"
    "{\"token\":\"token-foreign\",\"license_arn\":\"" LICENSE_A4 "\"}],"
    "\"identities\":["
    "{\"access_key_id\":\"AKIAIOSFODNN7EXAMPLE\",\"kind\":\"ecs-task\"},"
    "{\"access_key_id\":\"AKIAOTHERSELLER00000\",\"kind\":\"seller\",\"seller\":"
    "\"555555555555\"},"
    "{\"access_key_id\":\"AKIALAPTOP0000000000\",\"kind\":\"laptop\"},"
    "{\"access_key_id\":\"AKIAPODINIRELAND0000\",\"kind\":\"eks-pod\",\"region\":\"eu-"
    "west-1\"},"
    "{\"access_key_id\":\"AKIAPODINMEXICO00000\",\"kind\":\"eks-pod\",\"region\":\"mx-"
    "central-1\"}]}";

const service_signer seller_itself = { SERVICE_ACCESS_KEY, SECRET, "us-east-1" };
const service_signer other_seller = { "AKIAOTHERSELLER00000", SECRET, "us-east-1" };
const service_signer nobodys_laptop = { "AKIALAPTOP0000000000", SECRET, "us-east-1" };
const service_signer buyers_pod = { "AKIAPODINIRELAND0000", SECRET, "eu-west-1" };

/* The sandbox has read the file when its first line is there. */
int
seller_start_with(sandbox_process *sandbox, const char *settings)
{
    char path[] = "/tmp/entitle-market-XXXXXX";
    int descriptor = mkstemp(path);
    if (descriptor < 0 || dprintf(descriptor, market_format, settings) < 0) {
        return -1;
    }
    (void)close(descriptor);
    const char *const arguments[] = { "--seed", "1", "--config", path, NULL };
    bool is_started = sandbox_process_start(sandbox, arguments);
    (void)unlink(path);
    return is_started ? 0 : -1;
}

int
seller_start(void **state)
{
    (void)state;
    return seller_start_with(&service_sandbox, "");
}

int
seller_stop(void **state)
{
    return service_stop(state);
}

void
seller_set_clock(const char *time)
{
    char json[64];
    (void)snprintf(json, sizeof(json), "{\"set\":\"%s\"}", time);
    sandbox_process_demand(&service_sandbox, "POST", "clock", json, NULL);
}

int
seller_reset(void **state)
{
    if (service_reset(state) != 0) {
        return -1;
    }
    seller_set_clock("2026-11-10T12:00:00Z");
    return 0;
}

static void
assert_member(const cJSON *object, const char *name, const char *want_part)
{
    const cJSON *member = cJSON_GetObjectItemCaseSensitive(object, name);
    const char *text = cJSON_GetStringValue(member);
    if (want_part == NULL) {
        assert_true(cJSON_IsNull(member));
        return;
    }
    assert_non_null(text);
    if (strstr(text, want_part) == NULL) {
        fail_msg("\"%s\" is not of \"%s\"", want_part, text);
    }
}

void
seller_assert_rule(const char *want_rule_part, const char *want_page_part)
{
    static http_reply reply;
    sandbox_process_demand(&service_sandbox, "GET", "calls", NULL, &reply);
    cJSON *journal = cJSON_Parse(reply.body);
    const cJSON *calls = cJSON_GetObjectItemCaseSensitive(journal, "calls");
    const cJSON *last = cJSON_GetArrayItem(calls, cJSON_GetArraySize(calls) - 1);
    assert_member(last, "rule", want_rule_part);
    assert_member(last, "page", want_page_part);
    cJSON_Delete(journal);
}
