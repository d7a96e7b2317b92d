/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LICENSING_VERDICT_OUTPUT_H
#define LICENSING_VERDICT_OUTPUT_H

#include "console/failure.h"

#include <entitle/licence.h>

/* Prints how a licence was judged; returns the exit status. */
int verdict_print(const entitle_licence_verification *verification);

/* The same for one that could not be judged. */
int verdict_print_failure(entitle_status reason, const cli_failure *failure);

#endif
