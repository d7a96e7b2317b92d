/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_RECORD_TEXT_H
#define SANDBOX_RECORD_TEXT_H

#include "base/buffer.h"
#include "state/record_rows.h"

/* How a record and a total look outside. */
void record_text_json(const record_row *row, ent_buffer *out);
void record_text_total_json(const record_total *total, ent_buffer *out);

/* Lines as in RFC 4180. */
extern const char record_csv_heading[];
void record_text_csv(const record_row *row, ent_buffer *out);

#endif
