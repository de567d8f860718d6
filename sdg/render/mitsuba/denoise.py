"""Intel's Open Image Denoise on the CPU, through pyoidn: linear radiance in, linear radiance out."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from types import TracebackType
from typing import Any

import numpy as np

from sdg.errors import BackendUnavailable, RenderError
from sdg.foundation.arrays import Float32Array

CURE = "pip install pyoidn"


class Denoiser:
    """Removes Monte Carlo noise; made once, used for pictures of any size. Bytes do not depend on threads."""

    def __init__(self, threads: int | None = None) -> None:
        """Open the CPU device.

        Raises:
            BackendUnavailable: pyoidn, or the library inside it, can't be loaded.
        """
        if find_spec("pyoidn") is None:
            raise BackendUnavailable("the denoiser needs the Python package pyoidn", hint=f"{CURE}, or denoise: false")
        try:
            import pyoidn
        except (ImportError, OSError) as error:
            raise BackendUnavailable(f"the denoiser can't be loaded: {error}", hint=CURE) from error
        self._oidn: Any = pyoidn
        self._filter: _Filter | None = None
        self._device = pyoidn.Device(pyoidn.OIDN_DEVICE_TYPE_CPU)
        if threads is not None:
            self._device.set_int("numThreads", threads)
        self._device.commit()
        self._check("opening the device")

    def denoise(self, radiance: Float32Array, albedo: Float32Array, normals: Float32Array) -> Float32Array:
        """Return the picture without noise, shape (H, W, 3), float32, never negative.

        Args:
            radiance: Linear, shape (H, W, 3), float32.
            albedo: Diffuse reflectance at the first hit, of the same shape.
            normals: Shading normals at the first hit, of the same shape.

        Raises:
            RenderError: The library reports an error.
        """
        if self._filter is None or self._filter.shape != radiance.shape:
            self._drop_filter()
            self._filter = _Filter(self._oidn, self._device, radiance.shape)
        output = self._filter.apply({"color": radiance, "albedo": albedo, "normal": normals})
        self._check("denoising")
        return np.maximum(output, 0.0)

    def close(self) -> None:
        """Give the device back."""
        self._drop_filter()
        self._device.release()

    def _drop_filter(self) -> None:
        if self._filter is not None:
            self._filter.release()
            self._filter = None

    def __enter__(self) -> Denoiser:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _check(self, what: str) -> None:
        message = self._device.get_error()
        if message:
            raise RenderError(f"{what} failed: {message}")


class _Filter:
    """OIDN's filter for pictures of one size, with its images; set up anew for each picture it takes a sixth longer."""

    def __init__(self, oidn: Any, device: Any, shape: tuple[int, ...]) -> None:
        self.shape = shape
        self._device = device
        self._images = {name: np.zeros(shape, np.float32) for name in ("color", "albedo", "normal", "output")}
        self._filter = oidn.Filter(device, oidn.OIDN_FILTER_TYPE_RT)
        for name, image in self._images.items():
            self._filter.set_image(name, image, oidn.OIDN_FORMAT_FLOAT3)
        self._filter.set_bool("hdr", True)
        # Twice as quick as `balanced`, and its error on the warehouse a twentieth larger at most: measured.
        self._filter.set_quality(oidn.OIDN_QUALITY_FAST)
        self._filter.commit()

    def apply(self, images: Mapping[str, Float32Array]) -> Float32Array:
        """Return the output for some input; it is overwritten by the next."""
        for name, image in images.items():
            np.copyto(self._images[name], image)
        self._filter.execute()
        self._device.wait()
        return self._images["output"]

    def release(self) -> None:
        self._filter.release()
