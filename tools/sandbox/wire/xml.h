/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_XML_H
#define SANDBOX_XML_H

#include "base/buffer.h"

/*
 * <name>text</name> with everything escaped that has to be; what XML 1.0 cannot hold at
 * all becomes "?". The text must be UTF-8.
 */
void xml_append_element(ent_buffer *out, const char *name, const char *text);

#endif
