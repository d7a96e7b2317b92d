/* SPDX-License-Identifier: Apache-2.0 */
#include "failing_calls.h"
#include "support/cmocka.h"
#include "support/key_forge.h"
#include "surroundings.h"
#include "sweep.h"

#include <entitle/keyring.h>
#include <entitle/version.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 * A ring that holds version 1 before each attempt to add others to it. After a failure
 * it holds what it held, and the same attempt succeeds.
 */
static char *one;
static char *two;
static char *pkcs1;
static unsigned char *certificate;
static size_t certificate_length;
static char *elliptic;
static char folder[64];
static char second_path[96];
static char third_path[96];
static entitle_keyring *ring;

static void
make_ring(void)
{
    surroundings_begin();
    assert_int_equal(entitle_keyring_new(&surroundings.runtime, &ring, NULL), 0);
    assert_int_equal(entitle_keyring_add(ring, 1, one, strlen(one), NULL), 0);
}

static void
free_ring(void)
{
    entitle_keyring_free(ring);
    ring = NULL;
}

static void
expect_key(uint32_t version)
{
    const entitle_key *key = entitle_keyring_find(ring, version);

    assert_non_null(key);
    assert_int_equal(entitle_key_version(key), version);
    assert_int_equal(entitle_key_bits(key), 2048);
    assert_int_equal(strlen(entitle_key_sha256(key)), 64);
    assert_false(entitle_key_is_sandbox(key));
    assert_non_null(strstr(entitle_key_encoding(key), "PEM"));
}

static void
expect_count(size_t count)
{
    assert_int_equal(entitle_keyring_count(ring), count);
    expect_key(1);
    assert_ptr_equal(
        entitle_keyring_at(ring, count - 1), entitle_keyring_find(ring, 1));
    assert_null(entitle_keyring_at(ring, count));
}

/* After an attempt to add version 2. */
static void
expect_whole(entitle_status status)
{
    expect_count(status == ENTITLE_OK ? 2 : 1);
    if (status == ENTITLE_OK) {
        expect_key(2);
    }
}

static entitle_status
new_ring(entitle_error *error)
{
    return entitle_keyring_new(&surroundings.runtime, &ring, error);
}

static void
expect_ring(entitle_status status)
{
    assert_int_equal(ring != NULL, status == ENTITLE_OK);
    assert_int_equal(entitle_keyring_count(ring), 0);
}

static entitle_status
add_key(entitle_error *error)
{
    return entitle_keyring_add(ring, 2, two, strlen(two), error);
}

/* A single failure within OpenSSL's decoder it does not always tell from a bad key. */
static void
expect_added_key(entitle_status status)
{
    if (status != ENTITLE_OK && failing_calls_last()) {
        assert_int_equal(status, ENTITLE_OUT_OF_MEMORY);
    }
    expect_whole(status);
    if (status != ENTITLE_OK) {
        assert_int_equal(add_key(NULL), ENTITLE_OK);
        expect_whole(ENTITLE_OK);
    }
}

static entitle_status
add_pkcs1(entitle_error *error)
{
    return entitle_keyring_add(ring, 2, pkcs1, strlen(pkcs1), error);
}

/* What is to be refused is never taken; that it is refused for another reason may be.
 */
static entitle_status
refuse(const void *key, size_t length, entitle_error *error)
{
    entitle_error cause = *error;
    entitle_status status = entitle_keyring_add(ring, 2, key, length, &cause);

    assert_int_not_equal(status, ENTITLE_OK);
    if (status == ENTITLE_KEYS_UNUSABLE) {
        assert_string_not_equal(cause.message, "");
        assert_string_not_equal(cause.hint, "");
        return ENTITLE_OK;
    }
    *error = cause;
    return status;
}

static entitle_status
refuse_certificate(entitle_error *error)
{
    return refuse(certificate, certificate_length, error);
}

static entitle_status
refuse_elliptic(entitle_error *error)
{
    return refuse(elliptic, strlen(elliptic), error);
}

static void
expect_refused(entitle_status status)
{
    (void)status;
    expect_count(1);
}

static entitle_status
add_file(entitle_error *error)
{
    return entitle_keyring_add_file(
        ring, entitle_key_version_of_path(second_path), second_path, error);
}

static void
expect_added_file(entitle_status status)
{
    expect_whole(status);
    if (status != ENTITLE_OK) {
        assert_int_equal(add_file(NULL), ENTITLE_OK);
    }
}

/* What could not be looked at is not called a folder. */
static entitle_status
add_path(entitle_error *error)
{
    entitle_status status = entitle_keyring_add_path(ring, 2, second_path, error);

    assert_true(status == ENTITLE_OK || strstr(error->message, "folder") == NULL);
    return status;
}

static entitle_status
add_directory(entitle_error *error)
{
    return entitle_keyring_add_directory(ring, folder, error);
}

static void
expect_added_directory(entitle_status status)
{
    expect_count(status == ENTITLE_OK ? 3 : 1);
    if (status != ENTITLE_OK) {
        assert_int_equal(add_directory(NULL), ENTITLE_OK);
    }
    expect_count(3);
    expect_key(2);
    expect_key(3);
}

static entitle_status
add_folder_as_path(entitle_error *error)
{
    return entitle_keyring_add_path(ring, 0, folder, error);
}

static const fault_scenario scenarios[] = {
    { "keyring_new",
      surroundings_begin,
      new_ring,
      expect_ring,
      free_ring,
      FAULT_NONE_WITHIN },
    { "keyring_add", make_ring, add_key, expect_added_key, free_ring, 0 },
    { "keyring_add_pkcs1", make_ring, add_pkcs1, expect_whole, free_ring, 0 },
    { "keyring_add_certificate",
      make_ring,
      refuse_certificate,
      expect_refused,
      free_ring,
      7 },
    { "keyring_add_elliptic",
      make_ring,
      refuse_elliptic,
      expect_refused,
      free_ring,
      7 },
    { "keyring_add_file", make_ring, add_file, expect_added_file, free_ring, 0 },
    { "keyring_add_path", make_ring, add_path, expect_added_file, free_ring, 0 },
    { "keyring_add_directory",
      make_ring,
      add_directory,
      expect_added_directory,
      free_ring,
      0 },
    { "keyring_add_folder",
      make_ring,
      add_folder_as_path,
      expect_added_directory,
      free_ring,
      0 },
};

int
main(void)
{
    failing_inner_memory_install();
    one = forge_pem(forge_pkey(FORGE_KEY), FORGE_SPKI);
    two = forge_pem(forge_pkey(FORGE_KEY_OTHER), FORGE_SPKI);
    pkcs1 = forge_pem(forge_pkey(FORGE_KEY_OTHER), FORGE_PKCS1);
    certificate =
        forge_der(forge_pkey(FORGE_KEY), FORGE_CERTIFICATE, &certificate_length);
    elliptic = forge_pem(forge_pkey(FORGE_KEY_EC), FORGE_SPKI);
    surroundings_make_folder(folder, sizeof(folder));
    surroundings_write_file(folder, "2.pem", two, second_path, sizeof(second_path));
    surroundings_write_file(folder, "3.pem", one, third_path, sizeof(third_path));
    int status = FAULT_SWEEP("keyring", scenarios);
    (void)unlink(second_path);
    (void)unlink(third_path);
    (void)rmdir(folder);
    free(one);
    free(two);
    free(pkcs1);
    free(certificate);
    free(elliptic);
    return status;
}
