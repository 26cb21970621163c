"""Minimax polynomials by Remez' exchange (Powell, Approximation Theory and Methods, 1981, ch. 8-9)."""
import struct

from mpmath import cos, lu_solve, matrix, mp, mpf, pi

mp.prec = 240


def minimax(function, low, high, terms, weight=None, first=0, iterations=10, grid=800):
    """Coefficients c that minimise max |weight(t) (function(t) - sum c[i] t^(first+i))| over [low, high].

    weight  default 1/function: relative error. Returns (coefficients, largest weighted error)."""
    low, high = mpf(low), mpf(high)
    weight = weight or (lambda t: 1 / function(t))
    middle, half = (low + high) / 2, (high - low) / 2
    points = [middle - half * cos(pi * (i + mpf(1) / 2) / grid) for i in range(grid)]
    values = [function(t) for t in points]
    weights = [weight(t) for t in points]
    nodes = [min(grid - 1, int(i * mpf(grid) / terms)) for i in range(terms + 1)]
    best = None
    for _ in range(iterations):
        a, b = matrix(terms + 1, terms + 1), matrix(terms + 1, 1)
        for i, j in enumerate(nodes):
            for k in range(terms):
                a[i, k] = weights[j] * points[j] ** (first + k)
            a[i, terms] = (-1) ** i
            b[i] = weights[j] * values[j]
        solution = lu_solve(a, b)
        coefficients = [solution[k] for k in range(terms)]
        errors = [w * (v - evaluate(coefficients, t, first)) for t, v, w in zip(points, values, weights)]
        worst = max(abs(e) for e in errors)
        if best is None or worst < best[1]:
            best = (coefficients, worst)
        extrema, start = [], 0  # the largest error of each run of equal sign
        for i in range(1, grid + 1):
            if i == grid or (errors[i] > 0) != (errors[start] > 0):
                extrema.append(max(range(start, i), key=lambda j: abs(errors[j])))
                start = i
        while len(extrema) > terms + 1:
            extrema.pop(0 if abs(errors[extrema[0]]) < abs(errors[extrema[-1]]) else -1)
        if len(extrema) < terms + 1 or worst < abs(solution[terms]) * mpf("1.05"):
            break
        nodes = extrema
    return best


def evaluate(coefficients, t, first=0):
    total = mpf(0)
    for c in reversed(coefficients):
        total = total * t + c
    return total * t ** first


def to_double(x):
    return float(x)


def to_single(x):
    return struct.unpack("f", struct.pack("f", float(x)))[0]


def least_squares(function, low, high, terms, weight, first=0, grid=300):
    """As minimax in the mean: for weights or powers that vanish inside the interval."""
    middle, half = (low + high) / 2, (high - low) / 2
    points = [middle - half * cos(pi * (i + mpf(1) / 2) / grid) for i in range(grid)]
    a, b = matrix(terms, terms), matrix(terms, 1)
    for t in points:
        w, v = weight(t), weight(t) * function(t)
        row = [w * t ** (first + k) for k in range(terms)]
        for i in range(terms):
            b[i] += row[i] * v
            for k in range(terms):
                a[i, k] += row[i] * row[k]
    solution = lu_solve(a, b)
    return [solution[k] for k in range(terms)]


def rounded_minimax(function, low, high, terms, single=False, weight=None):
    """As minimax with coefficients rounded to the format: the lowest ones one after the other, the rest fitted again each
    time to what is left."""
    rounding = to_single if single else to_double
    weight = weight or (lambda t: 1 / function(t))
    low, high = mpf(low), mpf(high)
    fitted, _ = minimax(function, low, high, terms, weight)
    done = []
    while len(done) < min(4, terms - 1):
        done.append(mpf(rounding(fitted[0])))
        rest = lambda t: function(t) - evaluate(done, t)
        if low == 0:
            fitted, _ = minimax(rest, low, high, terms - len(done), weight, len(done))
        else:
            fitted = least_squares(rest, low, high, terms - len(done), weight, len(done))
    done += [mpf(rounding(c)) for c in fitted]
    points = [low + (high - low) * (i + mpf(1) / 3) / 500 for i in range(500)]
    return done, max(abs(weight(t) * (function(t) - evaluate(done, t))) for t in points)


def show(name, fitted, single=False):
    coefficients, error = fitted
    print(f"// {name}: error 2^{mp.nstr(mp.log(error, 2), 4)}")
    print(", ".join(f"{float(c).hex()}" for c in coefficients), flush=True)
