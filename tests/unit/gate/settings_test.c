/* SPDX-License-Identifier: Apache-2.0 */
#include "gate/settings.h"
#include "support/cmocka.h"
#include "support/fake_runtime.h"
#include "support/key_forge.h"

#include <stdlib.h>
#include <string.h>

/* A seal for product "sealed-product" with key versions 1 (FORGE_KEY) and 2 (OTHER). */
typedef struct seal_fixture {
    fake_runtime fake;
    char *pems[2];
    ent_sealed_key keys[2];
    ent_seal seal;
    entitle_keyring *ring; /* for the options */
} seal_fixture;

static void
set_up(seal_fixture *f)
{
    fake_runtime_init(&f->fake);
    f->pems[0] = forge_pem(forge_pkey(FORGE_KEY), FORGE_SPKI);
    f->pems[1] = forge_pem(forge_pkey(FORGE_KEY_OTHER), FORGE_SPKI);
    f->keys[0] = (ent_sealed_key){ .version = 1, .pem = f->pems[0] };
    f->keys[1] = (ent_sealed_key){ .version = 2, .pem = f->pems[1] };
    f->seal = (ent_seal){
        .product_code = "sealed-product",
        .keys = f->keys,
        .key_count = 2,
        .on_unavailable = ENTITLE_ON_UNAVAILABLE_DENY,
        .on_rotation = ENTITLE_ON_ROTATION_WARN,
    };
    assert_int_equal(entitle_keyring_new(&f->fake.runtime, &f->ring, NULL), ENTITLE_OK);
}

static void
tear_down(seal_fixture *f)
{
    entitle_keyring_free(f->ring);
    free(f->pems[0]);
    free(f->pems[1]);
    assert_int_equal(f->fake.blocks_in_use, 0);
}

static void
add_to_ring(seal_fixture *f, uint32_t version, forge_key key)
{
    char *pem = forge_pem(forge_pkey(key), FORGE_SPKI);

    assert_int_equal(
        entitle_keyring_add(f->ring, version, pem, strlen(pem), NULL), ENTITLE_OK);
    free(pem);
}

static void
assert_settles(
    const char *name,
    seal_fixture *f,
    const entitle_gate_options *options,
    entitle_status want)
{
    ent_gate_settings settings;
    entitle_error error = { .message = "" };
    entitle_status status =
        ent_gate_settle(options, &f->seal, &f->fake.runtime, &settings, &error);

    if (status != want) {
        fail_msg("%s: %s: %s", name, entitle_status_name(status), error.message);
    }
    if (status == ENTITLE_OK) {
        assert_string_equal(settings.product_code, "sealed-product");
        assert_int_equal(entitle_keyring_count(settings.keyring), 2);
        assert_int_equal(settings.key_version, 2);
        assert_ptr_not_equal(settings.keyring, f->ring);
    } else {
        assert_true(strlen(error.hint) > 0);
    }
    ent_gate_settings_clear(&settings);
}

typedef struct option_case {
    const char *name;
    entitle_gate_options options;
    entitle_status want;
} option_case;

static void
seal_refuses_options_that_say_something_else(void **state)
{
    static const option_case cases[] = {
        { "nothing", { 0 }, ENTITLE_OK },
        { "the same product", { .product_code = "sealed-product" }, ENTITLE_OK },
        { "another product", { .product_code = "sealed-producT" }, ENTITLE_SEALED },
        { "an empty product", { .product_code = "" }, ENTITLE_SEALED },
        { "the highest version", { .key_version = 2 }, ENTITLE_OK },
        { "an older version", { .key_version = 1 }, ENTITLE_SEALED },
        { "a newer version", { .key_version = 3 }, ENTITLE_SEALED },
        { "deny", { .on_unavailable = ENTITLE_ON_UNAVAILABLE_DENY }, ENTITLE_OK },
        { "start", { .on_unavailable = ENTITLE_ON_UNAVAILABLE_START }, ENTITLE_SEALED },
        { "warn", { .on_rotation = ENTITLE_ON_ROTATION_WARN }, ENTITLE_OK },
        { "deny rotated", { .on_rotation = ENTITLE_ON_ROTATION_DENY }, ENTITLE_SEALED },
        { "keys that are not there", { .keys = "/nowhere/keys" }, ENTITLE_SEALED },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        seal_fixture f;

        set_up(&f);
        assert_settles(cases[i].name, &f, &cases[i].options, cases[i].want);
        tear_down(&f);
    }
}

static void
seal_compares_keys_that_are_given_and_never_uses_them(void **state)
{
    seal_fixture f;
    entitle_gate_options options = { 0 };

    (void)state;
    set_up(&f);
    options.keyring = f.ring;
    assert_settles("none", &f, &options, ENTITLE_SEALED);
    add_to_ring(&f, 1, FORGE_KEY);
    assert_settles("one of two", &f, &options, ENTITLE_SEALED);
    add_to_ring(&f, 2, FORGE_KEY_OTHER);
    assert_settles("both", &f, &options, ENTITLE_OK);
    add_to_ring(&f, 3, FORGE_KEY_3072);
    assert_settles("one more", &f, &options, ENTITLE_SEALED);
    tear_down(&f);

    set_up(&f);
    options.keyring = f.ring;
    add_to_ring(&f, 1, FORGE_KEY_OTHER);
    add_to_ring(&f, 2, FORGE_KEY);
    assert_settles("both, exchanged", &f, &options, ENTITLE_SEALED);
    tear_down(&f);
}

