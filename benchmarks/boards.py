"""Checkerboards made of geometry, which no texture filter blurs: views of them, and their corners found again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np

from sdg.camera.lens import Lens
from sdg.camera.optics import Optics
from sdg.foundation.arrays import Float32Array, FloatArray
from sdg.foundation.transforms import invert_rigid, rotation_xyz, transform_points
from sdg.render.api import Renderer
from sdg.render.mitsuba import create_renderer
from sdg.sensor.optics import through_lens
from sdg.stage.asset import Material, Mesh, Part
from sdg.stage.model import Body, Camera, Exposure, Light, RenderSettings, Stage, StagePlan

_WHITE = Material("white", (0.8, 0.8, 0.8), specular=0.0)
_BLACK = Material("black", (0.02, 0.02, 0.02), specular=0.0)
_SKY = Light("sky", "/World/sky", "dome", np.eye(4), luminance_nits=100.0)
# Squares without any blur are sampled too coarsely for OpenCV's refinement: it would be off by 0.08 px at random.
_OPTICS = Optics(blur_px=1.2)
_MARGIN_PX = 9.0
_DRAWN_PX = 24  # round the outermost corners: as far as refinement and blur reach
_LEAST_SQUARE_PX = 16.0
_DETECTION = cv2.CALIB_CB_ADAPTIVE_THRESH | cv2.CALIB_CB_NORMALIZE_IMAGE
_REFINEMENT = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_MAX_ITER, 200, 1e-6)


@dataclass(frozen=True)
class Board:
    """A checkerboard in the plane z = 0 round the origin, with a white margin one square wide.

    Attributes:
        columns, rows: Of inner corners.
        square_m: Side of a square [m].
    """

    columns: int = 8
    rows: int = 5
    square_m: float = 0.04

    @property
    def corners_m(self) -> FloatArray:
        """Inner corners, row by row, shape (N, 3) [m]."""
        x, y = np.arange(self.columns), np.arange(self.rows)
        grid = np.stack(np.meshgrid(x - (self.columns - 1) / 2, y - (self.rows - 1) / 2), axis=-1).reshape(-1, 2)
        return np.column_stack([grid * self.square_m, np.zeros(len(grid))])

    def bodies(self) -> tuple[Body, Body]:
        """Return the white squares with the margin, and the black ones."""
        tiles: dict[bool, list[tuple[int, int]]] = {False: [], True: []}
        for row in range(-1, self.rows + 2):
            for column in range(-1, self.columns + 2):
                inside = 0 <= row <= self.rows and 0 <= column <= self.columns
                tiles[inside and (row + column) % 2 == 0].append((column, row))
        return self._body("white", tiles[False], _WHITE), self._body("black", tiles[True], _BLACK)

    def _body(self, name: str, tiles: list[tuple[int, int]], material: Material) -> Body:
        square = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])
        middle = np.array([(self.columns + 1) / 2, (self.rows + 1) / 2])
        plane = np.concatenate([(square + tile - middle) * self.square_m for tile in tiles])
        vertices = np.column_stack([plane, np.zeros(len(plane))])
        corners = np.array([[0, 1, 2], [0, 2, 3]])
        faces = np.concatenate([corners + 4 * index for index in range(len(tiles))]).astype(np.uint32)
        bounds = np.stack([vertices.min(axis=0), vertices.max(axis=0)])
        part = Part(name, Mesh(vertices, faces), material)
        return Body(name, f"/World/{name}", "board", 1, 1, name, np.eye(4), bounds, (part,))


@dataclass(frozen=True)
class View:
    """A picture of a board; all positions have shape (N, 2), one order, and the corner for origin.

    Attributes:
        expected_px: Where the lens projects the corners.
        found_px: Where they were found in the rendered picture.
        drawn_px: Where they were found in a picture drawn without the renderer: OpenCV's refinement takes edges for
            straight, and misplaces corners between edges that the lens bends.
    """

    expected_px: FloatArray
    found_px: FloatArray
    drawn_px: FloatArray


def draw_poses(board: Board, lens: Lens, seed: int) -> Iterator[FloatArray]:
    """Yield camera_from_board of views that hold all corners, tilted by up to 35 degrees, all over the picture."""
    rng = np.random.default_rng(seed)
    width, height = lens.resolution
    span_m = board.columns * board.square_m
    while True:
        place, exists = lens.unproject(rng.uniform((0, 0), (width, height), (1, 2)))
        if not exists[0] or place[0, 2] < 0.2:
            continue
        camera_from_board = rotation_xyz([*rng.uniform(-35, 35, 2), rng.uniform(-60, 60)])
        # Facing the camera where it stands, so that a wide lens sees it well at the border too.
        camera_from_board = _facing(place[0]) @ camera_from_board
        camera_from_board[:3, 3] = place[0] * span_m * rng.uniform(0.9, 2.6)
        corners, seen = lens.project(transform_points(camera_from_board, board.corners_m))
        if (
            not seen.all()
            or (corners < _MARGIN_PX).any()
            or (corners > (width - _MARGIN_PX, height - _MARGIN_PX)).any()
        ):
            continue
        if _spacing_px(board, corners) >= _LEAST_SQUARE_PX:
            yield camera_from_board


def take_views(board: Board, lens: Lens, count: int, spp: int, seed: int = 1) -> list[View]:
    """Render boards until their corners are found in so many pictures."""
    renderer: Renderer | None = None
    views: list[View] = []
    for index, camera_from_board in enumerate(draw_poses(board, lens, seed)):
        stage = _stage(board, lens, camera_from_board, spp, index)
        if renderer is None:
            plan = StagePlan(stage.lights, stage.cameras, stage.settings)
            renderer = create_renderer(plan, device="cpu")
        (rendered,) = renderer.render(stage).views.values()
        expected, _ = lens.project(transform_points(camera_from_board, board.corners_m))
        pictures = (rendered.radiance, draw_board(board, lens, camera_from_board, expected))
        found, drawn = (
            find_corners(board, through_lens(picture, lens, _OPTICS, 2.8, None), expected) for picture in pictures
        )
        if found is not None and drawn is not None:
            views.append(View(expected, found, drawn))
        if len(views) == count:
            renderer.close()
            return views
    raise AssertionError("poses do not end")


def draw_board(board: Board, lens: Lens, camera_from_board: FloatArray, corners_px: FloatArray) -> Float32Array:
    """Return the picture of a board by its definition, sharp, shape (H, W, 3), without a renderer.

    Every pixel round the corners is the mean of what its lens's exact rays meet at 64 places of it (a sequence of
    two irrational steps, spread evenly in every direction); the rest of the picture is white.
    """
    width, height = lens.resolution
    places = np.mod(np.arange(1, 65)[:, None] * (0.7548776662466927, 0.5698402909980532), 1.0)
    places += 0.5 - places.mean(axis=0)
    first = np.maximum(np.floor(corners_px.min(axis=0)).astype(int) - _DRAWN_PX, 0)
    last = np.minimum(np.ceil(corners_px.max(axis=0)).astype(int) + _DRAWN_PX, (width, height))
    pixels = np.stack(np.meshgrid(np.arange(first[0], last[0]), np.arange(first[1], last[1])), axis=-1)
    directions, _ = lens.unproject((pixels[:, :, None] + places).reshape(-1, 2))
    board_from_camera = invert_rigid(camera_from_board)
    eye, rays = board_from_camera[:3, 3], directions @ board_from_camera[:3, :3].T
    met = eye[:2] - rays[:, :2] * (eye[2] / rays[:, 2:])
    column, row = np.floor(met.T / board.square_m + (np.array([[board.columns], [board.rows]]) + 1) / 2)
    black = (column >= 0) & (column <= board.columns) & (row >= 0) & (row <= board.rows) & ((column + row) % 2 == 0)
    shares = black.reshape(*pixels.shape[:2], len(places)).mean(axis=2)
    picture = np.full((height, width), _WHITE.base_color[0])
    picture[first[1] : last[1], first[0] : last[0]] += shares * (_BLACK.base_color[0] - _WHITE.base_color[0])
    return np.repeat(picture[..., None].astype(np.float32), 3, axis=2)


def find_corners(board: Board, radiance: Float32Array, expected_px: FloatArray) -> FloatArray | None:
    """Return corners as OpenCV finds and refines them, corner origin, shape (N, 2); None if it finds no board.

    What is expected decides only from which end to count them, and how wide a window fits between two corners.
    """
    grey = np.ascontiguousarray(radiance[..., 1])
    eight_bit = np.clip(grey / np.quantile(grey, 0.99) * 230, 0, 255).astype(np.uint8)
    found, corners = cv2.findChessboardCorners(eight_bit, (board.columns, board.rows), flags=_DETECTION)
    if not found:
        return None
    half = int(np.clip(0.3 * _spacing_px(board, expected_px), 4, 6))
    refined = cv2.cornerSubPix(grey, corners, (half, half), (-1, -1), _REFINEMENT).reshape(-1, 2).astype(np.float64)
    refined += 0.5  # OpenCV counts from the centre of the first pixel
    orders = (refined, refined[::-1])
    best = min(orders, key=lambda order: float(np.abs(order - expected_px).max()))
    return best if np.abs(best - expected_px).max() < half else None


def _facing(direction: FloatArray) -> FloatArray:
    """Return the rotation whose z axis is a direction, and whose x axis is as level as can be."""
    z = direction / np.linalg.norm(direction)
    x = np.cross([0.0, 1.0, 0.0], z)
    x /= np.linalg.norm(x)
    matrix = np.eye(4)
    matrix[:3, :3] = np.column_stack([x, np.cross(z, x), z])
    return matrix


def _spacing_px(board: Board, corners_px: FloatArray) -> float:
    """Return the least distance between neighbours [px]."""
    grid = corners_px.reshape(board.rows, board.columns, 2)
    return float(min(np.linalg.norm(np.diff(grid, axis=axis), axis=2).min() for axis in (0, 1)))


def _stage(board: Board, lens: Lens, camera_from_board: FloatArray, spp: int, index: int) -> Stage:
    world_from_camera = invert_rigid(camera_from_board)
    camera = Camera("camera", "/World/camera", lens, world_from_camera, (0.01, 100.0), Exposure(), optics=_OPTICS)
    return Stage(index, 7, board.bodies(), (_SKY,), (camera,), RenderSettings(spp, 2, False))
