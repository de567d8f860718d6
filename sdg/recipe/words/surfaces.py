"""What the materials' words know of builtin assets: which surfaces they bear, and which builtin materials there are.

The builders themselves are of the stage, which the recipe language does not know; tests hold these lists against them.
"""

from __future__ import annotations

from collections.abc import Mapping

_BUILTIN = (
    "aluminium asphalt bark block_wall brass brick cardboard cardboard_worn carpet ceramic_tile concrete "
    "concrete_floor concrete_rough copper fabric felt floor_paint foliage galvanised_metal glass grass gravel "
    "grey hardwood_floor leaf leather matte_paint packing_tape painted_metal painted_metal_worn paper plaster "
    "plastic plastic_recycled plastic_smooth plastic_textured plywood rubber rusted_metal sand soil "
    "stainless_steel steel stone_slab terrazzo wood wood_varnished"
)
_BORNE: Mapping[str, str] = {
    "cube": "grey",
    "cylinder": "grey",
    "plane": "grey",
    "sphere": "grey",
    "humanoid": (
        "humanoid_accent humanoid_frame humanoid_lens humanoid_metal humanoid_rubber humanoid_shell humanoid_visor"
    ),
    "carton": "cardboard carton_label carton_print packing_tape",
    "carton_large": "cardboard carton_label carton_print packing_tape",
    "carton_small": "cardboard carton_label carton_print packing_tape",
    "drum": "drum_bung drum_clamp drum_paint",
    "forklift": (
        "beacon forklift_forks forklift_frame forklift_hub forklift_lamp forklift_mast forklift_paint "
        "forklift_seat forklift_tail_lamp forklift_tyre gas_cylinder"
    ),
    "pallet": "pallet_nails pallet_wood",
    "pallet_jack": "jack_grip jack_hub jack_paint jack_pump jack_wheel",
    "pallet_rack": "galvanised rack_beam_paint rack_hole rack_paint",
    "traffic_cone": "cone_band cone_feet cone_plastic",
    "warehouse_hall": (
        "beam bollard bollard_band cabinet cable_tray ceiling column conduit door door_frame door_seal "
        "door_window extinguisher extinguisher_valve floor floor_joint floor_marking guard_black guard_yellow "
        "pipe purlin safety_sign sign sign_plate wall wall_base wall_sill"
    ),
    "bin_waste": "bin bin_lid bin_liner",
    "book": "book_cover_0 book_cover_1 book_cover_2 book_cover_4 book_cover_5 book_cover_6 book_title pages",
    "bottle": "bottle bottle_cap bottle_label bottle_stripe",
    "cabinet": "cabinet cabinet_foot cabinet_front cabinet_handle",
    "cup": "cup drink",
    "desk": "desk_frame desk_panel desk_screen desk_top drawer drawer_handle pedestal",
    "keyboard": "keyboard keyboard_foot keyboard_key keyboard_key_dark",
    "monitor": "monitor_case monitor_stand screen_off screen_on",
    "office_chair": "chair_base chair_column chair_fabric chair_metal chair_plastic chair_shell",
    "office_room": (
        "blind ceiling ceiling_grid door door_frame door_lever feature_wall floor lamp lamp_diffuser radiator "
        "skirting socket wall wall_slat window_frame window_sill"
    ),
    "potted_plant": "leaf pot potting_soil stalk",
    "shelf_unit": "shelf_back shelf_board shelf_door shelf_frame shelf_knob",
    "whiteboard": "board_back board_foot board_rim board_stand board_tray eraser pen_0 pen_1 pen_2 pen_3 whiteboard",
    "bench": "bench_concrete bench_metal bench_timber bench_wood",
    "bollard": "bollard_band bollard_cast bollard_concrete bollard_steel bollard_timber",
    "lamp_post": "lamp_glass lamp_paint",
    "park_bin": "bin_liner bin_paint bin_wood",
    "rock": "rock",
    "shrub": "hedge_shrub_leaf round_shrub_leaf shrub_bark shrub_flower spreading_shrub_leaf",
    "park_terrain": (
        "birch_leaf broadleaf_bark broadleaf_leaf conifer_leaf grass_dark grass_dry grass_fresh lawn path path_edging"
    ),
    "tree": "birch_bark birch_leaf broadleaf_bark broadleaf_leaf conifer_bark conifer_leaf poplar_bark poplar_leaf",
    "bracket": "bracket_steel",
    "flange": "flange_steel",
    "gear": "gear_steel",
    "hex_bolt": "bolt_steel",
    "hex_nut": "nut_steel",
    "parts_bin": "bin_label bin_label_holder bin_plastic",
    "pipe_elbow": "fitting_brass",
    "pipe_tee": "fitting_brass",
}
_PAINTED = (
    "bench_metal bin bin_paint bin_plastic bollard_steel bottle bottle_cap cabinet_front chair_fabric cup drum_paint "
    "forklift_paint jack_paint lamp_paint pot rack_beam_paint rack_paint shelf_frame"
)
_HANDLED = "bin_plastic cardboard drum_paint floor forklift_paint jack_paint pallet_wood rack_beam_paint"

# Every builtin material.
BUILTIN: tuple[str, ...] = tuple(_BUILTIN.split())
# Names of the surfaces of each builtin asset, of every form of a family.
BORNE: Mapping[str, tuple[str, ...]] = {asset: tuple(names.split()) for asset, names in _BORNE.items()}
# Surfaces that factories deliver in many colours.
PAINTED = frozenset(_PAINTED.split())
# Surfaces that things rub against and stand on.
HANDLED = frozenset(_HANDLED.split())
