#include "formula/read.hpp"

#include <tao/pegtl.hpp>

#include "formula/brackets.hpp"
#include "formula/builder.hpp"

namespace downhill::formula {
namespace grammar {

namespace p = tao::pegtl;

// Blanks and comments; newlines too while a bracket is open.
struct Gap {
  using rule_t = Gap;
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
struct Separator {
  using rule_t = Separator;
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

struct Tilde {
  using rule_t = Tilde;
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
struct Name : p::identifier {};
struct Number : p::seq<p::at<p::sor<p::digit, p::seq<p::one<'.'>, p::digit>>>,
                       p::plus<p::sor<p::seq<p::one<'e', 'E'>, p::one<'+', '-'>>, p::identifier_other, p::one<'.'>>>> {
};
struct Sign : p::one<'+', '-'> {};
struct BinarySymbol
    : p::sor<p::string<'*', '*'>, p::one<'*', '@', '+', '-'>, p::seq<p::one<'/'>, p::not_at<p::one<'/'>>>,
             p::string<'<', '='>, p::string<'>', '='>, p::one<'<', '>'>, p::string<'=', '='>, p::string<'!', '='>> {};
struct AssignmentSign : p::seq<p::one<'='>, p::not_at<p::one<'='>>> {};
struct Target : Name {};
struct Keyword : Name {};
struct AttributeName : Name {};
struct Comma : p::one<','> {};
struct Colon : p::one<':'> {};
struct Ellipsis : p::string<'.', '.', '.'> {};
struct OpenGroup : p::one<'('> {};
struct OpenCall : p::one<'('> {};
struct OpenList : p::one<'['> {};
struct OpenSubscripts : p::one<'['> {};
struct CloseRound : p::one<')'> {};
struct CloseSquare : p::one<']'> {};

// Points where the builder acts without any text.
struct ExpressionBegin : p::success {};
struct ExpressionEnd : p::success {};
struct ItemBegin : p::success {};
struct ItemEnd : p::success {};
struct StatementEnd : p::success {};

// No rule gives back what an action has seen: where two readings are possible, at<> looks ahead, which runs no action.
struct Expression;
struct Value : p::seq<ExpressionBegin, Expression, ExpressionEnd> {};

// Items separated by commas, a last comma allowed, and the closing bracket.
template <class Close>
struct AfterItem : p::sor<p::at<Close>, p::seq<Comma, Gap>> {};
template <class Item, class Close>
struct Items
    : p::seq<Gap, p::star<p::not_at<Close>, ItemBegin, Item, ItemEnd, Gap, p::must<AfterItem<Close>>>, p::must<Close>> {
};

struct Element : p::must<Value> {};
struct KeywordArgument : p::seq<p::at<Name, Gap, AssignmentSign>, Keyword, Gap, AssignmentSign, Gap, p::must<Value>> {};
struct Argument : p::sor<KeywordArgument, Element> {};
struct SlicePart : p::seq<p::not_at<p::one<':', ',', ']'>>, p::must<Value>, Gap> {};
struct Slice : p::seq<Colon, Gap, p::opt<SlicePart>, p::opt<Colon, Gap, p::opt<SlicePart>>> {};
struct Subscript : p::sor<Ellipsis, Slice, p::seq<Element, Gap, p::opt<Slice>>> {};

struct Named : p::seq<Name, p::opt<Gap, OpenCall, Items<Argument, CloseRound>>> {};
struct Group : p::seq<OpenGroup, Items<Element, CloseRound>> {};
struct List : p::seq<OpenList, Items<Element, CloseSquare>> {};
struct Primary : p::sor<Number, Named, Group, List> {};
struct Subscripts : p::seq<OpenSubscripts, Items<Subscript, CloseSquare>> {};
struct Attribute : p::seq<p::one<'.'>, p::must<AttributeName>> {};
struct Operand : p::seq<p::star<Sign, Gap>, Primary, p::star<Gap, p::sor<Subscripts, Attribute>>> {};
struct Expression : p::seq<Operand, p::star<Gap, BinarySymbol, Gap, p::must<Operand>>> {};

struct Assignment : p::seq<p::at<Name, Gap, AssignmentSign>, Target, Gap, AssignmentSign, Gap> {};
struct Statement
    : p::seq<p::opt<Assignment>, p::must<Value>, Gap, p::opt<Tilde, Gap, p::must<Value>, Gap>, StatementEnd> {};
struct Terminator : p::sor<p::eof, p::at<Separator>> {};
struct Skip : p::seq<Gap, p::star<Separator, Gap>> {};
struct Program : p::seq<Skip, p::star<p::not_at<p::eof>, Statement, p::must<Terminator>, Skip>> {};

template <class Rule>
inline constexpr std::string_view expectation = "a value";
template <>
inline constexpr std::string_view expectation<AfterItem<CloseRound>> = "',' or ')'";
template <>
inline constexpr std::string_view expectation<AfterItem<CloseSquare>> = "',' or ']'";
template <>
inline constexpr std::string_view expectation<AttributeName> = "a name";
template <>
inline constexpr std::string_view expectation<Terminator> = "an operator or the end of the line";

template <class Rule>
struct Control : p::normal<Rule> {
  template <class Input>
  [[noreturn]] static void raise(const Input& in, const Builder& builder) {
    builder.expected(expectation<Rule>, in.byte());
  }
};

template <class Rule>
struct Action : p::nothing<Rule> {};

// An action that hands the builder the position, or the text and the position, of what was read.
template <void (Builder::*member)(std::size_t)>
struct AtPosition {
  template <class Input>
  static void apply(const Input& in, Builder& builder) {
    (builder.*member)(in.position().byte);
  }
};
template <void (Builder::*member)(std::string_view, std::size_t)>
struct WithText {
  template <class Input>
  static void apply(const Input& in, Builder& builder) {
    (builder.*member)(in.string_view(), in.position().byte);
  }
};
template <void (Builder::*member)()>
struct Plain {
  static void apply0(Builder& builder) { (builder.*member)(); }
};

// clang-format off
template <> struct Action<Name> : WithText<&Builder::name> {};
template <> struct Action<Number> : WithText<&Builder::number> {};
template <> struct Action<Sign> : WithText<&Builder::unary> {};
template <> struct Action<BinarySymbol> : WithText<&Builder::binary> {};
template <> struct Action<AttributeName> : WithText<&Builder::attribute> {};
template <> struct Action<Target> : WithText<&Builder::assign> {};
template <> struct Action<Keyword> : WithText<&Builder::keyword> {};
template <> struct Action<OpenGroup> : AtPosition<&Builder::open_group> {};
template <> struct Action<OpenList> : AtPosition<&Builder::open_list> {};
template <> struct Action<OpenCall> : AtPosition<&Builder::open_call> {};
template <> struct Action<OpenSubscripts> : AtPosition<&Builder::open_subscripts> {};
template <> struct Action<Ellipsis> : AtPosition<&Builder::ellipsis> {};
template <> struct Action<ItemBegin> : AtPosition<&Builder::begin_item> {};
template <> struct Action<Comma> : Plain<&Builder::comma> {};
template <> struct Action<Colon> : Plain<&Builder::colon> {};
template <> struct Action<CloseRound> : Plain<&Builder::close> {};
template <> struct Action<CloseSquare> : Plain<&Builder::close> {};
template <> struct Action<ItemEnd> : Plain<&Builder::end_item> {};
template <> struct Action<ExpressionBegin> : Plain<&Builder::begin_expression> {};
template <> struct Action<ExpressionEnd> : Plain<&Builder::end_expression> {};
template <> struct Action<StatementEnd> : Plain<&Builder::end_statement> {};
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
  tao::pegtl::parse<grammar::Program, grammar::Action, grammar::Control>(input, builder);
  builder.finish();
  return program;
}

}  // namespace

Program read_formula(std::string_view text, std::string_view name) { return read(text, name, Language::formula); }

Program read_model(std::string_view text, std::string_view name) { return read(text, name, Language::model); }

Program read_start(std::string_view text, std::string_view name) { return read(text, name, Language::start); }

}  // namespace downhill::formula
