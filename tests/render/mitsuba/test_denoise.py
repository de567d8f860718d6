"""The denoiser as the renderer uses it: one after another, of several sizes."""

from __future__ import annotations

import numpy as np

from sdg.foundation.arrays import Float32Array
from sdg.render.mitsuba.denoise import Denoiser


def noisy(size: tuple[int, int], seed: int) -> list[Float32Array]:
    """A grey picture with noise, of a wall of one albedo that faces the camera."""
    random = np.random.default_rng(seed)
    radiance = (100.0 * random.gamma(4.0, 0.25, (*size, 3))).astype(np.float32)
    return [radiance, np.full((*size, 3), 0.5, np.float32), np.full((*size, 3), (0, 0, 1), np.float32)]


def test_noise_goes_and_the_mean_stays() -> None:
    images = noisy((64, 96), 1)
    with Denoiser(2) as denoiser:
        clean = denoiser.denoise(*images)
    assert clean.std() < images[0].std() / 5
    np.testing.assert_allclose(clean.mean(), images[0].mean(), rtol=0.02)


def test_a_picture_has_the_same_bytes_whatever_came_before_it() -> None:
    images = noisy((48, 64), 2)
    with Denoiser(2) as fresh:
        alone = fresh.denoise(*images)
    with Denoiser(1) as used:
        kept = used.denoise(*noisy((48, 64), 3))
        before = kept.copy()
        used.denoise(*noisy((32, 80), 4))
        again = used.denoise(*images)
    assert again.tobytes() == alone.tobytes()
    np.testing.assert_array_equal(kept, before)
