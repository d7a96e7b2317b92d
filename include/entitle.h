/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENTITLE_H
#define ENTITLE_H

/*
 * libentitle: is this AWS Marketplace customer entitled, and did AWS say so?
 *
 * Start with gate.h (ask and decide) or, with a token of your own, with token.h
 * (offline). usage.h meters what was used; customer.h tells who registers.
 *
 * Conventions, said once for all headers:
 *   - `const T *` is borrowed and left alone. `T **out` is yours afterwards; free it
 *     with entitle_T_free(), which accepts NULL. `*out` is NULL after a failure.
 *   - Getters borrow and cannot fail; what they return lives as long as the object.
 *   - What can fail returns an entitle_status that the compiler makes you look at, and
 *     takes an entitle_error last, which may be NULL.
 *   - Option structs begin with their size, so that they can grow; all zero otherwise
 *     is the default, and zero is always the refusing choice.
 *   - Times: `_s` are seconds and `_ms` milliseconds, since 1970-01-01 UTC unless they
 *     are durations. Texts are UTF-8 and end with NUL.
 *
 * The library starts no threads, installs no signal handlers, prints nothing, never
 * ends the process, and keeps no global state (libcurl's own initialisation aside). Any
 * object may be used from any thread, but by one at a time, except: functions that take
 * it as `const` may run concurrently.
 */
#include <entitle/credentials.h> /* where AWS credentials come from */
#include <entitle/customer.h>    /* who registers with a SaaS product */
#include <entitle/diagnosis.h>   /* why a start is refused, or would be */
#include <entitle/error.h>       /* every outcome, and what went wrong */
#include <entitle/gate.h>        /* ask AWS, judge the answer, decide */
#include <entitle/instance.h>    /* what AWS meters apart: a task, pod or instance */
#include <entitle/keyring.h>     /* the public keys of a product */
#include <entitle/metering.h>    /* a client of the Metering Service */
#include <entitle/runtime.h>     /* what the library takes from its surroundings */
#include <entitle/token.h>       /* judge a token offline */
#include <entitle/transport.h>   /* how one HTTP request travels */
#include <entitle/usage.h>       /* what was used, and what became of it */
#include <entitle/version.h>     /* the version of the library */

#endif
