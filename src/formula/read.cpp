#include "formula/read.hpp"

#include <tao/pegtl.hpp>

#include "formula/brackets.hpp"
#include "formula/builder.hpp"

namespace downhill::formula {
namespace grammar {

namespace p = tao::pegtl;

// Blanks and comments; newlines too while a bracket is open.
struct gap {
  using rule_t = gap;
  using subs_t = p::empty_list;
  template <p::apply_mode, p::rewind_mode, template <class...> class, template <class...> class, class Input>
  static bool match(Input& in, const Builder& builder) {
    while (!in.empty()) {
      const char c = in.peek_char();
      if (c == '#') {
        while (!in.empty() && in.peek_char() != '\n') in.bump(1);
      } else if (c == ' ' || c == '\t' || c == '\r' || (c == '\n' && builder.is_inside_brackets())) {
        in.bump(1);
      } else {
        break;
      }
    }
    return true;
  }
};

// One character that ends a statement in this language.
struct separator {
  using rule_t = separator;
  using subs_t = p::empty_list;
  template <p::apply_mode, p::rewind_mode, template <class...> class, template <class...> class, class Input>
  static bool match(Input& in, const Builder& builder) {
    if (in.empty()) return false;
    const char c = in.peek_char();
    if (c != ';' && c != '\n' && !(c == ',' && builder.language() == Language::start)) return false;
    in.bump(1);
    return true;
  }
};

struct tilde {
  using rule_t = tilde;
  using subs_t = p::empty_list;
  template <p::apply_mode, p::rewind_mode, template <class...> class, template <class...> class, class Input>
  static bool match(Input& in, Builder& builder) {
    if (in.empty() || in.peek_char() != '~' || builder.language() != Language::model || builder.has_left())
      return false;
    in.bump(1);
    builder.tilde();
    return true;
  }
};

// Tokens.
struct name : p::identifier {};
struct number : p::seq<p::at<p::sor<p::digit, p::seq<p::one<'.'>, p::digit>>>,
                       p::plus<p::sor<p::seq<p::one<'e', 'E'>, p::one<'+', '-'>>, p::identifier_other, p::one<'.'>>>> {
};
struct sign : p::one<'+', '-'> {};
struct binary_symbol
    : p::sor<p::string<'*', '*'>, p::one<'*', '@', '+', '-'>, p::seq<p::one<'/'>, p::not_at<p::one<'/'>>>,
             p::string<'<', '='>, p::string<'>', '='>, p::one<'<', '>'>, p::string<'=', '='>, p::string<'!', '='>> {};
struct assignment_sign : p::seq<p::one<'='>, p::not_at<p::one<'='>>> {};
struct target : name {};
struct keyword : name {};
struct attribute_name : name {};
struct comma : p::one<','> {};
struct colon : p::one<':'> {};
struct ellipsis : p::string<'.', '.', '.'> {};
struct open_group : p::one<'('> {};
struct open_call : p::one<'('> {};
struct open_list : p::one<'['> {};
struct open_subscripts : p::one<'['> {};
struct close_round : p::one<')'> {};
struct close_square : p::one<']'> {};

// Points where the builder acts without any text.
struct expression_begin : p::success {};
struct expression_end : p::success {};
struct item_begin : p::success {};
struct item_end : p::success {};
struct statement_end : p::success {};

// No rule gives back what an action has seen: where two readings are possible, at<> looks ahead, which runs no action.
struct expression;
struct value : p::seq<expression_begin, expression, expression_end> {};

// Items separated by commas, a last comma allowed, and the closing bracket.
template <class Close>
struct after_item : p::sor<p::at<Close>, p::seq<comma, gap>> {};
template <class Item, class Close>
struct items : p::seq<gap, p::star<p::not_at<Close>, item_begin, Item, item_end, gap, p::must<after_item<Close>>>,
                      p::must<Close>> {};

struct element : p::must<value> {};
struct keyword_argument
    : p::seq<p::at<name, gap, assignment_sign>, keyword, gap, assignment_sign, gap, p::must<value>> {};
struct argument : p::sor<keyword_argument, element> {};
struct slice_part : p::seq<p::not_at<p::one<':', ',', ']'>>, p::must<value>, gap> {};
struct slice : p::seq<colon, gap, p::opt<slice_part>, p::opt<colon, gap, p::opt<slice_part>>> {};
struct subscript : p::sor<ellipsis, slice, p::seq<element, gap, p::opt<slice>>> {};

struct named : p::seq<name, p::opt<gap, open_call, items<argument, close_round>>> {};
struct group : p::seq<open_group, items<element, close_round>> {};
struct list : p::seq<open_list, items<element, close_square>> {};
struct primary : p::sor<number, named, group, list> {};
struct subscripts : p::seq<open_subscripts, items<subscript, close_square>> {};
struct attribute : p::seq<p::one<'.'>, p::must<attribute_name>> {};
struct operand : p::seq<p::star<sign, gap>, primary, p::star<gap, p::sor<subscripts, attribute>>> {};
struct expression : p::seq<operand, p::star<gap, binary_symbol, gap, p::must<operand>>> {};

struct assignment : p::seq<p::at<name, gap, assignment_sign>, target, gap, assignment_sign, gap> {};
struct statement
    : p::seq<p::opt<assignment>, p::must<value>, gap, p::opt<tilde, gap, p::must<value>, gap>, statement_end> {};
struct terminator : p::sor<p::eof, p::at<separator>> {};
struct skip : p::seq<gap, p::star<separator, gap>> {};
struct program : p::seq<skip, p::star<p::not_at<p::eof>, statement, p::must<terminator>, skip>> {};

template <class Rule>
inline constexpr std::string_view expectation = "a value";
template <>
inline constexpr std::string_view expectation<after_item<close_round>> = "',' or ')'";
template <>
inline constexpr std::string_view expectation<after_item<close_square>> = "',' or ']'";
template <>
inline constexpr std::string_view expectation<attribute_name> = "a name";
template <>
inline constexpr std::string_view expectation<terminator> = "an operator or the end of the line";

template <class Rule>
struct control : p::normal<Rule> {
  template <class Input>
  [[noreturn]] static void raise(const Input& in, const Builder& builder) {
    builder.expected(expectation<Rule>, in.byte());
  }
};

template <class Rule>
struct action : p::nothing<Rule> {};

// An action that hands the builder the position, or the text and the position, of what was read.
template <void (Builder::*member)(std::size_t)>
struct at_position {
  template <class Input>
  static void apply(const Input& in, Builder& builder) {
    (builder.*member)(in.position().byte);
  }
};
template <void (Builder::*member)(std::string_view, std::size_t)>
struct with_text {
  template <class Input>
  static void apply(const Input& in, Builder& builder) {
    (builder.*member)(in.string_view(), in.position().byte);
  }
};
template <void (Builder::*member)()>
struct plain {
  static void apply0(Builder& builder) { (builder.*member)(); }
};

// clang-format off
template <> struct action<name> : with_text<&Builder::name> {};
template <> struct action<number> : with_text<&Builder::number> {};
template <> struct action<sign> : with_text<&Builder::unary> {};
template <> struct action<binary_symbol> : with_text<&Builder::binary> {};
template <> struct action<attribute_name> : with_text<&Builder::attribute> {};
template <> struct action<target> : with_text<&Builder::assign> {};
template <> struct action<keyword> : with_text<&Builder::keyword> {};
template <> struct action<open_group> : at_position<&Builder::open_group> {};
template <> struct action<open_list> : at_position<&Builder::open_list> {};
template <> struct action<open_call> : at_position<&Builder::open_call> {};
template <> struct action<open_subscripts> : at_position<&Builder::open_subscripts> {};
template <> struct action<ellipsis> : at_position<&Builder::ellipsis> {};
template <> struct action<item_begin> : at_position<&Builder::begin_item> {};
template <> struct action<comma> : plain<&Builder::comma> {};
template <> struct action<colon> : plain<&Builder::colon> {};
template <> struct action<close_round> : plain<&Builder::close> {};
template <> struct action<close_square> : plain<&Builder::close> {};
template <> struct action<item_end> : plain<&Builder::end_item> {};
template <> struct action<expression_begin> : plain<&Builder::begin_expression> {};
template <> struct action<expression_end> : plain<&Builder::end_expression> {};
template <> struct action<statement_end> : plain<&Builder::end_statement> {};
// clang-format on

}  // namespace grammar

namespace {

Program read(std::string_view text, std::string_view name, Language language) {
  Program program;
  program.source = {std::string(name), std::string(text)};
  check_brackets(program.source);
  Builder builder(program, language);
  tao::pegtl::memory_input<tao::pegtl::tracking_mode::eager, tao::pegtl::eol::lf, const char*> input(
      program.source.text.data(), program.source.text.size(), "");
  tao::pegtl::parse<grammar::program, grammar::action, grammar::control>(input, builder);
  builder.finish();
  return program;
}

}  // namespace

Program read_formula(std::string_view text, std::string_view name) { return read(text, name, Language::formula); }

Program read_model(std::string_view text, std::string_view name) { return read(text, name, Language::model); }

Program read_start(std::string_view text, std::string_view name) { return read(text, name, Language::start); }

}  // namespace downhill::formula
