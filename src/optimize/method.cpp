#include <downhill/method.hpp>

#include "optimize/method_model.hpp"

namespace downhill {

std::string_view Method::name() const { return model_->name(); }
std::string Method::text(options::Detail detail) const { return model_->text(detail); }
std::string Method::text() const { return model_->text(options::Detail::changed); }

Method parse_method(std::string_view text) { return Method::registry().parse(text); }

}  // namespace downhill
