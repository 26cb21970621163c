#pragma once
#include "ops/formula/arithmetic.hpp"

#include <array>

/// Angles to a quadrant and a rest: x = n pi/2 + r, |r| <= pi/4.
namespace downhill::scalar::detail {

template <class V>
struct Angle {
  V high;
  V low;
  Bits<V> quadrant;  ///< n in its two lowest bits
};

/// Where reduce_near stays exact.
template <class V>
V near_angle() {
  return either_constant<V>(0x1p30, 0x1p14);
}

/// 0 <= x <= near_angle: n times pi/2 in three parts is taken off by fused operations (Cody & Waite, Software Manual for
/// the Elementary Functions, 1980). The first is exact, for both x and the part are multiples of 2^(1 - digits).
template <class V>
struct NearAngle {
  V shifted;  ///< n + magic
  V n;
  V rest;  ///< x - n * (pi/2 rounded)
};
template <class V>
NearAngle<V> take_off_quadrants(V x) {
  const V shifted = fma(x, constant<V>(0x1.45f306dc9c883p-1), magic<V>());
  const V n = shifted - magic<V>();
  return {shifted, n, fma(n, either_constant<V>(-0x1.921fb54442d18p+0, -0x1.921fb6p+0), x)};
}
template <class V>
V middle_part() {
  return either_constant<V>(-0x1.1a62633145c07p-54, 0x1.777a5cp-25);
}
template <class V>
V last_part() {
  return either_constant<V>(0x1.f1976b7ed8fbcp-110, 0x1.ee59dap-50);
}
template <class V>
Angle<V> reduce_near(V x) {
  const NearAngle<V> near = take_off_quadrants(x);
  const Pair<V> middle = two_product(near.n, middle_part<V>());
  // The rest is a multiple of the last place of `middle`: the sum is exact, whichever is larger.
  const Pair<V> sum = fast_two_sum(near.rest, middle.high);
  return {sum.high, sum.low + fma(near.n, last_part<V>(), middle.low), bits(near.shifted)};
}
/// Row j: 2^(24 j) * 2/pi modulo 4 (row 0: not reduced) as a sum of four numbers.
inline constexpr std::array<double, 168> two_over_pi{
    0x1.45f306dc9c883p-1, -0x1.6b01ec5417056p-55, -0x1.6447e493ad4cep-109, 0x1.e21c820ff28b2p-163,
    0x1.b727220a94fe1p+1, 0x1.d5f47d4d37703p-54,  0x1.b6295993c4390p-108,  0x1.07f9458eaf7afp-162,
    0x1.529fc2757d1f5p-4, 0x1.a6ee06db14acdp-59,  -0x1.8778df7c035d4p-113, 0x1.d5ef5de2b0db9p-167,
    0x1.3abe8fa9a6ee0p-3, 0x1.b6c52b3278872p-57,  0x1.07f9458eaf7afp-114,  -0x1.d4f246dc8e2dfp-171,
    0x1.f534ddc0db629p+0, 0x1.664f10e4107f9p-54,  0x1.163abdebbc562p-108,  -0x1.236e4716f6c8bp-162,
    0x1.c0db6295993c4p+0, 0x1.c820ff28b1d5fp-55,  -0x1.443a9e48db91cp-112, -0x1.6f6c8b47fe6dbp-166,
    0x1.4acc9e21c8210p+1, -0x1.ae9c5421443aap-56, 0x1.b7246e3a424ddp-112,  0x1.700324977504fp-167,
    0x1.0e4107f9458ebp-2, -0x1.0a21d4f246dc9p-59, 0x1.d2126e9700325p-115,  -0x1.a22bec5cdbc60p-169,
    0x1.fe5163abdebbcp+0, 0x1.586dc91b8e909p-54,  0x1.ba5c00c925dd4p-109,  0x1.3a32439fc3bd6p-165,
    0x1.d5ef5de2b0db9p+1, 0x1.1b8e909374b80p-54,  0x1.924bba8274648p-110,  0x1.cfe1deb1cb12ap-164,
    0x1.e2b0db92371d2p+1, 0x1.26e9700324977p-55,  0x1.413a32439fc3cp-109,  -0x1.4e34ed658c117p-164,
    0x1.92371d2126e97p+1, 0x1.924bba8274648p-62,  0x1.cfe1deb1cb12ap-116,  -0x1.63045df7282b4p-170,
    0x1.2126e97003249p+1, 0x1.dd413a32439fcp-53,  0x1.deb1cb129a73fp-108,  -0x1.77dca0ad144bbp-164,
    0x1.700324977504fp+1, -0x1.cdbc603c429c7p-53, 0x1.894d39f74411bp-107,  -0x1.5a28976f62cc7p-165,
    0x1.2eea09d1921d0p+0, -0x1.e214e34ed658cp-56, -0x1.177dca0ad144cp-112, 0x1.213a671c09ad1p-166,
    0x1.d1921cfe1deb2p+0, -0x1.a76b2c608bbeep-55, -0x1.415a28976f62dp-109, 0x1.c7026b45f7e41p-164,
    0x1.fc3bd63962535p-1, -0x1.822efb9415a29p-57, 0x1.a24274ce38136p-111,  -0x1.741037d8cdc54p-165,
    0x1.8e5894d39f744p+1, 0x1.1afa975da2427p-55,  0x1.338e04d68befdp-109,  -0x1.f633714e33e56p-163,
    0x1.a73ee88235f53p+0, -0x1.44bb7b16638fep-56, 0x1.ad17df904e647p-110,  0x1.639835339f49dp-164,
    0x1.046bea5d76891p-1, -0x1.8b31c7eca5d04p-55, -0x1.bec66e29c67cbp-112, 0x1.9cfa4e422fc5ep-167,
    0x1.2ebb4484e99c7p+0, 0x1.35a2fbf209cc9p-59,  -0x1.4e33e566305b2p-115, 0x1.08bf177bf2507p-169,
    0x1.09d338e04d68cp-1, -0x1.037d8cdc538d0p-57, 0x1.a99cfa4e422fcp-111,  0x1.77bf250763ff1p-165,
    0x1.c09ad17df904ep-2, 0x1.91d639835339fp-56,  0x1.272117e2ef7e5p-110,  -0x1.7c4e007680022p-164,
    0x1.7df904e64758ep-2, 0x1.835339f49c846p-56,  -0x1.d1081b5f13802p-114, 0x1.2fffbc0b301fep-169,
    0x1.3991d63983534p+0, -0x1.82d8dee81d108p-54, -0x1.b5f13801da001p-110, 0x1.e05980fef2f12p-164,
    0x1.1cc1a99cfa4e4p+1, 0x1.17e2ef7e4a0ecp-54,  0x1.ff897ffde0598p-108,  0x1.fde5e2316b415p-165,
    0x1.9cfa4e422fc5ep+1, -0x1.036be27003b40p-55, -0x1.0fd33f8086877p-115, -0x1.d297d64b824b2p-170,
    0x1.08bf177bf2507p-1, 0x1.8ffc4bffef02dp-55,  -0x1.fc04343b9d298p-110, 0x1.4da3eda6cfd9ep-165,
    0x1.defc941d8ffc5p+1, -0x1.00043f4cfe022p-53, 0x1.788c5ad053690p-107,  -0x1.25930261b069fp-161,
    0x1.d8ffc4bffef03p-3, -0x1.9fc04343b9d29p-58, -0x1.f592e092c9813p-112, -0x1.b069ec9161738p-169,
    0x1.2fffbc0b301fep-1, -0x1.a1dce94beb25cp-57, -0x1.25930261b069fp-113, 0x1.b74f463f669e6p-168,
    0x1.02cc07f79788cp+1, 0x1.6b414da3eda6dp-53,  -0x1.30d834f648b0cp-112, 0x1.8fd9a797fa8b6p-166,
    0x1.f79788c5ad053p+1, 0x1.a3eda6cfd9e50p-53,  -0x1.a7b24585ce04dp-107, 0x1.3cbfd45aea4f7p-161,
    0x1.8b5a0a6d1f6d3p+0, 0x1.9fb3c9f2c26ddp-54,  0x1.e8c7ecd3cbfd4p-109,  0x1.6ba93dd63f5f3p-163,
    0x1.368fb69b3f679p+1, 0x1.f2c26dd3d18fep-54,  -0x1.961a015d28ad8p-108, -0x1.14e050683a131p-162,
    0x1.367ecf27cb09bp+0, 0x1.d3d18fd9a7980p-54,  -0x1.5d28ad8453814p-108, -0x1.a0e84c2f8c608p-164,
    0x1.93e584dba7a32p+1, -0x1.32c3402ba515bp-57, -0x1.14e050683a131p-114, 0x1.0739f78a5292fp-168,
    0x1.b74f463f669e6p+0, -0x1.5d28ad8453814p-60, -0x1.a0e84c2f8c608p-116, -0x1.d6b5b45650128p-170,
    0x1.1fb34f2ff516cp+1, -0x1.5b08a7028341dp-53, -0x1.30be31821d6b6p-110, 0x1.2ea6bfb5fb120p-164,
    0x1.2ff516ba93dd6p+1, 0x1.faf97c5ecf41dp-54,  -0x1.821d6b5b45650p-110, -0x1.2813b81ca8bdfp-166,
    0x1.7527bac7ebe5fp+0, 0x1.7b3d0739f78a5p-56,  0x1.497535fdafd89p-111,  -0x1.ca8bdea7f33eep-170,
    0x1.63f5f2f8bd9e8p+1, 0x1.ce7de294a4baap-54,  -0x1.404a04ee072a3p-108, 0x1.0ac06608df8f7p-165};

/// Any finite x >= 0 in double precision: x * 2/pi modulo 4 from as many bits of 2/pi as matter (Payne & Hanek, ACM
/// SIGNUM Newsletter 18, 1983). NaN for infinity.
template <class V>
Angle<V> reduce_far(V x) {
  const Bits<V> exponent = bits_subtract(shift_right(bits(x), 52), constant_bits<V>(1075));
  const Bits<V> zero = constant_bits<V>(0);
  const Bits<V> positive = select(less(exponent, zero), zero, exponent);
  const Bits<V> row = shift_right(multiply(positive, constant_bits<V>(2731)), 16);  // positive / 24
  const V m = x * power_of_two<V>(multiply(row, constant_bits<V>(-24)));  // an integer in every row but the first
  const auto part = [&](std::int64_t i) {
    const Bits<V> index = bits_add(shift_left(row, 2), constant_bits<V>(i));
    return two_product(m, lookup<V>(std::span<const double>(two_over_pi), index));
  };
  const auto modulo_4 = [](V y) { return fma(round_even(y * constant<V>(0.25)), constant<V>(-4), y); };
  const Pair<V> p0 = part(0);
  const Pair<V> p1 = part(1);
  const Pair<V> p2 = part(2);
  const Pair<V> p3 = part(3);
  const Pair<V> a = two_sum(modulo_4(p0.high), modulo_4(p1.high));
  const Pair<V> b = two_sum(a.high, modulo_4(p0.low));
  const V n = round_even(b.high);
  Pair<V> turn = two_sum(b.high - n, a.low);
  for (const V term : {b.low, p1.low, p2.high, p2.low, p3.high}) {
    turn = add(turn, term);
  }
  const Pair<V> r = multiply_pair(turn, Pair<V>{constant<V>(0x1.921fb54442d18p+0), constant<V>(0x1.1a62633145c07p-54)});
  return {r.high, r.low, bits(n + magic<V>())};
}

}  // namespace downhill::scalar::detail
