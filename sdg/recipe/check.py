"""Does every value fit its place? Distributions are judged by the extreme values that they can yield."""

from __future__ import annotations

from collections.abc import Mapping

from sdg.foundation.spelling import closest
from sdg.recipe.check_distribution import DistributionCheck, distribution_key
from sdg.recipe.check_scalar import check_number, check_text, check_word
from sdg.recipe.distributions import DISTRIBUTION_KEYS, Plain, is_distribution, is_variable
from sdg.recipe.document import BROKEN, Document, Place, lookup
from sdg.recipe.hints import block_meant, block_with, other_name, type_hint
from sdg.recipe.kinds import (
    AnyKind,
    BlockKind,
    EitherKind,
    Kind,
    ListKind,
    ManyKind,
    MapKind,
    NothingKind,
    NumberKind,
    SwitchKind,
    TextKind,
    WordKind,
    holds_fixed,
    options,
    recipe_kind,
    takes_whole_numbers_only,
)
from sdg.recipe.model import FileAsset, OpenCvPinholeLens, OutputBlock, PathKey, PinholeLens
from sdg.recipe.normals import normal_ends
from sdg.recipe.not_yet import is_planned_key
from sdg.recipe.ramps import frozen
from sdg.recipe.reporting import Faults
from sdg.recipe.variables import variable_name, variables_of
from sdg.recipe.wording import describe, label

_EXPORTS = ("yolo", "kitti", "bop", "webdataset", "splits")


def check_document(document: Document, faults: Faults) -> None:
    """Check every value against the models; what is at fault becomes `BROKEN` in the tree."""
    checker = _Checker(document, faults)
    checker.check(recipe_kind(), document.tree, Place(()))
    for path in sorted(checker.broken, key=len, reverse=True):
        document.replace(_whole(document.tree, path), BROKEN)


def _whole(tree: Plain, path: PathKey) -> PathKey:
    """Return the path to break for a fault: of a distribution that can't do without the faulty part, all of it."""
    for depth, step in enumerate(path):
        if is_distribution(lookup(tree, path[:depth])):
            is_item = step in ("choice", "sequence", "combine") and len(path) > depth + 1
            if not is_item:
                return path[:depth]
    return path


