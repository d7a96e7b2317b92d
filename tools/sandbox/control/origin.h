/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_ORIGIN_H
#define SANDBOX_ORIGIN_H

#include "wire/answer.h"
#include "wire/request.h"

#include <stdbool.h>

/*
 * A browser on this machine runs pages of others, and a request of theirs comes from
 * here, too. Each of these refuses, and returns false, where one might be behind it.
 */

/*
 * Whether the request was meant for this machine: Host holds an address, or the name
 * localhost. Any other name may have been bound to this address by its owner.
 */
bool origin_check_host(const sandbox_request *request, sandbox_answer *answer);

/*
 * Whether it is from our own page or from no page at all: Origin and Sec-Fetch-Site say
 * so, where they are sent. What only browsers send has to be JSON by its type as well.
 */
bool origin_check_sender(const sandbox_request *request, sandbox_answer *answer);

#endif
