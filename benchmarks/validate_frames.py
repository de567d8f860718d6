"""A dataset of `sdg` without a renderer: pictures of discs in a room, with labels that are exact, for timing the checks."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from sdg.annotate.masks import rle_counts
from sdg.foundation.digest import digest_file
