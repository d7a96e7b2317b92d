/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_DEFAULT_MARKET_H
#define SANDBOX_DEFAULT_MARKET_H

/*
 * The market without a file, as a market file. What a file leaves out is taken from
 * here: a whole list, or a member of a product, of an identity or of the settings.
 */
extern const char default_market[];

#endif
