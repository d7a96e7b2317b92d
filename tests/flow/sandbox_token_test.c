/* SPDX-License-Identifier: Apache-2.0 */
#include "service_client.h"
#include "support/cmocka.h"
#include "token_check.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static http_reply reply;

static void
set_twist(const char *twist)
{
    char json[256];
    (void)snprintf(
        json,
        sizeof(json),
        "{\"faults\":[{\"operation\":\"RegisterUsage\",\"times\":1,\"token\":\"%s\"}]}",
        twist);
    sandbox_process_demand(&service_sandbox, "PUT", "faults", json, NULL);
}

static const char *
public_key(unsigned version)
{
    static char path[600];
    (void)snprintf(path, sizeof(path), "%s/%u.pem", service_sandbox.keys, version);
    return path;
}

static void
get_token(token_view *view)
{
    service_register(&service_sandbox, SERVICE_GOOD_BODY, &reply);
    service_assert_error(&reply, NULL);
    assert_true(token_view_init(view, reply.body));
}

static void
token_is_signed_with_ps256(void **state)
{
    (void)state;
    token_view view;

    get_token(&view);

    assert_string_equal(token_view_text(view.header, "alg"), "PS256");
    assert_string_equal(token_view_text(view.header, "typ"), "JWT");
    assert_int_equal(cJSON_GetArraySize(view.header), 2);
    assert_string_equal(token_view_text(view.claims, "ProductCode"), SERVICE_PRODUCT);
    assert_true(token_view_number(view.claims, "PublicKeyVersion") == 1);
    assert_string_equal(token_view_text(view.claims, "Nonce"), "n-1");
    double age = (double)time(NULL) - token_view_number(view.claims, "iat");
    assert_true(age >= -1 && age < 60);
    assert_int_equal(cJSON_GetArraySize(view.claims), 4);
    assert_int_equal(view.signature_length, 384);
    assert_true(token_view_verifies(&view, public_key(1), 32));
    assert_false(token_view_verifies(&view, public_key(1), 0));
    assert_null(strstr(reply.body, "PublicKeyRotationTimestamp"));
    token_view_clear(&view);
}

static void
token_has_no_nonce_when_none_was_sent(void **state)
{
    (void)state;
    token_view view;

    service_register(
        &service_sandbox,
        "{\"ProductCode\":\"" SERVICE_PRODUCT "\",\"PublicKeyVersion\":1}",
        &reply);

    assert_true(token_view_init(&view, reply.body));
    assert_false(cJSON_HasObjectItem(view.claims, "Nonce"));
    token_view_clear(&view);
}

/* What an independent reader finds in a token of each kind. */
typedef struct twist_case {
    const char *twist;
    const char *alg;
    const char *product_name; /* the claim that is read */
    bool is_product_right;
    const char *version_name;
    double version;
    const char *nonce_name;
    bool is_nonce_right;
    int salt_length; /* to verify with; negative: PKCS #1 v1.5 */
    bool verifies;   /* under key 1 */
    size_t signature_length;
} twist_case;

#define PASCAL_PRODUCT "ProductCode", true
#define PASCAL_VERSION "PublicKeyVersion", 1
#define PASCAL_NONCE   "Nonce", true

static const twist_case twist_cases[] = {
    { "pascal", "PS256", PASCAL_PRODUCT, PASCAL_VERSION, PASCAL_NONCE, 32, true, 384 },
    { "camel",
      "PS256",
      "productCode",
      true,
      "publicKeyVersion",
      1,
      "nonce",
      true,
      32,
      true,
      384 },
    { "other_nonce",
      "PS256",
      PASCAL_PRODUCT,
      PASCAL_VERSION,
      "Nonce",
      false,
      32,
      true,
      384 },
    { "other_product",
      "PS256",
      "ProductCode",
      false,
      PASCAL_VERSION,
      PASCAL_NONCE,
      32,
      true,
      384 },
    { "other_version",
      "PS256",
      PASCAL_PRODUCT,
      "PublicKeyVersion",
      2,
      PASCAL_NONCE,
      32,
      true,
      384 },
    { "other_key",
      "PS256",
      PASCAL_PRODUCT,
      PASCAL_VERSION,
      PASCAL_NONCE,
      32,
      false,
      384 },
    { "bad_signature",
      "PS256",
      PASCAL_PRODUCT,
      PASCAL_VERSION,
      PASCAL_NONCE,
      32,
      false,
      384 },
    { "rs256", "RS256", PASCAL_PRODUCT, PASCAL_VERSION, PASCAL_NONCE, -1, true, 384 },
    { "none", "none", PASCAL_PRODUCT, PASCAL_VERSION, PASCAL_NONCE, 32, false, 0 },
    { "salt0", "PS256", PASCAL_PRODUCT, PASCAL_VERSION, PASCAL_NONCE, 0, true, 384 },
    { "both_spellings",
      "PS256",
      PASCAL_PRODUCT,
      PASCAL_VERSION,
      PASCAL_NONCE,
      32,
      true,
      384 },
    { "both_spellings",
      "PS256",
      "productCode",
      false,
      PASCAL_VERSION,
      PASCAL_NONCE,
      32,
      true,
      384 },
    { "replay",
      "PS256",
      PASCAL_PRODUCT,
      PASCAL_VERSION,
      "Nonce",
      false,
      32,
      true,
      384 },
};

