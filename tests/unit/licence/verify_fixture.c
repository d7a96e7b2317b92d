/* SPDX-License-Identifier: Apache-2.0 */
#include "verify_fixture.h"

#include "support/cmocka.h"
#include "support/key_forge.h"
#include "support/licence_forge.h"

#include <stdlib.h>
#include <string.h>

fake_runtime verify_fake;
entitle_licence_keys *verify_keys;

const entitle_licence_expectation verify_now = {
    .struct_size = sizeof(verify_now),
    .at_s = FAKE_NOW_S,
};

static void
add_key(const char *id, EVP_PKEY *pkey)
{
    char *pem = forge_pem(pkey, FORGE_SPKI);

    assert_int_equal(
        entitle_licence_keys_add(verify_keys, id, pem, strlen(pem), NULL), ENTITLE_OK);
    free(pem);
}

int
verify_set_up(void **state)
{
    (void)state;
    fake_runtime_init(&verify_fake);
    assert_int_equal(
        entitle_licence_keys_new(&verify_fake.runtime, &verify_keys, NULL), ENTITLE_OK);
    add_key(LICENCE_KEY_ID, forge_pkey(FORGE_KEY_EC));
    add_key(LICENCE_RSA_KEY_ID, forge_pkey(FORGE_KEY));
    return 0;
}

int
verify_tear_down(void **state)
{
    (void)state;
    entitle_licence_keys_free(verify_keys);
    assert_int_equal(verify_fake.blocks_in_use, 0);
    return 0;
}

/* The first letters of the results, but for the "not_": p f r c. */
static const char *
abbreviate(const entitle_licence_verification *verification)
{
    static char text[ENTITLE_LICENCE_STEP_COUNT + 1];
    static const char letters[] = { [ENTITLE_CHECK_NOT_REACHED] = 'r',
                                    [ENTITLE_CHECK_NOT_CHECKED] = 'c',
                                    [ENTITLE_CHECK_FAIL] = 'f',
                                    [ENTITLE_CHECK_PASS] = 'p' };

    for (entitle_licence_step step = 0; step < ENTITLE_LICENCE_STEP_COUNT; step++) {
        text[step] = letters[entitle_licence_verification_step(verification, step)];
    }
    return text;
}

entitle_licence_verification *
verify_licence(const char *licence, const entitle_licence_expectation *expectation)
{
    entitle_licence_verification *verification = NULL;
    entitle_error error = { .message = "" };
    entitle_status status = entitle_licence_verify(
        verify_keys, licence, strlen(licence), expectation, &verification, &error);

    if (status != ENTITLE_OK) {
        fail_msg("%s: %s", entitle_status_name(status), error.message);
    }
    return verification;
}

void
verify_expect(
    const char *name,
    const char *licence,
    const entitle_licence_expectation *expectation,
    entitle_status want,
    const char *want_steps)
{
    entitle_licence_verification *verification = verify_licence(licence, expectation);
    entitle_status reason = entitle_licence_verification_reason(verification);
    const char *steps = abbreviate(verification);

    if (reason != want || strcmp(steps, want_steps) != 0) {
        fail_msg(
            "%s: %s (%s), %s",
            name,
            entitle_status_name(reason),
            entitle_licence_verification_message(verification),
            steps);
    }
    assert_true(
        entitle_licence_verification_is_valid(verification) ==
        (want == ENTITLE_VERIFIED));
    /* Each refusal has its sentence and its remedy; and nothing is said unproven. */
    assert_true(entitle_licence_verification_message(verification)[0] != '\0');
    assert_true(
        (entitle_licence_verification_hint(verification)[0] == '\0') ==
        (want == ENTITLE_VERIFIED));
    assert_true(
        (entitle_licence_verification_licence(verification) != NULL) ==
        (strncmp(want_steps, "ppppp", 5) == 0));
    entitle_licence_verification_free(verification);
}
