/* SPDX-License-Identifier: Apache-2.0 */
#include "gate/route.h"
#include "support/cmocka.h"
#include "support/fake_runtime.h"

#include <string.h>

static const ent_seal unsealed = { .product_code = NULL };

static const ent_seal sealed_to_register = {
    .product_code = "sealed",
    .route = ENTITLE_ROUTE_REGISTER_USAGE,
};

static const ent_seal sealed_to_meter = {
    .product_code = "sealed",
    .route = ENTITLE_ROUTE_METER_USAGE,
    .dimension = "requests",
    .on_unavailable = ENTITLE_ON_UNAVAILABLE_DENY,
    .on_rotation = ENTITLE_ON_ROTATION_WARN,
};

static const ent_seal sealed_to_licence = {
    .product_code = "sealed",
    .route = ENTITLE_ROUTE_LICENCE_FILE,
};

#define REGISTER ENTITLE_ROUTE_REGISTER_USAGE
#define METER    ENTITLE_ROUTE_METER_USAGE
#define LICENCE  ENTITLE_ROUTE_LICENCE_FILE

static const struct {
    const char *name;
    const ent_seal *seal;
    entitle_route route;
    const char *dimension;
    entitle_status want;
    entitle_route want_route; /* and the dimension "requests", if it is METER */
} cases[] = {
    { "nothing", &unsealed, 0, NULL, ENTITLE_OK, REGISTER },
    { "register", &unsealed, REGISTER, NULL, ENTITLE_OK, REGISTER },
    { "meter", &unsealed, METER, "requests", ENTITLE_OK, METER },
    { "meter, no dimension", &unsealed, METER, NULL, ENTITLE_CONFIGURATION, 0 },
    { "meter, empty dimension", &unsealed, METER, "", ENTITLE_CONFIGURATION, 0 },
    { "licence", &unsealed, LICENCE, NULL, ENTITLE_OK, LICENCE },
    { "licence, a dimension",
      &unsealed,
      LICENCE,
      "requests",
      ENTITLE_CONFIGURATION,
      0 },
    { "sealed register, a licence",
      &sealed_to_register,
      LICENCE,
      NULL,
      ENTITLE_SEALED,
      0 },
    { "sealed meter, a licence", &sealed_to_meter, LICENCE, NULL, ENTITLE_SEALED, 0 },
    { "sealed licence", &sealed_to_licence, 0, NULL, ENTITLE_OK, LICENCE },
    { "sealed licence, another route",
      &sealed_to_licence,
      REGISTER,
      NULL,
      ENTITLE_SEALED,
      0 },
    { "a dimension alone", &unsealed, 0, "requests", ENTITLE_CONFIGURATION, 0 },
    { "register, a dimension",
      &unsealed,
      REGISTER,
      "requests",
      ENTITLE_CONFIGURATION,
      0 },
    { "no such route", &unsealed, (entitle_route)4, NULL, ENTITLE_CONFIGURATION, 0 },
    { "no such route, a dimension",
      &unsealed,
      (entitle_route)4,
      "requests",
      ENTITLE_CONFIGURATION,
      0 },

    { "sealed register", &sealed_to_register, 0, NULL, ENTITLE_OK, REGISTER },
    { "sealed register, said again",
      &sealed_to_register,
      REGISTER,
      NULL,
      ENTITLE_OK,
      REGISTER },
    { "sealed register, the other route",
      &sealed_to_register,
      METER,
      NULL,
      ENTITLE_SEALED,
      0 },
    { "sealed register, the other route and its dimension",
      &sealed_to_register,
      METER,
      "requests",
      ENTITLE_SEALED,
      0 },
    { "sealed register, a dimension",
      &sealed_to_register,
      0,
      "requests",
      ENTITLE_SEALED,
      0 },

    { "sealed meter", &sealed_to_meter, 0, NULL, ENTITLE_OK, METER },
    { "sealed meter, said again",
      &sealed_to_meter,
      METER,
      "requests",
      ENTITLE_OK,
      METER },
    { "sealed meter, the other route",
      &sealed_to_meter,
      REGISTER,
      NULL,
      ENTITLE_SEALED,
      0 },
    { "sealed meter, another dimension",
      &sealed_to_meter,
      0,
      "gigabytes",
      ENTITLE_SEALED,
      0 },
    { "sealed meter, an empty dimension", &sealed_to_meter, 0, "", ENTITLE_SEALED, 0 },
};

static void
route_and_dimension_go_together(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const entitle_gate_options options = {
            .struct_size = sizeof(options),
            .route = cases[i].route,
            .dimension = cases[i].dimension,
        };
        ent_gate_settings settings = { .product_code = NULL };
        entitle_error error = { .message = "" };
        entitle_status status =
            ent_gate_settle_route(&options, cases[i].seal, &settings, &error);

        if (status != cases[i].want) {
            fail_msg(
                "%s: %s: %s",
                cases[i].name,
                entitle_status_name(status),
                error.message);
        }
        if (status != ENTITLE_OK) {
            assert_true(error.hint[0] != '\0');
            continue;
        }
        assert_int_equal(settings.route, cases[i].want_route);
        if (settings.route == METER) {
            assert_string_equal(settings.dimension, "requests");
        } else {
            assert_null(settings.dimension);
        }
    }
}

/* What would be verified with them is not signed; and a seal holds none. */
static void
meter_usage_takes_no_keys(void **state)
{
    static const struct {
        const ent_seal *seal;
        const char *keys;
        uint32_t key_version;
        entitle_status want;
    } rows[] = {
        { &unsealed, NULL, 0, ENTITLE_OK },
        { &unsealed, "/does/not/exist", 0, ENTITLE_OK },
        { &unsealed, NULL, 2, ENTITLE_OK },
        { &sealed_to_meter, NULL, 0, ENTITLE_OK },
        { &sealed_to_meter, "/does/not/exist", 0, ENTITLE_SEALED },
        { &sealed_to_meter, NULL, 1, ENTITLE_SEALED },
    };
    fake_runtime fake;

    (void)state;
    fake_runtime_init(&fake);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const entitle_gate_options options = {
            .struct_size = sizeof(options),
            .product_code = "sealed",
            .route = METER,
            .dimension = "requests",
            .keys = rows[i].keys,
            .key_version = rows[i].key_version,
        };
        ent_gate_settings settings;
        entitle_error error;

        print_message("  row %zu\n", i);
        assert_int_equal(
            ent_gate_settle(&options, rows[i].seal, &fake.runtime, &settings, &error),
            rows[i].want);
        assert_null(settings.keyring);
        assert_int_equal(settings.key_version, 0);
        assert_int_equal(
            settings.must_be_ordinary_tls, rows[i].seal == &sealed_to_meter);
        ent_gate_settings_clear(&settings);
    }
}

static void
seal_to_register_usage_leaves_tls_alone(void **state)
{
    const entitle_gate_options options = { .struct_size = sizeof(options) };
    fake_runtime fake;
    ent_gate_settings settings;

    (void)state;
    fake_runtime_init(&fake);
    /* There is no key in this seal, which is found out last. */
    assert_int_equal(
        ent_gate_settle(&options, &sealed_to_register, &fake.runtime, &settings, NULL),
        ENTITLE_KEYS_UNUSABLE);
    assert_false(settings.must_be_ordinary_tls);
    ent_gate_settings_clear(&settings);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(route_and_dimension_go_together),
        cmocka_unit_test(meter_usage_takes_no_keys),
        cmocka_unit_test(seal_to_register_usage_leaves_tls_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
