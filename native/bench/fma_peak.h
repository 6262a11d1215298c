// What the vector units can do at best: nothing but independent fused multiply-adds in registers.
#pragma once

namespace wetas {

// Runs `rounds` rounds of them and gives the floating-point operations done; the sum keeps the work from being optimised away.
double runFusedMultiplyAdds(long rounds, float& sum);

}  // namespace wetas
