/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_UNIT_LICENCE_VERIFY_FIXTURE_H
#define TEST_UNIT_LICENCE_VERIFY_FIXTURE_H

#include "support/fake_runtime.h"

#include <entitle/licence.h>

/* The keys that licence_forge() signs with, on a heap that is looked at afterwards. */
extern fake_runtime verify_fake;
extern entitle_licence_keys *verify_keys;

/* For cmocka, around all tests of a program. */
int verify_set_up(void **state);
int verify_tear_down(void **state);

/* Of a licence whose dates are all that it has to say. */
#define VERIFY_PAYLOAD_LASTING(IAT, NBF, EXP)                                          \
    "{\"format\":\"entitle-licence-1\",\"jti\":\"l\",\"product\":\"p\","               \
    "\"licensee\":\"x\",\"iat\":" IAT ",\"nbf\":" NBF ",\"exp\":" EXP "}"

/* At FAKE_NOW_S, of any product, anywhere. */
extern const entitle_licence_expectation verify_now;

/* Fails the test when no judgement is made; the caller frees it. */
entitle_licence_verification *
verify_licence(const char *licence, const entitle_licence_expectation *expectation);

/*
 * Fails the test unless that is the reason, and the steps ended so: by the first
 * letters of their results, "p" for pass, "f" for fail, "r" for not reached, and "c"
 * for not checked.
 */
void verify_expect(
    const char *name,
    const char *licence,
    const entitle_licence_expectation *expectation,
    entitle_status want,
    const char *want_steps);

#endif