static void
check_twist(const twist_case *one, const token_view *view)
{
    const char *product = token_view_text(view->claims, one->product_name);
    const char *nonce = token_view_text(view->claims, one->nonce_name);

    assert_string_equal(token_view_text(view->header, "alg"), one->alg);
    assert_string_not_equal(product, "");
    assert_int_equal(strcmp(product, SERVICE_PRODUCT) == 0, one->is_product_right);
    assert_true(token_view_number(view->claims, one->version_name) >= one->version);
    assert_true(token_view_number(view->claims, one->version_name) <= one->version);
    assert_string_not_equal(nonce, "");
    assert_int_equal(strcmp(nonce, "n-1") == 0, one->is_nonce_right);
    assert_int_equal(view->signature_length, one->signature_length);
    assert_int_equal(
        token_view_verifies(view, public_key(1), one->salt_length), one->verifies);
}

static void
token_lies_as_the_fault_says_and_only_so_often(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(twist_cases) / sizeof(twist_cases[0]); i++) {
        token_view view;
        print_message("%s\n", twist_cases[i].twist);
        assert_int_equal(service_reset(NULL), 0);
        set_twist(twist_cases[i].twist);

        get_token(&view);
        check_twist(&twist_cases[i], &view);
        token_view_clear(&view);

        get_token(&view);
        check_twist(&twist_cases[0], &view);
        token_view_clear(&view);
    }
}

static void
replay_repeats_an_earlier_answer(void **state)
{
    (void)state;
    static char earlier[HTTP_REPLY_BODY_SIZE];
    service_register(&service_sandbox, SERVICE_GOOD_BODY, &reply);
    memcpy(earlier, reply.body, sizeof(earlier));
    set_twist("replay");

    service_register(
        &service_sandbox,
        "{\"ProductCode\":\"" SERVICE_PRODUCT
        "\",\"PublicKeyVersion\":1,\"Nonce\":\"n-2\"}",
        &reply);

    assert_string_equal(reply.body, earlier);
}

static void
rotation_is_told_by_the_older_version_only(void **state)
{
    (void)state;
    token_view view;
    sandbox_process_demand(&service_sandbox, "POST", "keys/rotate", NULL, &reply);
    assert_string_equal(reply.body, "{\"version\":2}\n");

    get_token(&view);
    cJSON *answer = cJSON_Parse(reply.body);
    double rotated_at = token_view_number(answer, "PublicKeyRotationTimestamp");
    double age = (double)time(NULL) - rotated_at;
    assert_true(age >= -1 && age < 60);
    assert_true(
        token_view_number(view.claims, "PublicKeyRotationTimestamp") >= rotated_at);
    assert_true(
        token_view_number(view.claims, "PublicKeyRotationTimestamp") <= rotated_at);
    assert_true(token_view_verifies(&view, public_key(1), 32));
    cJSON_Delete(answer);
    token_view_clear(&view);

    service_register(
        &service_sandbox,
        "{\"ProductCode\":\"" SERVICE_PRODUCT
        "\",\"PublicKeyVersion\":2,\"Nonce\":\"n\"}",
        &reply);
    assert_true(token_view_init(&view, reply.body));
    assert_null(strstr(reply.body, "PublicKeyRotationTimestamp"));
    assert_int_equal(cJSON_GetArraySize(view.claims), 4);
    assert_true(token_view_verifies(&view, public_key(2), 32));
    assert_false(token_view_verifies(&view, public_key(1), 32));
    token_view_clear(&view);
}

static void
reset_takes_back_a_rotation(void **state)
{
    (void)state;
    static const char second[] =
        "{\"ProductCode\":\"" SERVICE_PRODUCT "\",\"PublicKeyVersion\":2}";
    sandbox_process_demand(&service_sandbox, "POST", "keys/rotate", NULL, NULL);
    service_register(&service_sandbox, second, &reply);
    service_assert_error(&reply, NULL);

    assert_int_equal(service_reset(NULL), 0);

    service_register(&service_sandbox, second, &reply);
    service_assert_error(&reply, "InvalidPublicKeyVersionException");
    service_register(&service_sandbox, SERVICE_GOOD_BODY, &reply);
    assert_null(strstr(reply.body, "PublicKeyRotationTimestamp"));
    FILE *removed = fopen(public_key(2), "re");
    assert_null(removed);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(token_is_signed_with_ps256, service_reset),
        cmocka_unit_test_setup(token_has_no_nonce_when_none_was_sent, service_reset),
        cmocka_unit_test_setup(
            token_lies_as_the_fault_says_and_only_so_often, service_reset),
        cmocka_unit_test_setup(replay_repeats_an_earlier_answer, service_reset),
        cmocka_unit_test_setup(
            rotation_is_told_by_the_older_version_only, service_reset),
        cmocka_unit_test_setup(reset_takes_back_a_rotation, service_reset),
    };
    return cmocka_run_group_tests_name(
        "sandbox_token", tests, service_start, service_stop);
}
