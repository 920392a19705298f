// SPDX-License-Identifier: Apache-2.0
// How covey::handle() reads the parameter types of its handlers and offers them one failure.
#pragma once

#include <covey/config.hpp>
#include <covey/detail/failure/failure.hpp>

#include <concepts>
#include <cstddef>
#include <exception>
#include <type_traits>
#include <utility>

namespace covey::detail {

template <class... Parameters>
struct parameter_list {};

// Deduction drops `noexcept`, so these cover every plain callable. The generic ones match nothing.
template <class R, class... P>
parameter_list<P...> parameters_of(R (*)(P...));
template <class R, class C, class... P>
parameter_list<P...> parameters_of(R (C::*)(P...));
template <class R, class C, class... P>
parameter_list<P...> parameters_of(R (C::*)(P...) const);
template <class R, class C, class... P>
parameter_list<P...> parameters_of(R (C::*)(P...) &);
template <class R, class C, class... P>
parameter_list<P...> parameters_of(R (C::*)(P...) const&);

template <class F>
concept plain_function = requires(F f) {
  parameters_of(f);
};

template <class F>
concept plain_functor = requires {
  parameters_of(&F::operator());
};

template <class F>
consteval auto handler_parameters() {
  using callable = std::decay_t<F>;
  if constexpr (plain_function<callable>) {
    return decltype(parameters_of(std::declval<callable>())){};
  } else if constexpr (plain_functor<callable>) {
    return decltype(parameters_of(&callable::operator())){};
  } else {
    return nullptr;
  }
}

/// What a handler asks for, read from its parameter list.
template <class List>
struct handler_shape {
  static constexpr bool readable = false;
  static constexpr bool takes_rest = false;
};
template <class First>
struct handler_shape<parameter_list<First>> {
  using asked = First;
  using plain = std::remove_cvref_t<First>;
  static constexpr bool readable = true;
  static constexpr bool wants_leaf = false;
  static constexpr bool takes_rest =
      std::same_as<plain, std::exception_ptr> || std::same_as<plain, leaf>;
};
template <class First>
struct handler_shape<parameter_list<First, const leaf&>> : handler_shape<parameter_list<First>> {
  static constexpr bool wants_leaf = true;
};

template <class F>
using shape_of = handler_shape<decltype(handler_parameters<F>())>;

/// Refuses, with a sentence, what handle() could not work with.
template <class F, bool IsLast>
consteval void check_handler() {
  using shape = shape_of<F>;
  static_assert(
      shape::readable,
      "covey::handle: each handler takes one parameter of a plain type (and, if it likes, "
      "a const covey::leaf&); generic lambdas, `auto` parameters and overloaded "
      "operator() cannot be read: write the exception's type");
  if constexpr (shape::readable) {
    static_assert(!std::is_rvalue_reference_v<typename shape::asked>,
                  "covey::handle: a handler cannot take an rvalue reference, as a catch clause "
                  "cannot: take the exception by const reference");
    static_assert(!shape::takes_rest || !std::is_lvalue_reference_v<typename shape::asked> ||
                      std::is_const_v<std::remove_reference_t<typename shape::asked>>,
                  "covey::handle: take the std::exception_ptr or covey::leaf by value or by const "
                  "reference");
    static_assert(!shape::takes_rest || IsLast,
                  "covey::handle: the handler that takes the rest (std::exception_ptr or "
                  "covey::leaf) must be the last one");
  }
}

template <class... Handlers, std::size_t... Index>
consteval void check_handlers(std::index_sequence<Index...>) {
  (check_handler<Handlers, Index + 1 == sizeof...(Handlers)>(), ...);
}

template <class Handler, class Value, class Leaf>
void call_handler(Handler& handler, Value& value, const Leaf& failed) {
  if constexpr (shape_of<Handler>::wants_leaf) {
    static_cast<void>(handler(value, failed));
  } else {
    static_cast<void>(handler(value));
  }
}

/// Runs the handler if its parameter would catch the failure. The handler runs inside the catch clause, so that
/// `throw;` and std::throw_with_nested() work in it; what it throws leaves this function.
/// By-value parameters are caught by const reference: a throwing copy is then the handler's exception, where a catch
/// clause would end the process.
template <class Leaf, class Handler>
bool offer_one(const Leaf& failed, Handler& handler) {
  using shape = shape_of<Handler>;
  using caught = std::conditional_t<std::is_lvalue_reference_v<typename shape::asked>,
                                    std::remove_reference_t<typename shape::asked>&,
                                    const typename shape::plain&>;
  try {
    failed.rethrow();
  } catch (caught exception) {
    call_handler(handler, exception, failed);
    return true;
  } catch (...) {
    return false;
  }
}

template <class Leaf, class Handler>
bool offer_rest(const Leaf& failed, Handler& handler) {
  try {
    failed.rethrow();
  } catch (...) {
    if constexpr (std::same_as<typename shape_of<Handler>::plain, std::exception_ptr>) {
      const std::exception_ptr error = failed.error();
      call_handler(handler, error, failed);
    } else {
      call_handler(handler, failed, failed);
    }
  }
  return true;
}

/// Offers the failure to one handler after the other. @returns true if one of them took it.
template <class Leaf, class... Handlers>
bool offer_all(const Leaf& failed, Handlers&... handlers) {
  const auto one = [&failed]<class Handler>(Handler& handler) {
    if constexpr (shape_of<Handler>::takes_rest) {
      return offer_rest(failed, handler);
    } else {
      return offer_one(failed, handler);
    }
  };
  return (one(handlers) || ...);
}

struct offered {
  bool taken = false;         ///< a handler took the failure
  std::exception_ptr thrown;  ///< else: what the handler threw; null if none would have it
};

/// As offer_all(), and catches what the handler throws.
template <class Leaf, class... Handlers>
offered offer(const Leaf& failed, Handlers&... handlers) {
  try {
    return {offer_all(failed, handlers...), nullptr};
  } catch (...) {
    std::exception_ptr thrown = std::current_exception();
    if (thrown == nullptr) {
      throw;  // pthread_cancel's forced unwind has no exception object; swallowing it would end the process
    }
    return {false, std::move(thrown)};
  }
}

}  // namespace covey::detail
