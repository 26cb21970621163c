#pragma once
#include <cstddef>
#include <string>
#include <string_view>

/// Whole files, read with a bound and written so that nobody ever sees half of one.
namespace downhill {

/// The content of the file at `path`. `operation` begins the message. Throws InputError
/// (`fit: cannot read 'points.csv': No such file or directory`) also for a directory and for more than `most_bytes`.
[[nodiscard]] std::string read_file(std::string_view operation, const std::string& path,
                                    std::size_t most_bytes = std::size_t{1} << 31U);

/// Writes `content` to a temporary file beside `path`, flushes it to the disk and renames it to `path`: another process
/// sees the old file or the new one. Safe against concurrent writers, of whom the last wins. A symbolic link is kept, and its
/// target replaced; a device or a pipe is written to as it is. Temporary files that killed writers of `path` left are removed. Throws InputError, for a directory too.
void write_atomically(std::string_view operation, const std::string& path, std::string_view content);

}  // namespace downhill
