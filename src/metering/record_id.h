/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_METERING_RECORD_ID_H
#define ENT_METERING_RECORD_ID_H

#include "base/json.h"

#include <stdbool.h>

enum { ENT_RECORD_ID_SIZE = 128 };

/*
 * The member MeteringRecordId of an answer, or of one result: visible ASCII, because
 * records are listed by it. False, and "", for anything else.
 */
bool ent_record_id_read(const ent_json *object, char out[ENT_RECORD_ID_SIZE]);

#endif
