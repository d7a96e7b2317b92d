/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_VERIFICATION_OUTPUT_H
#define CLI_VERIFICATION_OUTPUT_H

#include "console/failure.h"

#include <entitle/token.h>

/*
 * Prints how a token was judged, in the form that --json chose. Returns the exit
 * status.
 */
int verification_print(const entitle_verification *verification);

/*
 * Prints that nothing was judged, because of the keys or for want of a token; what was
 * not expected is not checked all the same.
 */
int verification_print_failure(
    entitle_status reason,
    const entitle_expectation *expectation,
    const cli_failure *failure);

#endif