static void
seal_refuses_a_sandbox_key(void **state)
{
    seal_fixture f;
    const entitle_gate_options options = { 0 };
    char *sandbox = forge_pem(forge_pkey(FORGE_KEY_SANDBOX), FORGE_SPKI);

    (void)state;
    set_up(&f);
    f.keys[0].pem = sandbox;
    assert_settles("sandbox", &f, &options, ENTITLE_SEALED);
    tear_down(&f);
    free(sandbox);
}

static void
seal_keeps_to_its_key_unless_sealed_otherwise(void **state)
{
    seal_fixture f;
    const entitle_gate_options options = { 0 };
    ent_gate_settings settings;

    (void)state;
    set_up(&f);
    assert_int_equal(
        ent_gate_settle(&options, &f.seal, &f.fake.runtime, &settings, NULL),
        ENTITLE_OK);
    assert_false(settings.may_ask_older);
    assert_false(settings.may_ask_any_host);
    ent_gate_settings_clear(&settings);

    f.seal.older_keys = true;
    f.seal.any_endpoint = true;
    f.seal.on_unavailable = ENTITLE_ON_UNAVAILABLE_START;
    f.seal.on_rotation = ENTITLE_ON_ROTATION_DENY;
    assert_int_equal(
        ent_gate_settle(&options, &f.seal, &f.fake.runtime, &settings, NULL),
        ENTITLE_OK);
    assert_true(settings.may_ask_older);
    assert_true(settings.may_ask_any_host);
    assert_true(settings.start_when_unavailable);
    assert_true(settings.deny_after_rotation);
    ent_gate_settings_clear(&settings);
    tear_down(&f);
}

/* Whoever names a version wants that one, also where the seal would go on. */
static void
seal_asks_for_no_older_key_than_the_one_named(void **state)
{
    seal_fixture f;
    const entitle_gate_options options = { .key_version = 2 };
    ent_gate_settings settings;

    (void)state;
    set_up(&f);
    f.seal.older_keys = true;
    assert_int_equal(
        ent_gate_settle(&options, &f.seal, &f.fake.runtime, &settings, NULL),
        ENTITLE_OK);
    assert_false(settings.may_ask_older);
    ent_gate_settings_clear(&settings);
    tear_down(&f);
}

static void
seal_with_other_choices_takes_no_milder_and_no_stricter(void **state)
{
    static const option_case cases[] = {
        { "start", { .on_unavailable = ENTITLE_ON_UNAVAILABLE_START }, ENTITLE_OK },
        { "deny", { .on_unavailable = ENTITLE_ON_UNAVAILABLE_DENY }, ENTITLE_SEALED },
        { "deny rotated", { .on_rotation = ENTITLE_ON_ROTATION_DENY }, ENTITLE_OK },
        { "warn", { .on_rotation = ENTITLE_ON_ROTATION_WARN }, ENTITLE_SEALED },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        seal_fixture f;

        set_up(&f);
        f.seal.on_unavailable = ENTITLE_ON_UNAVAILABLE_START;
        f.seal.on_rotation = ENTITLE_ON_ROTATION_DENY;
        assert_settles(cases[i].name, &f, &cases[i].options, cases[i].want);
        tear_down(&f);
    }
}

static void
settings_without_a_seal_go_by_the_options(void **state)
{
    seal_fixture f;
    entitle_gate_options options = { .product_code = "mine", .deadline_ms = 5 };
    ent_gate_settings settings;

    (void)state;
    set_up(&f);
    f.seal = (ent_seal){ .product_code = NULL };
    options.keyring = f.ring;
    assert_int_equal(
        ent_gate_settle(&options, &f.seal, &f.fake.runtime, &settings, NULL),
        ENTITLE_KEYS_UNUSABLE);
    ent_gate_settings_clear(&settings);

    add_to_ring(&f, 7, FORGE_KEY);
    assert_int_equal(
        ent_gate_settle(&options, &f.seal, &f.fake.runtime, &settings, NULL),
        ENTITLE_OK);
    assert_string_equal(settings.product_code, "mine");
    assert_int_equal(settings.key_version, 7);
    assert_int_equal(settings.deadline_ms, 5);
    assert_true(settings.may_ask_older);
    assert_true(settings.may_ask_any_host);
    assert_false(settings.start_when_unavailable);
    assert_false(settings.deny_after_rotation);
    ent_gate_settings_clear(&settings);

    /* Whatever is neither of the known answers to rotation must refuse. */
    options.on_rotation = (entitle_on_rotation)9;
    options.on_unavailable = (entitle_on_unavailable)9;
    assert_int_equal(
        ent_gate_settle(&options, &f.seal, &f.fake.runtime, &settings, NULL),
        ENTITLE_OK);
    assert_true(settings.deny_after_rotation);
    assert_false(settings.start_when_unavailable);
    ent_gate_settings_clear(&settings);
    tear_down(&f);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(seal_refuses_options_that_say_something_else),
        cmocka_unit_test(seal_compares_keys_that_are_given_and_never_uses_them),
        cmocka_unit_test(seal_refuses_a_sandbox_key),
        cmocka_unit_test(seal_keeps_to_its_key_unless_sealed_otherwise),
        cmocka_unit_test(seal_asks_for_no_older_key_than_the_one_named),
        cmocka_unit_test(seal_with_other_choices_takes_no_milder_and_no_stricter),
        cmocka_unit_test(settings_without_a_seal_go_by_the_options),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
