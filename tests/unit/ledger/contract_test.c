/* SPDX-License-Identifier: Apache-2.0 */
#include "contract.h"

int
main(void)
{
    return contract_of_adding() + contract_of_hours() + contract_of_sending() +
           contract_of_many() + contract_of_upkeep() + contract_of_looking();
}
