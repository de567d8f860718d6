"""The families of builtin assets that have a form to choose: `asset: {pallet_rack: {bays: 2}}`.

Takes nothing but the types of the recipe language. Gives one block of keys a family, grouped by the world in which it
belongs. Promises that `{pallet_rack: {}}` is the same asset as `pallet_rack`. Never builds anything:
`sdg.stage.builtin` does.
"""

from __future__ import annotations

from sdg.recipe.families.form import Form
from sdg.recipe.families.office import OfficeFamilies
from sdg.recipe.families.office_things import OfficeThingFamilies
from sdg.recipe.families.park import ParkFamilies
from sdg.recipe.families.warehouse import WarehouseFamilies
from sdg.recipe.families.workshop import WorkshopFamilies

__all__ = ["FamilyAsset", "Form", "default_form"]


class FamilyAsset(WarehouseFamilies, OfficeFamilies, OfficeThingFamilies, ParkFamilies, WorkshopFamilies):
    """A builtin asset and its form; exactly one key."""

    def chosen(self) -> tuple[str, Form]:
        """Return the family's name and its form.

        Raises:
            ValueError: None is given, which checking refuses.
        """
        for name in type(self).model_fields:
            form = getattr(self, name)
            if form is not None:
                assert isinstance(form, Form)
                return name, form
        raise ValueError("no family is given")


def default_form(name: str) -> Form | None:
    """Return the form that a builtin asset has if none is asked for; None for one that has no form."""
    if name not in FamilyAsset.model_fields:
        return None
    return FamilyAsset.model_validate({name: {}}).chosen()[1]
