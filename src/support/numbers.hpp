#pragma once
#include <optional>
#include <string>
#include <string_view>

/// Numbers as text and back, the same on every machine and in every locale.
namespace downhill {

/// The shortest decimal text that reads back to the same double, an exponent below 1e-4 and from 1e16: `0.1`, `1e-08`,
/// `inf`, `-inf`, `nan`.
[[nodiscard]] std::string shortest(double number);
/// As above for a float, whose shortest text is shorter: `0.1f` is `0.1`.
[[nodiscard]] std::string shortest(float number);

/// At most 17 significant digits, enough for every double to read back to the same bits: `0.10000000000000001`, `1`.
/// Non-finite numbers as in `shortest`.
[[nodiscard]] std::string digits17(double number);

/// `number` rounded to `digits` significant digits for people: `digits` in 1..17.
[[nodiscard]] std::string rounded(double number, int digits);

/// The double nearest to a whole decimal text, read as Python's float(): `12`, `-1.5e-3`, `.5`, `5.`, `1_000`, `inf`,
/// `+nan`, `infinity`. No hexadecimal, no surrounding blanks. Overflow gives ±inf and underflow ±0, as IEEE 754
/// rounding does. Empty when it is not a number.
[[nodiscard]] std::optional<double> read_number(std::string_view text);

}  // namespace downhill
