# SPDX-License-Identifier: Apache-2.0
def files(commands):
    return {}
