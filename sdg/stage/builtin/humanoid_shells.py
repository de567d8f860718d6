"""The pieces of the builtin humanoid, link by link, each in its link's frame: x forward, y left, z up, joint at 0.

Pieces of the left side; the right side mirrors them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from sdg.foundation.arrays import FloatArray, Vec3
from sdg.foundation.transforms import translation
from sdg.stage.asset import Material
from sdg.stage.builtin.assembly import Piece
from sdg.stage.builtin.geometry import Geometry, Point, join
from sdg.stage.builtin.materials import slot
from sdg.stage.builtin.section_shells import Section, patch, shell_through
from sdg.stage.builtin.solids import lathe, rounded_box

# Lengths between joints, link frames [m].
THIGH_M, SHIN_M, ANKLE_M = 0.40, 0.385, 0.085
UPPER_ARM_M, FOREARM_M = 0.275, 0.25
HIP_Y_M, SHOULDER_Y_M = 0.10, 0.205
WAIST_Z_M, SHOULDER_Z_M, NECK_Z_M = 0.10, 0.36, 0.435

# Sides of turned pieces.
_TURN = 24

_Z_TO_X: FloatArray = np.array([[0.0, 0, 1, 0], [1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0, 1]])
_Z_TO_Y: FloatArray = np.array([[0.0, 1, 0, 0], [0, 0, 1, 0], [1, 0, 0, 0], [0, 0, 0, 1]])


def humanoid_pieces() -> dict[str, list[Piece]]:
    """Return the pieces of each link by its name; limbs without their side."""
    return {
        "pelvis": list(_pelvis()),
        "torso": list(_torso()),
        "head": list(_head()),
        "thigh": list(_thigh()),
        "shin": list(_shin()),
        "foot": list(_foot()),
        "upper_arm": list(_upper_arm()),
        "forearm": list(_forearm()),
        "hand": list(_hand()),
    }


def _lacquer(name: str, color: Vec3, roughness: float) -> Material:
    """Return smooth plastic, without the grain of moulded one, which sparkles where it is glossy."""
    return replace(slot(name, "plastic", color, roughness), roughness_texture=None, normal_texture=None)


def _shell() -> Material:
    return _lacquer("humanoid_shell", (0.80, 0.80, 0.78), 0.34)


def _frame() -> Material:
    return slot("humanoid_frame", "plastic", (0.035, 0.037, 0.042), 0.5)


def _metal() -> Material:
    return slot("humanoid_metal", "steel", (0.62, 0.62, 0.63), 0.3)


def _accent() -> Material:
    return _lacquer("humanoid_accent", (0.85, 0.22, 0.03), 0.35)


def _visor() -> Material:
    return Material("humanoid_visor", base_color=(0.006, 0.007, 0.009), roughness=0.06, specular=0.6)


def _lens() -> Material:
    return Material("humanoid_lens", base_color=(0.45, 0.85, 0.95), roughness=0.12, specular=0.6)


def _rubber() -> Material:
    return slot("humanoid_rubber", "rubber")


def _across(center_m: Point, radius_m: float, length_m: float, bevel_m: float = 0.005) -> Geometry:
    """Return a drum along y with rounded rims: an actuator."""
    half = length_m / 2
    inner = radius_m - bevel_m
    profile = [
        (0.0, -half),
        (inner, -half),
        (radius_m - 0.3 * bevel_m, -half + 0.3 * bevel_m),
        (radius_m, -half + bevel_m),
    ]
    profile += [(r, -z) for r, z in reversed(profile)]
    return lathe(profile, _TURN).moved(_Z_TO_Y).shifted(*center_m)


def _cap(center_m: Point, radius_m: float, sign: float = 1.0) -> Geometry:
    """Return the machined disc on an actuator's end, looking along +y or -y, with a hub in its middle."""
    profile = [
        (0.0, -0.004),
        (radius_m, -0.004),
        (radius_m, 0.002),
        (radius_m - 0.003, 0.004),
        (radius_m * 0.62, 0.004),
    ]
    profile += [(radius_m * 0.58, 0.001), (radius_m * 0.3, 0.001), (radius_m * 0.26, 0.005), (0.0, 0.005)]
    turned = lathe(profile, _TURN).moved(_Z_TO_Y)
    if sign < 0:
        turned = turned.moved(np.diag([-1.0, -1.0, 1.0, 1.0]))
    return turned.shifted(*center_m)


