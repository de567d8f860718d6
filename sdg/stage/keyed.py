"""Assets as keys of caches: equal where their keys are."""

from __future__ import annotations

from dataclasses import dataclass, field

from sdg.stage.asset import Asset


@dataclass(frozen=True)
class KeyedAsset:
    """An asset that equals every other with its key, so that `lru_cache` knows it again in the next frame."""

    key: str
    asset: Asset = field(compare=False)

    @classmethod
    def of(cls, asset: Asset) -> KeyedAsset:
        """Return an asset with its key."""
        return cls(asset.key, asset)
