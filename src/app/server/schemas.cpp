#include "app/server/schemas.hpp"

#include "options/describe.hpp"

namespace downhill::server {

nlohmann::ordered_json schemas(const std::vector<const options::Declaration*>& declarations) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const options::Declaration* declaration : declarations) {
    list.push_back(nlohmann::ordered_json::parse(options::schema(*declaration)));
  }
  return list;
}

}  // namespace downhill::server