def _ball(center_m: Point, radius_m: float) -> Geometry:
    angles = np.linspace(-np.pi / 2, np.pi / 2, 11)
    profile = [(radius_m * float(np.cos(a)), radius_m * float(np.sin(a))) for a in angles]
    profile[0], profile[-1] = (0.0, -radius_m), (0.0, radius_m)
    return lathe(profile, _TURN).shifted(*center_m)


def _pelvis() -> Iterator[Piece]:
    hips = shell_through(
        [
            Section(-0.075, 0.05, 0.045, power=3),
            Section(-0.03, 0.075, 0.075, power=3),
            Section(0.02, 0.086, 0.118, power=3),
            Section(0.055, 0.082, 0.122, power=3),
        ],
        0.018,
    )
    yield Piece("shell", hips, _shell())
    yield Piece(
        "belt",
        shell_through([Section(0.045, 0.072, 0.108, power=3), Section(0.085, 0.07, 0.1, power=3)], 0.006),
        _frame(),
    )
    sockets = [_across((0.0, side * 0.095, 0.0), 0.05, 0.07) for side in (-1.0, 1.0)]
    yield Piece("sockets", join(sockets), _frame())


def _torso() -> Iterator[Piece]:
    ribs = [
        shell_through([Section(z - 0.013, r, w, power=3), Section(z + 0.013, r + 0.002, w + 0.003, power=3)], 0.009)
        for z, r, w in ((0.0, 0.066, 0.092), (0.03, 0.068, 0.096), (0.06, 0.072, 0.102), (0.09, 0.076, 0.108))
    ]
    yield Piece("abdomen", join(ribs), _frame())
    chest = [
        Section(0.1, 0.082, 0.112, power=3),
        Section(0.16, 0.1, 0.135, x=0.004, power=3.2),
        Section(0.25, 0.116, 0.158, x=0.008, power=3.2),
        Section(0.33, 0.112, 0.162, x=0.002, power=3.2),
        Section(0.395, 0.082, 0.125, x=-0.008, power=2.8),
        Section(0.415, 0.07, 0.095, x=-0.01, power=2.6),
    ]
    yield Piece("chest", shell_through(chest, 0.022), _shell())
    plate = patch(Section(0.265, 0.116, 0.158, x=0.008, power=3.2), 0.12, 66.0, 0.007, 0.012)
    yield Piece("plate", plate, _frame())
    lamp = lathe([(0.0, -0.004), (0.022, -0.004), (0.022, 0.003), (0.019, 0.005), (0.0, 0.005)], _TURN)
    yield Piece("lamp", lamp.moved(_Z_TO_X).shifted(0.131, 0.0, 0.28), _lens())
    pack = shell_through([Section(0.14, 0.035, 0.09, power=4), Section(0.35, 0.04, 0.1, power=4)], 0.016)
    yield Piece("pack", pack.shifted(-0.112, 0.0, 0.0), _frame())
    vents = [rounded_box((0.008, 0.11, 0.006), (-0.152, 0.0, 0.19 + 0.022 * k), 0.002) for k in range(6)]
    yield Piece("vents", join(vents), _metal())
    sockets = [_across((0.0, side * 0.155, SHOULDER_Z_M), 0.052, 0.05) for side in (-1.0, 1.0)]
    yield Piece("sockets", join(sockets), _frame())
    neck = [(0.0, 0.4), (0.046, 0.4), (0.043, 0.425), (0.036, 0.44), (0.036, NECK_Z_M + 0.03), (0.0, NECK_Z_M + 0.03)]
    yield Piece("neck", lathe(neck, _TURN), _frame())
    stripes = [
        patch(Section(0.36, 0.103, 0.15, x=-0.003, power=3.0), 0.016, 40.0, 0.004, 0.004),
    ]
    yield Piece("stripe", join(stripes), _accent())


