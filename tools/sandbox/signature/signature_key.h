/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_SIGNATURE_KEY_H
#define SANDBOX_SIGNATURE_KEY_H

#include "signature/signature_match.h"

#include <stdbool.h>

/*
 * Fills in the secret and the identity of the access key that the request names. False
 * when the call has been refused: the key is unknown, its security token is another or
 * missing, or it has expired.
 */
bool signature_find_key(signature_inquiry *check);

#endif
