"""Textures and environment maps."""

from __future__ import annotations

import zlib
from pathlib import Path

import cv2
import numpy as np
import OpenEXR
import pytest

from sdg.errors import AssetError
from sdg.stage.files import load_hdri, load_texture

RGB = np.array([[[255, 0, 10], [0, 255, 20]], [[0, 0, 255], [90, 120, 200]]], np.uint8)


def write(path: Path, pixels: np.ndarray) -> Path:
    """Write RGB, RGBA or grey pixels."""
    if pixels.ndim == 3:
        pixels = np.concatenate([pixels[:, :, 2::-1], pixels[:, :, 3:]], axis=2)
    assert cv2.imwrite(str(path), pixels)
    return path


def write_exr(path: Path, channels: dict[str, np.ndarray]) -> Path:
    OpenEXR.File({"compression": OpenEXR.ZIP_COMPRESSION, "type": OpenEXR.scanlineimage}, channels).write(str(path))
    return path


@pytest.mark.parametrize("suffix", [".png", ".bmp", ".tiff", ".webp"])
def test_a_texture_keeps_its_pixels_and_their_order(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    if suffix == ".webp":
        cv2.imwrite(str(path), RGB[:, :, ::-1], [cv2.IMWRITE_WEBP_QUALITY, 101])
    else:
        write(path, RGB)
    texture = load_texture(path, "srgb")
    np.testing.assert_array_equal(texture.pixels, RGB)
    assert texture.color_space == "srgb"
    assert texture.key == load_texture(path, "srgb").key != load_texture(path, "linear").key


def test_alpha_is_dropped_grey_is_spread_and_sixteen_bits_become_eight(tmp_path: Path) -> None:
    alpha = np.concatenate([RGB, np.full((2, 2, 1), 7, np.uint8)], axis=2)
    np.testing.assert_array_equal(load_texture(write(tmp_path / "a.png", alpha), "srgb").pixels, RGB)
    wide = RGB.astype(np.uint16) * 257
    np.testing.assert_array_equal(load_texture(write(tmp_path / "b.png", wide), "linear").pixels, RGB)
    grey = load_texture(write(tmp_path / "c.png", RGB[:, :, 1]), "linear").pixels
    np.testing.assert_array_equal(grey, np.repeat(RGB[:, :, 1:2], 3, axis=2))


def whole(folder: Path, suffix: str) -> bytes:
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3)).astype(np.uint8)
    return write(folder / f"whole{suffix}", noise).read_bytes()


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".bmp", ".tiff", ".webp"])
@pytest.mark.parametrize("kept", [0.0, 0.01, 0.5, 0.9])
def test_a_cut_picture_is_an_asset_error(
    tmp_path: Path, suffix: str, kept: float, capfd: pytest.CaptureFixture[str]
) -> None:
    data = whole(tmp_path, suffix)
    path = tmp_path / f"cut{suffix}"
    path.write_bytes(data[: int(len(data) * kept)])
    with pytest.raises(AssetError) as caught:
        load_texture(path, "srgb")
    assert caught.value.hint
    assert capfd.readouterr() == ("", "")


def test_absurd_sizes_are_refused_before_they_are_decoded(tmp_path: Path) -> None:
    """The header of a small PNG is changed to promise 100,000 by 100,000 pixels, or 16,385 by 1."""
    data = write(tmp_path / "a.png", RGB).read_bytes()
    for width, height in ((100_000, 100_000), (16_385, 1), (16_384, 4_097)):
        header = data[:16] + width.to_bytes(4, "big") + height.to_bytes(4, "big") + data[24:29]
        crc = zlib.crc32(header[12:29]).to_bytes(4, "big")
        (tmp_path / "b.png").write_bytes(header + crc + data[33:])
        with pytest.raises(AssetError, match="pixels"):
            load_texture(tmp_path / "b.png", "srgb")


def test_an_hdr_picture_keeps_its_radiance(tmp_path: Path) -> None:
    """Radiance's shared exponent leaves 8 bits to the largest channel, so values keep to half a percent."""
    radiance = np.array([[[0.5, 1, 2], [100, 50, 25]], [[4, 4, 4], [1000, 900, 800]]], np.float32)
    write(tmp_path / "sky.hdr", radiance)
    found, key = load_hdri(tmp_path / "sky.hdr")
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, radiance, rtol=0.01)
    assert key == load_hdri(tmp_path / "sky.hdr")[1]


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_an_exr_picture_keeps_its_radiance(tmp_path: Path, dtype: type) -> None:
    radiance: np.ndarray = np.array([[[0.5, 1, 2], [100, 50, 25], [1, 0, 0]]], dtype)
    channels = {name: np.ascontiguousarray(radiance[:, :, i]) for i, name in enumerate("RGB")}
    found, _ = load_hdri(write_exr(tmp_path / "sky.exr", channels))
    np.testing.assert_array_equal(found, radiance.astype(np.float32))


def test_an_exr_of_luminance_alone_is_grey(tmp_path: Path) -> None:
    found, _ = load_hdri(write_exr(tmp_path / "sky.exr", {"Y": np.array([[1.5, 2.5]], np.float32)}))
    np.testing.assert_array_equal(found, [[[1.5] * 3, [2.5] * 3]])


def test_an_ordinary_picture_is_decoded_from_srgb(tmp_path: Path) -> None:
    """IEC 61966-2-1: code 188 of 255 is 0.5029 of full light."""
    found, _ = load_hdri(write(tmp_path / "sky.png", np.full((2, 4, 3), 188, np.uint8)))
    np.testing.assert_allclose(found, 0.5029, atol=1e-4)


@pytest.mark.parametrize(("value", "message"), [(np.nan, "finite"), (np.inf, "finite"), (-1.0, "negative")])
def test_light_that_can_not_be_is_refused(tmp_path: Path, value: float, message: str) -> None:
    plane = np.ones((2, 2), np.float32)
    bad = plane.copy()
    bad[1, 0] = value
    path = write_exr(tmp_path / "sky.exr", {"R": plane, "G": bad, "B": plane})
    with pytest.raises(AssetError, match=message):
        load_hdri(path)


@pytest.mark.parametrize("kind", ["missing", "text", "cut exr", "cut hdr", "absurd hdr", "exr of depth"])
def test_a_broken_environment_map_is_an_asset_error(
    tmp_path: Path, kind: str, capfd: pytest.CaptureFixture[str]
) -> None:
    plane = np.random.default_rng(0).random((64, 64)).astype(np.float32)
    path = tmp_path / ("sky.exr" if "exr" in kind else "sky.hdr")
    if kind == "text":
        path.write_text("not a picture")
    elif kind == "cut exr":
        data = write_exr(path, dict.fromkeys("RGB", plane)).read_bytes()
        path.write_bytes(data[: len(data) // 2])
    elif kind == "cut hdr":
        data = write(path, np.repeat(plane[:, :, None], 3, axis=2)).read_bytes()
        path.write_bytes(data[: len(data) // 2])
    elif kind == "absurd hdr":
        path.write_bytes(b"#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 900000 +X 900000\n")
    elif kind == "exr of depth":
        write_exr(path, {"Z": plane})
    with pytest.raises(AssetError) as caught:
        load_hdri(path)
    assert caught.value.hint
    assert capfd.readouterr() == ("", "")