def _head() -> Iterator[Piece]:
    skull = [
        Section(0.012, 0.05, 0.046, x=0.004),
        Section(0.05, 0.078, 0.066, x=0.006),
        Section(0.11, 0.096, 0.078, x=0.002, power=2.4),
        Section(0.16, 0.097, 0.08, x=-0.002, power=2.4),
        Section(0.195, 0.09, 0.075, x=-0.004, power=2.3),
        Section(0.222, 0.073, 0.061, x=-0.006, power=2.1),
        Section(0.239, 0.048, 0.04, x=-0.008, power=2.0),
        Section(0.246, 0.026, 0.022, x=-0.008, power=2.0),
    ]
    yield Piece("skull", shell_through(skull, 0.004), _shell())
    yield Piece("visor", patch(Section(0.128, 0.098, 0.08, power=2.4), 0.1, 128.0, 0.006, 0.012), _visor())
    ears = [_across((-0.004, side * 0.08, 0.12), 0.028, 0.018, 0.003) for side in (-1.0, 1.0)]
    yield Piece("ears", join(ears), _frame())
    caps = [_cap((-0.004, side * 0.089, 0.12), 0.02, side) for side in (-1.0, 1.0)]
    yield Piece("ear_caps", join(caps), _metal())
    eye = lathe([(0.0, -0.004), (0.0125, -0.004), (0.0125, 0.001), (0.009, 0.003), (0.0, 0.003)], 20).moved(_Z_TO_X)
    eyes = [eye.shifted(0.0985, side * 0.034, 0.14) for side in (-1.0, 1.0)]
    yield Piece("eyes", join(eyes), _lens())


def _thigh() -> Iterator[Piece]:
    yield Piece("hip", join([_ball((0.0, 0.0, 0.0), 0.06), _across((0.0, 0.03, 0.0), 0.054, 0.06)]), _frame())
    yield Piece("hip_cap", _cap((0.0, 0.06, 0.0), 0.042), _metal())
    shell = [
        Section(-0.345, 0.052, 0.05, x=0.004, y=0.004, power=2.8),
        Section(-0.26, 0.058, 0.056, x=0.004, y=0.008, power=2.8),
        Section(-0.15, 0.07, 0.064, x=0.004, y=0.012, power=2.8),
        Section(-0.062, 0.072, 0.064, x=0.0, y=0.014, power=2.8),
    ]
    yield Piece("shell", shell_through(shell, 0.016), _shell())
    yield Piece("rod", shell_through([Section(-THIGH_M, 0.036, 0.03), Section(-0.32, 0.042, 0.038)], 0.008), _frame())


def _shin() -> Iterator[Piece]:
    yield Piece("knee", _across((0.0, 0.0, 0.0), 0.05, 0.086), _frame())
    yield Piece("knee_caps", join([_cap((0.0, side * 0.043, 0.0), 0.036, side) for side in (-1.0, 1.0)]), _metal())
    pad = patch(Section(-0.012, 0.05, 0.04, power=2.6), 0.085, 120.0, 0.014, 0.012)
    yield Piece("pad", pad, _shell())
    shell = [
        Section(-0.315, 0.034, 0.034, x=0.002, power=2.6),
        Section(-0.22, 0.044, 0.042, x=-0.008, power=2.6),
        Section(-0.12, 0.056, 0.05, x=-0.012, power=2.6),
        Section(-0.052, 0.05, 0.044, x=-0.002, power=2.6),
    ]
    yield Piece("shell", shell_through(shell, 0.014), _shell())
    yield Piece("rod", shell_through([Section(-SHIN_M, 0.026, 0.022), Section(-0.3, 0.03, 0.03)], 0.006), _frame())
    yield Piece(
        "band",
        shell_through([Section(-0.3, 0.039, 0.039, x=0.001), Section(-0.285, 0.04, 0.04, x=0.0)], 0.004),
        _accent(),
    )


def _foot() -> Iterator[Piece]:
    yield Piece("ankle", _across((0.0, 0.0, 0.0), 0.033, 0.07), _frame())
    yield Piece("ankle_caps", join([_cap((0.0, side * 0.035, 0.0), 0.024, side) for side in (-1.0, 1.0)]), _metal())
    upper = [
        Section(-0.072, 0.036, 0.024, y=-0.047, power=3),
        Section(-0.03, 0.042, 0.033, y=-0.038, power=2.8),
        Section(0.03, 0.045, 0.036, y=-0.036, power=2.6),
        Section(0.1, 0.05, 0.025, y=-0.047, power=2.8),
        Section(0.165, 0.045, 0.016, y=-0.056, power=3),
    ]
    # Its z runs along the foot and its y up.
    along: FloatArray = np.array([[0.0, 0, 1, 0], [1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0, 1]])
    yield Piece("shell", shell_through(upper, 0.014).moved(along), _shell())
    sole = [
        Section(-ANKLE_M, 0.124, 0.046, x=0.046, power=4.5),
        Section(-0.066, 0.126, 0.05, x=0.047, power=4.5),
    ]
    yield Piece("sole", shell_through(sole, 0.006), _rubber())


