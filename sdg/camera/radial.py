"""Increasing curves of a radius or an angle: where they turn over, and their inverse.

Every lens of this package is a central curve (how far from the principal point does light at this angle, or at this
ideal radius, appear?), bent a little or not at all by terms that are not radial.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np

from sdg.foundation.arrays import BoolArray, FloatArray

Curve: TypeAlias = Callable[[FloatArray], tuple[FloatArray, FloatArray]]
"""Value and slope of an increasing function at each argument."""

_STEPS = 100
_NEVER = 1e-12  # a root beyond 1e12 is none
_EPSILON = float(np.finfo(np.float64).eps)


def first_root(coefficients: Sequence[float]) -> float:
    """Return the least positive real root of a polynomial, its coefficients in ascending order; inf without one."""
    # The roots' reciprocals are the roots of the reversed polynomial, so that tiny leading coefficients can't overflow.
    roots = np.roots(coefficients)
    real = [root.real for root in roots if abs(root.imag) < 1e-9 * abs(root) and root.real > _NEVER]
    return 1 / max(real) if real else math.inf


def multiply(a: Sequence[float], b: Sequence[float]) -> list[float]:
    """Return the product of two polynomials, coefficients in ascending order."""
    return [float(value) for value in np.convolve(a, b)]


def evaluate(coefficients: Sequence[float], x: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return a polynomial and its slope at `x`, any shape; its coefficients in ascending order, at least one."""
    value = np.full_like(x, coefficients[-1])
    slope = np.zeros_like(x)
    for coefficient in coefficients[-2::-1]:
        slope = slope * x + value
        value = value * x + coefficient
    return value, slope


def derivative(coefficients: Sequence[float]) -> list[float]:
    """Return the derivative of a polynomial, coefficients in ascending order."""
    return [power * value for power, value in enumerate(coefficients)][1:] or [0.0]


def invert(curve: Curve, wanted: FloatArray, limit: float) -> FloatArray:
    """Return where in [0, limit) an increasing curve takes each value: Newton's method within a bracket.

    A step that leaves the bracket is replaced by a bisection, so that it converges wherever a solution exists.

    Args:
        curve: Increasing from 0 up to `limit`; its slope may vanish at the limit.
        wanted: Values, shape (N,).
        limit: Where it stops increasing; inf if it never does.

    Returns:
        Arguments, shape (N,); NaN where the curve never takes the value below its limit.
    """
    found = np.full_like(wanted, np.nan)
    with np.errstate(all="ignore"):
        zero = np.zeros(1)
        at_zero, first_slope = (float(part[0]) for part in curve(zero))
        reachable: BoolArray = np.isfinite(wanted) & (wanted >= at_zero)
        if math.isfinite(limit):
            reachable &= wanted < float(curve(np.full(1, limit))[0][0])
        active = np.flatnonzero(reachable)
        target = wanted[active]
        low, high = np.zeros_like(target), np.full_like(target, limit)
        x = (target - at_zero) / first_slope if first_slope > 0 else np.zeros_like(target)
        x = np.where((x >= 0) & (x < limit), x, limit / 2 if math.isfinite(limit) else 1.0)
        for _ in range(_STEPS):
            if not active.size:
                break
            value, slope = curve(x)
            excess = value - target
            low, high = np.where(excess <= 0, x, low), np.where(excess >= 0, x, high)
            stepped = x - excess / slope
            middle = np.where(np.isfinite(high), (low + high) / 2, 2 * low + 1)
            stepped = np.where((stepped >= low) & (stepped <= high), stepped, middle)
            done = (np.abs(excess) <= _EPSILON * np.abs(target)) | (np.abs(stepped - x) <= _EPSILON * x)
            found[active[done]] = x[done]
            going = ~done
            active, target, x = active[going], target[going], stepped[going]
            low, high = low[going], high[going]
        found[active] = x  # the last bits may swing where the curve is flat
    return found
