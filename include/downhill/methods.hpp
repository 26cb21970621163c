#pragma once
#include <downhill/methods/closed_form.hpp>
#include <downhill/methods/gradient_descent.hpp>
#include <downhill/methods/levenberg_marquardt.hpp>
#include <downhill/methods/local_search.hpp>
#include <downhill/methods/newton.hpp>
#include <downhill/methods/random_search.hpp>
