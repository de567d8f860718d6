"""The numbers that decide where samples go: one Owen-scrambled Sobol sequence that runs through the whole picture.

Pixels follow each other along a Z-order curve, and each takes the next block of the sequence; so samples of a pixel
lie evenly in every pair of dimensions, and so do those of neighbours together. What errors are left have little of
the low frequencies that a denoiser takes for the picture.

Sobol, "On the distribution of points in a cube" (1967), its first two dimensions, padded; scrambling by hash: Laine and
Karras, "Stratified sampling for stochastic transparency" (2011), and Burley, "Practical hash-based Owen scrambling"
(2020), with the constants that Vegdahl found (2021); pixels by Z-order: Ahmed and Wonka, "Screen-space blue-noise
diffusion of Monte Carlo sampling error via hierarchical ordering of pixels" (2020).
"""

from __future__ import annotations

import drjit as dr
import mitsuba as mi

# What each dimension decides: first of the camera ray, then, from `PATH` on, the same `PER_POINT` at every point of a
# path.
POSITION, APERTURE, PATH = 0, 1, 2
LIGHT_PLACE, LIGHT, DIRECTION, LOBE, SURVIVAL, PER_POINT = range(6)
_INDEX_BITS = 32


class PictureNumbers:
    """Numbers of the samples of a picture; the same ones whichever lanes trace them."""

    def __init__(self, x: mi.UInt32, y: mi.UInt32, sample: mi.UInt32, spp: int, seed: mi.UInt32) -> None:
        """Take samples.

        Args:
            x: Column of each sample's pixel, below 65,536.
            y: Its row, below 65,536.
            sample: Which of its pixel's samples each is.
            spp: How many samples a pixel has.
            seed: Of the picture.
        """
        bits = (spp - 1).bit_length()
        pixel = _spread(x) | (_spread(y) << 1)
        self._index = (pixel << bits) | sample
        self._seed = seed
        if bits:
            # Pixels so far apart that the index can't tell them from each other have seeds of their own.
            self._seed = seed ^ _mixed(pixel >> (_INDEX_BITS - bits))

    def one(self, dimension: mi.UInt32 | int) -> mi.Float:
        """Return a number in [0, 1) of each sample."""
        order, first, _ = self._keys(dimension)
        return _unit(dr.brev(_scrambled(self._shuffled(order), first)))

    def two(self, dimension: mi.UInt32 | int) -> mi.Point2f:
        """Return a place in [0, 1)^2 of each sample."""
        order, first, second = self._keys(dimension)
        index = self._shuffled(order)
        return mi.Point2f(
            _unit(dr.brev(_scrambled(index, first))), _unit(dr.brev(_scrambled(_second_dimension(index), second)))
        )

    def _keys(self, dimension: mi.UInt32 | int) -> tuple[mi.UInt32, mi.UInt32, mi.UInt32]:
        key = _mixed(self._seed + mi.UInt32(dimension) * 0x9E3779B9)
        return key, key * 0x8DA6B343 + 0xD8163841, key * 0xCB1AB31F + 0x165667B1

    def _shuffled(self, key: mi.UInt32) -> mi.UInt32:
        """Return each sample's place in a sequence whose blocks, and blocks of blocks, are in an order of their own."""
        return dr.brev(_scrambled(dr.brev(self._index), key))


def _second_dimension(index: mi.UInt32) -> mi.UInt32:
    """Return Sobol's second dimension with its bits reversed: the polynomial of `index` over GF(2), taken at x + 1."""
    index = index ^ (index >> 16)
    for shift, mask in ((8, 0x00FF00FF), (4, 0x0F0F0F0F), (2, 0x33333333), (1, 0x55555555)):
        index ^= (index >> shift) & mask
    return index


def _scrambled(bits: mi.UInt32, key: mi.UInt32) -> mi.UInt32:
    """Return bits of which each is flipped or not by those below it."""
    bits = bits ^ (bits * 0x3D20ADEA)
    bits += key
    bits *= (key >> 16) | 1
    bits ^= bits * 0x05526C56
    bits ^= bits * 0x53A22864
    return bits


def _mixed(bits: mi.UInt32) -> mi.UInt32:
    """Return a hash of 32 bits (Wellons' `lowbias32`)."""
    bits = bits ^ (bits >> 16)
    bits *= 0x7FEB352D
    bits ^= bits >> 15
    bits *= 0x846CA68B
    bits ^= bits >> 16
    return bits


def _spread(bits: mi.UInt32) -> mi.UInt32:
    """Return the lower 16 bits with a zero above each."""
    bits = mi.UInt32(bits)
    for shift, mask in ((8, 0x00FF00FF), (4, 0x0F0F0F0F), (2, 0x33333333), (1, 0x55555555)):
        bits = (bits | (bits << shift)) & mask
    return bits


def _unit(bits: mi.UInt32) -> mi.Float:
    return mi.Float(bits >> 8) * (1.0 / (1 << 24))
