/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Run by the build, natively: the forge then has its keys before the first test asks
 * it, perhaps under memcheck, where making one takes half a minute.
 */
#include "support/key_forge.h"

#include <stdlib.h>

int
main(void)
{
    for (int key = 0; key < FORGE_KEY_COUNT; key++) {
        (void)forge_pkey((forge_key)key);
    }
    return EXIT_SUCCESS;
}
