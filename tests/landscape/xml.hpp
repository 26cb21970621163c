#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace downhill::landscape {

/// Why a text is no well-formed XML document, as far as names of elements, their nesting, quotes and text go; empty if it is one.
inline std::string fault_of_xml(std::string_view text) {
  std::vector<std::string> open;
  std::size_t roots = 0;
  while (!text.empty()) {
    const auto begin = text.find('<');
    const std::string_view between = text.substr(0, begin);
    if (between.find('>') != between.npos) return "a stray >";
    for (auto at = between.find('&'); at != between.npos; at = between.find('&', at + 1)) {
      if (between.find(';', at) == between.npos) return "an & that begins no entity";
    }
    if (open.empty() && between.find_first_not_of(" \t\r\n") != between.npos) return "text outside the root";
    if (begin == text.npos) break;
    text.remove_prefix(begin);
    const auto skip = [&](std::string_view start, std::string_view end) {
      if (!text.starts_with(start)) return false;
      const auto at = text.find(end, start.size());
      text.remove_prefix(at == text.npos ? text.size() : at + end.size());
      return true;
    };
    if (skip("<!--", "-->") || skip("<?", "?>") || skip("<![CDATA[", "]]>") || skip("<!", ">")) continue;
    std::size_t end = 1;
    char quote = 0;
    for (; end < text.size() && (quote != 0 || text[end] != '>'); ++end) {
      if (quote == 0 && text[end] == '<') return "< inside a tag";
      if (quote == 0 && (text[end] == '"' || text[end] == '\''))
        quote = text[end];
      else if (text[end] == quote)
        quote = 0;
    }
    if (end == text.size()) return "a tag without an end";
    std::string_view tag = text.substr(1, end - 1);
    text.remove_prefix(end + 1);
    if (tag.starts_with('/')) {
      tag.remove_prefix(1);
      if (open.empty() || open.back() != tag.substr(0, tag.find_last_not_of(" \n\t") + 1))
        return "an end without a beginning: " + std::string(tag);
      open.pop_back();
      continue;
    }
    if (open.empty()) ++roots;
    if (!tag.ends_with('/')) open.emplace_back(tag.substr(0, tag.find_first_of(" \n\t\r")));
  }
  if (!open.empty()) return "no end of " + open.back();
  return roots == 1 ? "" : "not one root";
}

}  // namespace downhill::landscape
