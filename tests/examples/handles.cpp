// SPDX-License-Identifier: Apache-2.0

// Compiled, and not run: what the handles of examples/cpp let nobody do.
#include "../../examples/cpp/entitle.hpp"

#include <type_traits>

static_assert(std::is_nothrow_move_constructible_v<entitle::decision>);
static_assert(std::is_nothrow_move_assignable_v<entitle::meter>);
static_assert(!std::is_copy_constructible_v<entitle::decision>);
static_assert(!std::is_copy_assignable_v<entitle::meter>);
static_assert(!std::is_default_constructible_v<entitle::decision>); // nobody has asked
static_assert(!std::is_convertible_v<entitle::decision, bool>);     // of three answers?
static_assert(entitle::verdict{} == entitle::verdict::cannot_tell);