def _upper_arm() -> Iterator[Piece]:
    yield Piece("shoulder", _ball((0.0, 0.0, 0.0), 0.052), _frame())
    dome = [
        Section(-0.05, 0.058, 0.05, y=0.014, power=2.3),
        Section(0.0, 0.064, 0.052, y=0.016, power=2.2),
        Section(0.04, 0.05, 0.042, y=0.012, power=2.1),
        Section(0.062, 0.022, 0.018, y=0.006, power=2.0),
    ]
    yield Piece("dome", shell_through(dome, 0.014), _shell())
    yield Piece("dome_cap", _cap((0.0, 0.067, -0.006), 0.03), _metal())
    shell = [
        Section(-0.228, 0.038, 0.037, power=2.6),
        Section(-0.15, 0.044, 0.042, power=2.6),
        Section(-0.068, 0.046, 0.043, y=0.004, power=2.6),
    ]
    yield Piece("shell", shell_through(shell, 0.012), _shell())
    yield Piece(
        "rod", shell_through([Section(-UPPER_ARM_M, 0.026, 0.022), Section(-0.03, 0.036, 0.034)], 0.006), _frame()
    )
    yield Piece(
        "band",
        shell_through([Section(-0.075, 0.0485, 0.046, y=0.003), Section(-0.06, 0.0485, 0.046, y=0.004)], 0.004),
        _accent(),
    )


def _forearm() -> Iterator[Piece]:
    yield Piece("elbow", _across((0.0, 0.0, 0.0), 0.039, 0.072), _frame())
    yield Piece("elbow_caps", join([_cap((0.0, side * 0.036, 0.0), 0.027, side) for side in (-1.0, 1.0)]), _metal())
    shell = [
        Section(-0.215, 0.028, 0.026, power=2.6),
        Section(-0.13, 0.036, 0.034, power=2.6),
        Section(-0.042, 0.042, 0.038, power=2.6),
    ]
    yield Piece("shell", shell_through(shell, 0.011), _shell())
    yield Piece("rod", shell_through([Section(-FOREARM_M, 0.02, 0.02), Section(-0.2, 0.023, 0.022)], 0.004), _metal())


def _hand() -> Iterator[Piece]:
    palm = [
        Section(-0.1, 0.041, 0.013, x=0.0, power=4),
        Section(-0.06, 0.04, 0.016, power=3.6),
        Section(-0.012, 0.026, 0.018, power=3),
    ]
    yield Piece("palm", shell_through(palm, 0.007), _frame())
    yield Piece(
        "back",
        patch(Section(-0.055, 0.017, 0.04, power=3.4), 0.07, 110.0, 0.003, 0.008).moved(_quarter_turn()),
        _shell(),
    )
    fingers = [
        _finger((0.030 - 0.0205 * k, 0.0, -0.098), length, 0.18 + 0.06 * k)
        for k, length in enumerate((0.9, 1.0, 0.95, 0.8))
    ]
    thumb = _finger((0.0, 0.0, 0.0), 0.85, 0.25).moved(_thumb_place())
    yield Piece("fingers", join([*fingers, thumb]), _rubber())


def _finger(base_m: Point, length: float, curl_rad: float) -> Geometry:
    """Return a finger of three bones that curls towards the palm, which looks along -y."""
    place = np.eye(4)
    place[:3, 3] = base_m
    bones = []
    for bone_m in (0.034, 0.026, 0.021):
        c, s = np.cos(curl_rad), np.sin(curl_rad)
        place = place @ np.array([[1.0, 0, 0, 0], [0, c, s, 0], [0, -s, c, 0], [0, 0, 0, 1]])
        bone = bone_m * length
        sections = [Section(-bone - 0.003, 0.0076, 0.0076), Section(0.005, 0.0088, 0.0088)]
        bones.append(shell_through(sections, 0.005, around=12, bevel_steps=2).moved(place))
        place = place @ translation((0.0, 0.0, -bone))
    return join(bones)


def _quarter_turn() -> FloatArray:
    """Return the turn that takes +x to +y."""
    return np.array([[0.0, -1, 0, 0], [1, 0, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]])


def _thumb_place() -> FloatArray:
    """Return the place of the thumb: at the palm's front edge, turned outwards."""
    angle = np.radians(38.0)
    c, s = np.cos(angle), np.sin(angle)
    return np.array([[c, 0, -s, 0.032], [0, 1, 0, -0.006], [s, 0, c, -0.04], [0, 0, 0, 1.0]])
