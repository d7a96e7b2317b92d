/* SPDX-License-Identifier: Apache-2.0 */
#include "console/exit_status.h"

#include "console/interrupt.h"

int
exit_status_of(entitle_status status)
{
    switch (entitle_status_category(status)) {
    case ENTITLE_CATEGORY_DONE:
        return EX_OK;
    case ENTITLE_CATEGORY_INTERNAL:
        return EX_SOFTWARE;
    case ENTITLE_CATEGORY_IO:
        return EX_IOERR;
    case ENTITLE_CATEGORY_NOT_AUTHENTIC:
        return EX_PROTOCOL;
    case ENTITLE_CATEGORY_UNAVAILABLE:
        return EX_UNAVAILABLE;
    case ENTITLE_CATEGORY_CONFIGURATION:
        return EX_CONFIG;
    case ENTITLE_CATEGORY_NOT_ENTITLED:
        return EX_NOPERM;
    case ENTITLE_CATEGORY_INTERRUPTED:
        return EX_SIGNAL + interrupt_signal();
    case ENTITLE_CATEGORY_INPUT:
        return EX_DATAERR;
    }
    return EX_SOFTWARE;
}
