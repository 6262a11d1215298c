// How the factors of a network's matrix products are rounded.
#pragma once

namespace wetas {

// kFloat32: as they are. kBfloat16: both factors of every product to bfloat16 (8 significant bits, to nearest, ties to even),
// while products are added up in float32 and everything else (biases, sums of skips, the gate, weights) stays float32. CPUs with
// AVX512_BF16 or AMX_BF16 multiply in bfloat16 itself (they take subnormal numbers as 0); elsewhere rounded float32 factors give the
// same numbers up to the order of a sum.
enum class Precision { kFloat32, kBfloat16 };

}  // namespace wetas
