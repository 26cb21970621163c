#pragma once
#include <downhill/learn/layers/activations.hpp>
#include <downhill/learn/layers/convolution.hpp>
#include <downhill/learn/layers/dense.hpp>
#include <downhill/learn/layers/dropout.hpp>
#include <downhill/learn/layers/flatten.hpp>
#include <downhill/learn/layers/normalisation.hpp>
