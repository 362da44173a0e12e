"""A cache in the memory of a process, bounded in bytes."""

import pickle
import time
from collections import OrderedDict
from threading import Lock
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache

# Bytes that an entry takes besides its key and its value: objects of Python and slots of a table.
_OVERHEAD = 400
# Share of the memory for entries that nobody has read yet.
_NEW = 0.25

# A value, pickled, and the time when it expires; None if it does not.
_Entry = tuple[bytes, float | None]


class _Entries:
    """Entries in the order of their use, at most ``limit`` bytes."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.size = 0
        self._entries: OrderedDict[str, _Entry] = OrderedDict()

    def put(self, key: str, entry: _Entry) -> None:
        """Add an entry as the latest; drop the oldest until all fit. One that is larger than the
        limit is left out."""
        if _size(key, entry) > self.limit:
            return
        self._entries[key] = entry
        self.size += _size(key, entry)
        while self.size > self.limit:
            self.pop(next(iter(self._entries)))

    def pop(self, key: str) -> _Entry | None:
        entry = self._entries.pop(key, None)
        if entry is not None:
            self.size -= _size(key, entry)
        return entry

    def clear(self) -> None:
        self._entries.clear()
        self.size = 0


class _Store:
    """A segmented LRU cache: what was read once is dropped only for what was read, too.

    So a robot that asks for a million addresses, each once, drops no page that readers ask for
    again and again.
    """

    def __init__(self, limit: int) -> None:
        self.lock = Lock()
        self.new = _Entries(int(limit * _NEW))
        self.read = _Entries(limit - self.new.limit)

    @property
    def size(self) -> int:
        return self.new.size + self.read.size

    def get(self, key: str) -> bytes | None:
        with self.lock:
            entry = self.read.pop(key) or self.new.pop(key)
            if entry is None or (entry[1] is not None and entry[1] <= time.time()):
                return None
            self.read.put(key, entry)
            return entry[0]

    def set(self, key: str, entry: _Entry) -> None:
        with self.lock:
            segment = self.new if self.read.pop(key) is None else self.read
            self.new.pop(key)
            segment.put(key, entry)

    def delete(self, key: str) -> bool:
        with self.lock:
            return (self.read.pop(key) or self.new.pop(key)) is not None

    def clear(self) -> None:
        with self.lock:
            self.read.clear()
            self.new.clear()


def _size(key: str, entry: _Entry) -> int:
    return len(key) + len(entry[0]) + _OVERHEAD


# Stores by the names of their caches, because Django makes a cache object for each thread.
_stores: dict[str, _Store] = {}


class MemoryCache(BaseCache):
    """A backend of Django's cache framework that holds at most ``OPTIONS["MAX_BYTES"]`` bytes.

    LocMemCache counts entries, whatever their size, and drops any when it is full.
    """

    def __init__(self, name: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        limit = params.get("OPTIONS", {})["MAX_BYTES"]
        self._store = _stores.setdefault(name, _Store(limit))

    @property
    def size(self) -> int:
        """The bytes that all entries take."""
        return self._store.size

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        value = self._store.get(self.make_key(key, version))
        return default if value is None else pickle.loads(value)  # noqa: S301 - our own

    def set(
        self,
        key: str,
        value: Any,
        timeout: float | None = DEFAULT_TIMEOUT,
        version: int | None = None,
    ) -> None:
        pickled = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
        entry = (pickled, self.get_backend_timeout(timeout))
        self._store.set(self.make_key(key, version), entry)

    def add(
        self,
        key: str,
        value: Any,
        timeout: float | None = DEFAULT_TIMEOUT,
        version: int | None = None,
    ) -> bool:
        is_new = self._store.get(self.make_key(key, version)) is None
        if is_new:
            self.set(key, value, timeout, version)
        return is_new

    def touch(
        self, key: str, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None
    ) -> bool:
        value = self._store.get(self.make_key(key, version))
        if value is not None:
            entry = (value, self.get_backend_timeout(timeout))
            self._store.set(self.make_key(key, version), entry)
        return value is not None

    def delete(self, key: str, version: int | None = None) -> bool:
        return self._store.delete(self.make_key(key, version))

    def clear(self) -> None:
        self._store.clear()
