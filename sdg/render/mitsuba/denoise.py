"""Intel's Open Image Denoise, through pyoidn: linear radiance in, linear radiance out; on the GPU if that is said."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from types import TracebackType
from typing import Any

import numpy as np

from sdg.errors import BackendUnavailable, RenderError
from sdg.foundation.arrays import Float32Array

CURE = "pip install pyoidn"
_IMAGES = ("color", "albedo", "normal", "output")


class Denoiser:
    """Removes Monte Carlo noise; made once, used for pictures of any size. Bytes do not depend on threads.

    Attributes:
        on_gpu: Whether it runs on an NVIDIA GPU; where OIDN can't, it runs on the CPU.
    """

    def __init__(self, threads: int | None = None, *, gpu: bool = False) -> None:
        """Open a device.

        Args:
            threads: Of the CPU; None takes all.
            gpu: Whether a GPU is wanted.

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
        self.on_gpu = gpu and bool(pyoidn.Device.is_cuda_available())
        self._device = pyoidn.Device(pyoidn.OIDN_DEVICE_TYPE_CUDA if self.on_gpu else pyoidn.OIDN_DEVICE_TYPE_CPU)
        if threads is not None and not self.on_gpu:
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
            images = _DeviceImages if self.on_gpu else _HostImages
            self._filter = _Filter(self._oidn, self._device, images(self._oidn, self._device, radiance.shape))
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


class _HostImages:
    """What a filter reads and writes, in memory that a CPU shares with it."""

    def __init__(self, oidn: Any, device: Any, shape: tuple[int, ...]) -> None:
        self.shape = shape
        self._images = {name: np.zeros(shape, np.float32) for name in _IMAGES}

    def attach(self, to: Any, kind: int) -> None:
        for name, image in self._images.items():
            to.set_image(name, image, kind)

    def write(self, name: str, image: Float32Array) -> None:
        np.copyto(self._images[name], image)

    def read(self) -> Float32Array:
        """Return the output; it is overwritten by the next."""
        return self._images["output"]

    def release(self) -> None:
        self._images.clear()


class _DeviceImages:
    """The same in memory of the GPU."""

    def __init__(self, oidn: Any, device: Any, shape: tuple[int, ...]) -> None:
        self.shape = shape
        self._output = np.zeros(shape, np.float32)
        self._buffers = {name: oidn.Buffer(device, self._output.nbytes) for name in _IMAGES}

    def attach(self, to: Any, kind: int) -> None:
        for name, buffer in self._buffers.items():
            to.set_image(name, buffer, kind, self.shape[1], self.shape[0])

    def write(self, name: str, image: Float32Array) -> None:
        self._buffers[name].write(0, self._output.nbytes, np.ascontiguousarray(image, np.float32).data)

    def read(self) -> Float32Array:
        """Return the output; it is overwritten by the next."""
        self._buffers["output"].read(0, self._output.nbytes, self._output.data)
        return self._output

    def release(self) -> None:
        for buffer in self._buffers.values():
            buffer.release()
        self._buffers.clear()


class _Filter:
    """OIDN's filter for pictures of one size, with its images; set up anew for each picture it takes a sixth longer."""

    def __init__(self, oidn: Any, device: Any, images: _HostImages | _DeviceImages) -> None:
        self.shape = images.shape
        self._device = device
        self._images = images
        self._filter = oidn.Filter(device, oidn.OIDN_FILTER_TYPE_RT)
        images.attach(self._filter, oidn.OIDN_FORMAT_FLOAT3)
        self._filter.set_bool("hdr", True)
        # Twice as quick as `balanced`, and its error on the warehouse a twentieth larger at most: measured.
        self._filter.set_quality(oidn.OIDN_QUALITY_FAST)
        self._filter.commit()

    def apply(self, images: Mapping[str, Float32Array]) -> Float32Array:
        """Return the output for some input; it is overwritten by the next."""
        for name, image in images.items():
            self._images.write(name, image)
        self._filter.execute()
        self._device.wait()
        return self._images.read()

    def release(self) -> None:
        self._filter.release()
        self._images.release()