class _Checker:
    def __init__(self, document: Document, faults: Faults) -> None:
        self.broken: set[PathKey] = set()
        self._document = document
        self._faults = faults
        self._distributions = DistributionCheck(document, faults)
        # The form of a variable's distribution is reported where the variable is defined.
        self._silent = DistributionCheck(document, Faults(document.sources))
        self._variables = variables_of(document.tree)

    def check(self, kind: Kind, value: Plain, place: Place, fixed: bool = False) -> None:
        """Report whatever a value of the document may yield that its kind does not admit."""
        if value is BROKEN:
            return
        random = is_variable(value) or (is_distribution(value) and not isinstance(kind, MapKind | AnyKind))
        if random and (fixed or holds_fixed(kind)):
            self._refuse_random(kind, value, place)
        elif is_variable(value):
            name = variable_name(value)
            source = Place(("vars", name), place.use)
            if isinstance(kind, AnyKind):
                return  # judged where it is used
            if name in self._variables:
                self.check(kind, self._variables[name], source)
        elif random:
            self._distribution(kind, value, place)
        elif isinstance(kind, AnyKind):
            self._any(value, place)
        else:
            self._plain(kind, value, place, fixed)

    # --- distributions ------------------------------------------------------------------------------------

    def _distribution(self, kind: Kind, value: Mapping[str, Plain], place: Place) -> None:
        forms = self._distributions if place.via is None else self._silent
        if not forms.is_sound(value, place):
            self.broken.add(place.use)
            return
        name = distribution_key(value)
        inner, at = value[name], place / name
        if name in ("choice", "sequence"):
            for index, item in enumerate(inner):
                self.check(kind, item, at / index)
        elif name == "combine":
            self._combine(kind, inner, at)
        elif not isinstance(kind, AnyKind):
            self._numeric(kind, name, value, place)

    def _combine(self, kind: Kind, items: list[Plain], at: Place) -> None:
        lists = [option for option in options(kind) if isinstance(option, ListKind | ManyKind | AnyKind)]
        for option in lists:
            if isinstance(option, ListKind) and len(option.items) == len(items):
                for index, (item_kind, item) in enumerate(zip(option.items, items, strict=True)):
                    self.check(item_kind, item, at / index)
                return
            if not isinstance(option, ListKind):
                for index, item in enumerate(items):
                    self.check(option.item if isinstance(option, ManyKind) else option, item, at / index)
                return
        code, problem = ("R024", "has the wrong length") if lists else ("R022", "is not a list")
        self._fault(code, f"{label(at.use)} {problem}", at, kind.describe(), f"combine of {len(items)}")

    def _numeric(self, kind: Kind, name: str, value: Mapping[str, Plain], place: Place) -> None:
        if name in ("uniform", "log_uniform", "normal", "ramp") and takes_whole_numbers_only(kind):
            inner = value[name]
            ends = (
                ", ".join(describe(int(end)) for end in inner)
                if name in ("uniform", "ramp") and all(isinstance(end, int | float) for end in inner)
                else "low, high"
            )
            self._fault(
                "R047",
                f"{name} draws fractions, {label(place.use)} is a whole number",
                place / name,
                kind.describe(),
                f"a {name} distribution",
                f"write {'ramp_int' if name == 'ramp' else 'uniform_int'}: [{ends}]",
                head=True,
            )
            return
        for still in frozen(value):
            if name == "normal":
                for end, at, bounded in normal_ends(still, place):
                    self._normal_end(kind, end, at, bounded)
                continue
            for index, end in enumerate(still[name]):
                self._plain(kind, end, place / name / index)

    def _normal_end(self, kind: Kind, end: Plain, at: Place, bounded: bool) -> None:
        """Check what a normal can reach; where no bound stops it, say that one is needed."""
        for option in options(kind):
            if isinstance(option, NumberKind) and not isinstance(end, list):
                if not option.admits(end):
                    hint = option.reason if bounded else "add min and max beside it to cut its tails off"
                    found = describe(end) if bounded else f"values as far out as {end:.4g}"
                    self._fault("R023", f"{label(at.use)} is out of range", at, option.describe(), found, hint)
                return
            if isinstance(option, ListKind) and isinstance(end, list) and len(end) == len(option.items):
                for index, (item_kind, item) in enumerate(zip(option.items, end, strict=True)):
                    is_list = isinstance(lookup(self._document.tree, at.path), list) and bounded
                    self._normal_end(item_kind, item, at / index if is_list else at, bounded)
                return
        self._plain(kind, end, at)

    def _refuse_random(self, kind: Kind, value: Plain, place: Place) -> None:
        has_parts = holds_fixed(kind)
        expected = "a plain value" if has_parts else kind.describe()
        hint = "put the distribution on the single values inside" if has_parts else "write the value itself"
        message = f"{label(place.use)} must be the same in every frame"
        self._fault("R028", message, place, expected, describe(value), hint)

    def _any(self, value: Plain, place: Place) -> None:
        """Check the form of the distributions inside a value whose use is not known yet."""
        if is_distribution(value):
            self._distribution(AnyKind(), value, place)
        elif isinstance(value, Mapping):
            for key, item in value.items():
                self.check(AnyKind(), item, place / key)
        elif isinstance(value, list):
            for index, item in enumerate(value):
                self.check(AnyKind(), item, place / index)

    # --- plain values -------------------------------------------------------------------------------------

    def _plain(self, kind: Kind, value: Plain, place: Place, fixed: bool = False) -> None:
        kind = self._option_for(kind, value)
        if isinstance(kind, BlockKind) and isinstance(value, Mapping):
            self._block(kind, value, place)
        elif isinstance(kind, MapKind) and isinstance(value, Mapping):
            self._map(kind, value, place, fixed)
        elif isinstance(kind, ListKind | ManyKind) and isinstance(value, list):
            self._list(kind, value, place, fixed)
        elif isinstance(value, list) and all(isinstance(option, ListKind) for option in options(kind)):
            self._wrong_length(kind, value, place)
        elif isinstance(kind, NumberKind) and isinstance(value, int | float) and not isinstance(value, bool):
            check_number(kind, value, place, self._fault)
        elif isinstance(kind, WordKind) and kind.admits_type_of(value):
            check_word(kind, value, place, self._fault)
        elif isinstance(kind, TextKind) and isinstance(value, str):
            check_text(kind, value, place, self._fault)
        elif not (
            (isinstance(kind, SwitchKind) and isinstance(value, bool))
            or (isinstance(kind, NothingKind) and value is None)
        ):
            self._wrong_type(kind, value, place)

    def _option_for(self, kind: Kind, value: Plain) -> Kind:
        """Return the alternative that a value is meant as, or the kind itself if it fits none of them."""
        if not isinstance(kind, EitherKind):
            return kind
        wanted: tuple[type, ...] = (NothingKind,)
        if isinstance(value, Mapping):
            wanted = (BlockKind, MapKind)
        elif isinstance(value, list):
            wanted = (ListKind, ManyKind)
        elif isinstance(value, bool):
            wanted = (SwitchKind,)
        elif isinstance(value, int | float):
            wanted = (NumberKind,)
        elif isinstance(value, str):
            wanted = (TextKind, WordKind)
        fitting = [option for option in kind.options if isinstance(option, wanted)]
        for option in fitting:
            if isinstance(option, ListKind) and len(option.items) == len(value):
                return option
        if isinstance(value, list) and len(fitting) > 1:
            return EitherKind(tuple(fitting))
        blocks = [option for option in fitting if isinstance(option, BlockKind)]
        return block_meant(blocks, value) if len(blocks) > 1 else fitting[0] if fitting else kind

    def _block(self, kind: BlockKind, value: Mapping[str, Plain], place: Place) -> None:
        unknown = [key for key in value if key not in kind.fields]
        meant = {self._unknown_key(kind, key, place) for key in unknown}
        for key, entry in kind.fields.items():
            if key in value:
                self.check(entry.kind, value[key], place / key, entry.fixed)
            elif entry.required and key not in meant:
                self._fault(
                    "R021",
                    f"{label(place.use)} has no {key}" if place.use else f"the recipe has no {key}",
                    place,
                    f"{key}: {entry.kind.describe()}",
                    head=True,
                    breaks=False,
                )
        given = [key for key in kind.fields if key in value]
        if kind.exactly_one and (len(given) > 1 or (not given and not unknown)):
            self._fault(
                "R027",
                f"{label(place.use)} needs exactly one key",
                place / given[1] if given else place,
                f"one of {', '.join(kind.fields)}",
                ", ".join(given) or "none of them",
                "remove all but one" if given else "",
                head=True,
            )
            self.broken.add(place.use)
        self._one_of(kind, [key for key in kind.one_of if key in value], meant, place)

    def _one_of(self, kind: BlockKind, given: list[str], meant: set[str], place: Place) -> None:
        """Report that of some keys a block has none, or several."""
        if len(given) > 1:
            message, hint = f"{label(place.use)} has {' and '.join(given)}", "keep one of the two"
            self._fault("R027", message, place / given[1], f"one of {', '.join(kind.one_of)}", hint=hint, head=True)
        elif kind.one_of and not given and not meant & {*kind.one_of}:
            expected = " or ".join(kind.one_of)
            self._fault("R021", f"{label(place.use)} has no {expected}", place, expected, head=True, breaks=False)

    def _unknown_key(self, kind: BlockKind, key: str, place: Place) -> str:
        """Report a key that a block does not have; return the one that was probably meant, or nothing."""
        at = place / key
        if is_planned_key(kind.model, key):
            self._fault(
                "R029",
                f"{key} is not yet supported",
                at,
                "a key that this version knows",
                key,
                "remove it for now",
                head=True,
            )
            return ""
        with_unit = [name for name in kind.fields if name.rpartition("_")[0] == key]
        meant = with_unit[0] if with_unit else other_name(key, kind.fields) or closest(key, kind.fields)
        hint = f"did you mean {meant}?" if meant else ""
        if not meant and place.use and key in recipe_kind().fields:
            hint = f"{key} stands at the top of the recipe"
        if not meant and (inner := block_with(key, kind)):
            hint = f"{key} is a key of {inner}: write {inner}: {{{key}: ...}}"
        if key == "folder" and "file" in kind.fields:
            meant, hint = "file", "to draw one of a folder's files, write {choice: {folder: ..., match: ...}}"
        if kind.model is FileAsset and key in ("classes", "materials", "lights"):
            meant, hint = "", f"write {key} beside asset, not in it"
        if kind.model is OutputBlock and key in _EXPORTS:
            meant, hint = "", "remove it; `sdg export` makes that of the finished dataset"
        if kind.model is PinholeLens and key in OpenCvPinholeLens.model_fields:
            meant, hint = "", "use opencv_pinhole, which takes OpenCV's coefficients"
        where = label(place.use) if place.use else "a recipe"
        known = ", ".join(kind.fields) or "no keys"
        self._fault("R020", f"{where} has no key {key}", at, known, key, hint, head=True)
        return meant

    def _map(self, kind: MapKind, value: Mapping[str, Plain], place: Place, fixed: bool) -> None:
        for key, item in value.items():
            if not kind.key.admits(key):
                self._fault(
                    "R026",
                    "not a name" if kind.key.is_name else "not a pattern",
                    place / key,
                    kind.key.describe(),
                    describe(key),
                    "start with a letter" if kind.key.is_name else "",
                    head=True,
                )
            elif key in DISTRIBUTION_KEYS:
                self._fault(
                    "R030",
                    f"{key} is the word for a distribution",
                    place / key,
                    "another name",
                    key,
                    f"call it {key}_1, say",
                    head=True,
                )
            self.check(kind.item, item, place / key, fixed)

    def _list(self, kind: ListKind | ManyKind, value: list[Plain], place: Place, fixed: bool) -> None:
        if isinstance(kind, ListKind):
            if len(value) != len(kind.items):
                self._wrong_length(kind, value, place)
                return
            for index, (item_kind, item) in enumerate(zip(kind.items, value, strict=True)):
                self.check(item_kind, item, place / index, fixed)
            return
        if len(value) < kind.min_length or (kind.max_length is not None and len(value) > kind.max_length):
            self._fault(
                "R024",
                f"{label(place.use)} has the wrong length",
                place,
                f"at least {kind.min_length}",
                describe(value),
                head=True,
            )
        for index, item in enumerate(value):
            self.check(kind.item, item, place / index, fixed)

    def _wrong_length(self, kind: Kind, value: list[Plain], place: Place) -> None:
        self._fault("R024", f"{label(place.use)} has the wrong length", place, kind.describe(), describe(value))

    def _wrong_type(self, kind: Kind, value: Plain, place: Place) -> None:
        hint = type_hint(kind, value)
        self._fault("R022", f"{label(place.use)} has the wrong type", place, kind.describe(), describe(value), hint)

    def _fault(
        self,
        code: str,
        message: str,
        place: Place,
        expected: str = "",
        found: str = "",
        hint: str = "",
        *,
        head: bool = False,
        breaks: bool = True,
    ) -> None:
        if breaks:
            self.broken.add(place.use)
        self._faults.at(self._document, code, message, place, head=head, expected=expected, found=found, hint=hint)
