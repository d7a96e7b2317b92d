/* SPDX-License-Identifier: Apache-2.0 */
#include "console/check_result.h"

const char *
check_result_name(entitle_check_result result)
{
    switch (result) {
    case ENTITLE_CHECK_PASS:
        return "pass";
    case ENTITLE_CHECK_FAIL:
        return "fail";
    case ENTITLE_CHECK_NOT_CHECKED:
        return "not_checked";
    case ENTITLE_CHECK_NOT_REACHED:
        break;
    }
    return "not_reached";
}
