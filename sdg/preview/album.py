"""The pictures that a page may ask for, by keys that nobody can guess a file from."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable

from sdg.foundation.digest import digest_bytes
from sdg.preview.describe import EncodedPicture

_PREFIX = "/picture/"
_MOST_BYTES = 256 << 20


class Album:
    """Keeps the pictures that were used last, as many as memory is meant for; may be used by any thread."""

    def __init__(self, most_bytes: int = _MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._lock = threading.Lock()
        self._pictures: OrderedDict[str, EncodedPicture] = OrderedDict()
        self._bytes = 0

    def add(self, picture: EncodedPicture) -> str:
        """Keep a picture and return its address on the server."""
        key = digest_bytes(picture.content)[:32]
        with self._lock:
            if key not in self._pictures:
                self._bytes += len(picture.content)
            self._pictures[key] = picture
            self._pictures.move_to_end(key)
            while self._bytes > self._most_bytes and len(self._pictures) > 1:
                _, oldest = self._pictures.popitem(last=False)
                self._bytes -= len(oldest.content)
        return _PREFIX + key

    def at(self, address: str) -> EncodedPicture | None:
        """Return the picture of an address, or None if there is none, or no longer."""
        with self._lock:
            return self._pictures.get(address.removeprefix(_PREFIX)) if address.startswith(_PREFIX) else None

    def touch(self, addresses: Iterable[str]) -> bool:
        """Mark pictures as used; return whether all of them are there."""
        keys = [address.removeprefix(_PREFIX) for address in addresses]
        with self._lock:
            if not all(key in self._pictures for key in keys):
                return False
            for key in keys:
                self._pictures.move_to_end(key)
        return True
