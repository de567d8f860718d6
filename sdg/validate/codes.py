"""Every code that a finding may have; `docs/validate.md` explains each, and a test compares the two."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Severity: TypeAlias = Literal["error", "warning", "note"]


@dataclass(frozen=True)
class Rule:
    """What one code stands for.

    Attributes:
        title: What is wrong, one line, no full stop.
        severity: In a dataset of `sdg`, which promises to follow every rule to the pixel.
        elsewhere: In other people's files: an error is what breaks pycocotools or training.
    """

    title: str
    severity: Severity
    elsewhere: Severity


def _rules() -> dict[str, Rule]:
    rules = {}
    for line in _TABLE.strip().splitlines():
        code, severities, title = (part.strip() for part in line.split("|"))
        ours, _, elsewhere = severities.partition("/")
        rules[code] = Rule(title, _SEVERITIES[ours], _SEVERITIES[elsewhere or ours])
    return rules


_SEVERITIES: dict[str, Severity] = {"E": "error", "W": "warning", "N": "note"}

# Code | severity in datasets of sdg / in other files, where they differ | title
_TABLE = """
V101 | E | a file can't be read
V102 | E | not JSON
V103 | E | nested too deeply
V104 | E | too large to be read
V105 | E | a key stands twice in one object
V106 | E | NaN or infinity in JSON
V107 | E | an absolute path
V108 | E | a path that leaves the folder
V109 | E | a link
V110 | E | not a regular file
V111 | E | a picture of too many pixels
V112 | E | a run-length code of too many pixels
V113 | E | a number of more than 62 bits
V114 | E | polygons that take too long to draw
V201 | E | not a COCO file
V202 | E | a required field is missing
V203 | E | a field of the wrong type
V204 | E | an image id stands twice
V205 | E | an annotation id stands twice
V206 | E | a category id stands twice
V207 | E | an annotation of an unknown image
V208 | E | an annotation of an unknown category
V209 | E | annotation id 0
V210 | E/N | category id 0
V211 | N | gaps between category ids
V212 | N | categories without annotations
V213 | E/W | a category name stands twice
V214 | N | images without annotations
V215 | E/W | two images share one file
V216 | E | an image without extent
V217 | E/W | an unknown licence
V218 | E/W | a negative id
V219 | E | iscrowd is neither 0 nor 1
V220 | E/W | a crowd drawn as polygons
V223 | W | nothing in it
V224 | E/W | a field that evaluation needs is missing
V225 | E/W | an annotation without any geometry
V226 | N | images without a file name, but with a URL
V301 | E | a box that is not four numbers
V302 | E | NaN or infinity in a box
V303 | E/W | a box without extent
V304 | E/W | a box that reaches out of the picture
V305 | E/W | a box that is not tight round its mask
V306 | E | an area that is not a finite number
V307 | E/W | a negative area
V308 | E/W | an area that is not that of the mask
V309 | E | a mask of no known form
V310 | E | a polygon of fewer than three points
V311 | E | NaN or infinity in a polygon
V312 | E/W | a polygon that reaches out of the picture
V313 | E/W | polygons that cover no pixel
V314 | E | a run-length code of another size than its picture
V315 | E | run-length counts that can't be decoded
V316 | E | run-length counts that don't fill the picture
V317 | E/W | an empty mask
V318 | E | masks that overlap
V319 | E/W | an annotation stands twice
V320 | E | a box of negative width or height
V401 | E | keypoints that are not triples of numbers
V402 | E | NaN or infinity in keypoints
V403 | E/W | keypoints of a category that names none
V404 | E | another number of keypoints than the category names
V405 | E/W | an unknown keypoint flag
V406 | E/W | num_keypoints is wrong
V407 | W | coordinates of a keypoint that is not labelled
V408 | E/W | a skeleton that joins unknown keypoints
V409 | E/W | a keypoint outside the picture
V410 | W | a visible keypoint outside the box
V411 | E | a pose that is not rigid
V412 | E | corners that are not where the lens shows them
V413 | E | a cuboid that its box reaches out of
V414 | E | a cuboid's poses that contradict each other
V415 | E | a cuboid without extent
V416 | E | a visibility that can't be
V417 | E | a thing of which more is seen than there is
V418 | E | occlusion and visibility that contradict each other
V501 | E | a picture is missing
V502 | E | a picture that can't be decoded
V503 | E | a truncated picture
V504 | E | a picture of another size than stated
V505 | E/W | a name that belies the file's format
V506 | W/N | a picture that nothing refers to
V507 | E | a picture of the wrong kind
V508 | N | the pictures are not there
V509 | W | none of the pictures is in the folder that was named
V511 | E | a pixel of an unknown category
V512 | E | a pixel of an unknown instance
V513 | E | an annotated instance without pixels
V514 | E | a mask that is not that of the instance picture
V515 | E | semantic and instance picture disagree
V516 | E | the panoptic picture disagrees with the others
V517 | E | the panoptic picture disagrees with its segments
V518 | E/W | a segment's area or box is not that of its pixels
V519 | E | a segment id stands twice
V520 | E | a segment of an unknown category
V521 | E | panoptic annotations that don't fit the images
V522 | E | a category that is both thing and stuff
V523 | E | labels of the semantic picture that don't fit the categories
V524 | E | stuff whose area or box is not that of its pixels
V525 | E | a pixel of an unknown part
V526 | E | part and instance picture disagree
V601 | E | an array file that can't be read
V602 | E | an array of the wrong shape or type
V603 | E | NaN among distances
V604 | E | depth beyond the clipping planes
V605 | E | the depth picture is not the rounded truth
V606 | E | the depth picture holds distance along the ray
V607 | E | distance along the ray contradicts depth
V608 | E | depth outside the thing's cuboid
V609 | E | a normal that is not a unit vector
V610 | E | arrays disagree on what was hit
V611 | E | a wrong count of depths beyond the range
V612 | E | measured depth outside the sensor's range
V613 | E | a count of measured pixels that doesn't add up
V614 | E | infinity among motion vectors
V615 | E | a point cloud that is not of its picture
V701 | E | an unfinished dataset
V702 | E | a manifest that can't be used
V703 | E | a file of the manifest is missing
V704 | E | a file of another size than recorded
V705 | E | a file of another digest than recorded
V706 | W | a file that the manifest doesn't name
V707 | E | a file stands twice in the manifest
V708 | E | wrong totals in the manifest
V709 | W | a gap between frame indices
V710 | E | a frame record against its schema
V711 | E | a record of another frame than its name says
V712 | E | a picture that was asked for is missing in a frame
V713 | E | record and manifest disagree on a file
V714 | E | COCO and record disagree on an annotation
V715 | E | COCO and records disagree on the images
V716 | E | categories that disagree
V717 | E | not the recorded recipe
V718 | W | leftovers of a killed run
V719 | E | a record of another run
V720 | E | a camera of another resolution than the manifest's
V721 | E | a stereo pair that contradicts its poses
V722 | N | one shard of a dataset
V723 | N | frames from several kinds of device
V724 | E | an annotation that contradicts its object
V725 | E | frames of the manifest without a record
V801 | W | pictures with the same content
V802 | N | pictures that hardly differ
V803 | W | a blank picture
V804 | W | a black picture
V805 | W | a blown-out picture
V806 | E | frames with the same draws
V807 | N | classes of very different frequency
V808 | N | annotations in one part of the picture only
V809 | N | annotations of one size only
V811 | E | a drawn value outside its distribution
V812 | W | drawn values that don't follow their distribution
V813 | E | a drawn value of no distribution
V814 | N | a graph that can't be used
V901 | E | a frame made again has other bytes
V902 | E | a frame made again is another one
V903 | N | a frame made again elsewhere
V904 | W | frames that can't be made again
"""

RULES = _rules()
