"""The lens of a smaller picture: the middle of a sensor's array, perhaps with its pixels binned."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sdg.camera.double_sphere import LensDoubleSphere
from sdg.camera.ftheta import LensFTheta
from sdg.camera.lens import Lens, LensOpenCvPinhole
from sdg.camera.omnidir import LensOmnidir
from sdg.camera.opencv_fisheye import LensOpenCvFisheye


@dataclass(frozen=True)
class Pixels:
    """What a camera's sensor makes its picture of.

    Attributes:
        binning: Pixels of the array that make one of the picture, along each axis.
        pitch_um: Distance of the array's own pixels; None where no sensor says it.
    """

    binning: int = 1
    pitch_um: float | None = None


def windowed_lens(lens: Lens, resolution: tuple[int, int], binning: int = 1) -> Lens:
    """Return a lens as a picture sees it that is the middle of the array which the lens is given for.

    Pixels are binned first, from the array's top-left corner on; what doesn't fill a large pixel is dropped. Of the
    large pixels, whole ones are cut off on all sides; if one is left over, it goes on the right or below. Positions
    count from corners, so that binning divides them: u' = u / n - offset. From centres that is
    (u + 0.5) / n - 0.5 - offset.

    Args:
        lens: Given for the whole array, in its pixels; of a model with a principal point.
        resolution: Of the picture, (width, height) [px].
        binning: n.

    Raises:
        ValueError: The picture is larger than the array.
    """
    array = (lens.resolution[0] // binning, lens.resolution[1] // binning)
    if resolution[0] > array[0] or resolution[1] > array[1]:
        each = f" of {binning} x {binning} each" if binning > 1 else ""
        whole, part = ("{} x {}".format(*size) for size in (lens.resolution, resolution))
        raise ValueError(f"the lens is given for {whole} pixels, the picture has {part}{each}")
    if lens.resolution == resolution and binning == 1:
        return lens
    left, top = ((full - cut) // 2 for full, cut in zip(array, resolution, strict=True))
    assert isinstance(lens, LensOpenCvPinhole | LensOpenCvFisheye | LensOmnidir | LensDoubleSphere | LensFTheta), lens
    cx, cy = lens.cx / binning - left, lens.cy / binning - top
    if isinstance(lens, LensFTheta):
        # Pixels on the left of the polynomial become fewer, or on its right each stands for more.
        powers = enumerate(lens.polynomial)
        scaled = tuple(c * float(binning) ** k if lens.to_angle else c / binning for k, c in powers)
        return replace(lens, resolution=resolution, cx=cx, cy=cy, polynomial=scaled)
    fx, fy = lens.fx / binning, lens.fy / binning
    if isinstance(lens, LensOmnidir):
        return replace(lens, resolution=resolution, fx=fx, fy=fy, cx=cx, cy=cy, skew=lens.skew / binning)
    return replace(lens, resolution=resolution, fx=fx, fy=fy, cx=cx, cy=cy)
