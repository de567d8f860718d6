"""The entries of `vars:`: which exist, which refer to which, and how large they are when written out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sdg.recipe.distributions import Plain, is_variable
from sdg.recipe.document import BROKEN, Document, Place
from sdg.recipe.expand import NODES_LIMIT
from sdg.recipe.model import PathKey
from sdg.recipe.reporting import Faults
from sdg.recipe.wording import nearest


def walk(value: Plain, path: PathKey = ()) -> Iterator[tuple[PathKey, Plain]]:
    """Yield every value inside a value, itself first, with its path."""
    yield path, value
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from walk(item, (*path, key))
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from walk(item, (*path, index))


def variable_name(value: str) -> str:
    """Return the name in `$name`."""
    return value[1:]


def variables_of(tree: Plain) -> Mapping[str, Plain]:
    """Return a recipe's `vars:`; empty where it has none or they are no mapping."""
    found = tree.get("vars") if isinstance(tree, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def used_names(tree: Plain) -> set[str]:
    """Return the names of all variables that the recipe refers to."""
    return {variable_name(value) for _, value in walk(tree) if is_variable(value)}


def check_variables(document: Document, faults: Faults) -> bool:
    """Report unknown names, circles, and variables that blow the recipe up; breaks the references at fault.

    Returns:
        Whether it is safe to follow variables.
    """
    variables = variables_of(document.tree)
    _break_unknown(document, variables, faults)
    _break_cycles(document, variables, faults)
    sizes: dict[str, int] = {}
    if _size(document.tree, variables, sizes) > NODES_LIMIT:
        largest = max(sizes, key=lambda name: (sizes[name], name))
        faults.at(
            document,
            "R008",
            "variables make the recipe too large",
            Place(("vars", largest)),
            head=True,
            expected=f"at most {NODES_LIMIT} values once every variable is written out",
            hint="use fewer variables of variables",
        )
        return False
    return True


def _break_unknown(document: Document, variables: Mapping[str, Plain], faults: Faults) -> None:
    for path, value in list(walk(document.tree)):
        if is_variable(value) and variable_name(value) not in variables:
            name = variable_name(value)
            hint = nearest(name, variables).replace("did you mean ", "did you mean $")
            faults.at(
                document,
                "R050",
                f"there is no variable {name!r}" if name else "a $ without a name",
                Place(path),
                found=value,
                hint=hint or "define it under vars:",
            )
            _break(document.tree, path)


def _break_cycles(document: Document, variables: Mapping[str, Plain], faults: Faults) -> None:
    done: set[str] = set()
    for start in variables:
        # Depth first without recursion: chains may be as long as a recipe.
        trail: list[str] = []
        stack: list[tuple[str, Iterator[tuple[PathKey, str]]]] = [(start, iter(_references(variables, start)))]
        trail.append(start)
        while stack:
            name, pending = stack[-1]
            step = next(pending, None)
            if step is None or name in done:
                done.add(name)
                stack.pop()
                trail.pop()
                continue
            path, target = step
            if target in trail:
                chain = [*trail[trail.index(target) :], target]
                faults.at(
                    document,
                    "R051",
                    "variables refer to each other in a circle",
                    Place(path),
                    found=" -> ".join(f"${link}" for link in chain),
                    hint="give one of them a value of its own",
                )
                _break(document.tree, path)
            elif target not in done:
                stack.append((target, iter(_references(variables, target))))
                trail.append(target)


def _references(variables: Mapping[str, Plain], name: str) -> list[tuple[PathKey, str]]:
    return [
        (path, variable_name(value))
        for path, value in walk(variables[name], ("vars", name))
        if is_variable(value) and variable_name(value) in variables
    ]


def _size(value: Plain, variables: Mapping[str, Plain], sizes: dict[str, int]) -> int:
    """Return how many values there are once variables are written out, by size of each variable."""
    order: list[str] = []
    for start in variables:
        stack = [start]
        while stack:
            name = stack[-1]
            waiting = [target for _, target in _references(variables, name) if target not in sizes]
            if name in sizes or not waiting:
                stack.pop()
                if name not in sizes:
                    order.append(name)
                    sizes[name] = _flat_size(variables[name], sizes)
            else:
                stack.append(waiting[0])
    return _flat_size(value, sizes)


def _flat_size(value: Plain, sizes: Mapping[str, int]) -> int:
    return sum(1 + (sizes.get(variable_name(item), 0) if is_variable(item) else 0) for _, item in walk(value))


def _break(tree: Plain, path: PathKey) -> None:
    for step in path[:-1]:
        tree = tree[step]
    tree[path[-1]] = BROKEN
