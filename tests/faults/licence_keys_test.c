/* SPDX-License-Identifier: Apache-2.0 */
#include "failing_calls.h"
#include "support/cmocka.h"
#include "support/licence_forge.h"
#include "support/token_forge.h"
#include "surroundings.h"
#include "sweep.h"

#include <entitle/licence.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* After a failure there is no key more, and the same attempt succeeds. */
static char *ec_pem;
static char *rsa_pem;
static char folder[64];
static char key_path[128];
static entitle_licence_keys *keys;

static void
begin(void)
{
    surroundings_begin();
    assert_int_equal(
        entitle_licence_keys_new(&surroundings.runtime, &keys, NULL), ENTITLE_OK);
}

static void
clear(void)
{
    entitle_licence_keys_free(keys);
    keys = NULL;
}

static entitle_status
new_keys(entitle_error *error)
{
    entitle_status status =
        entitle_licence_keys_new(&surroundings.runtime, &keys, error);

    assert_int_equal(keys != NULL, status == ENTITLE_OK);
    return status;
}

static entitle_status
add_ec(entitle_error *error)
{
    return entitle_licence_keys_add(
        keys, LICENCE_KEY_ID, ec_pem, strlen(ec_pem), error);
}

static entitle_status
add_rsa(entitle_error *error)
{
    return entitle_licence_keys_add(
        keys, LICENCE_RSA_KEY_ID, rsa_pem, strlen(rsa_pem), error);
}

static entitle_status
add_directory(entitle_error *error)
{
    return entitle_licence_keys_add_directory(keys, folder, error);
}

/* A single failure within OpenSSL's decoder it does not always tell from a bad key. */
static void
expect_added(entitle_status status, entitle_status (*again)(entitle_error *error))
{
    assert_int_equal(entitle_licence_keys_count(keys), status == ENTITLE_OK);
    if (status != ENTITLE_OK) {
        assert_true(
            status == ENTITLE_OUT_OF_MEMORY ||
            (status == ENTITLE_KEYS_UNUSABLE && !failing_calls_last()) ||
            strcmp(failing_calls_culprit(), "malloc") != 0);
        assert_int_equal(again(NULL), ENTITLE_OK);
        assert_int_equal(entitle_licence_keys_count(keys), 1);
    }
}

static void
expect_added_ec(entitle_status status)
{
    expect_added(status, add_ec);
}

static void
expect_added_rsa(entitle_status status)
{
    expect_added(status, add_rsa);
}

static void
expect_added_directory(entitle_status status)
{
    expect_added(status, add_directory);
}

static const fault_scenario scenarios[] = {
    { "keys_new", surroundings_begin, new_keys, NULL, clear, FAULT_NONE_WITHIN },
    { "keys_add_ec", begin, add_ec, expect_added_ec, clear, 13 },
    { "keys_add_rsa", begin, add_rsa, expect_added_rsa, clear, 13 },
    { "keys_add_directory", begin, add_directory, expect_added_directory, clear, 17 },
};

int
main(void)
{
    failing_inner_memory_install();
    ec_pem = forge_pem(forge_pkey(FORGE_KEY_EC), FORGE_SPKI);
    rsa_pem = forge_pem(forge_pkey(FORGE_KEY), FORGE_SPKI);
    surroundings_make_folder(folder, sizeof(folder));
    surroundings_write_file(
        folder, LICENCE_KEY_ID ".pem", ec_pem, key_path, sizeof(key_path));
    int status = FAULT_SWEEP("licence_keys", scenarios);
    free(ec_pem);
    free(rsa_pem);
    (void)unlink(key_path);
    (void)rmdir(folder);
    return status;
}
