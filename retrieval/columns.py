"""The filter columns of a workspace's passages as numpy arrays, and the sets of ids that filters let through."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from retrieval.language import primary
from retrieval.query import Filters

Mask = NDArray[np.bool_]
_ALWAYS = np.iinfo(np.int64)
_CACHED_FILTERS = 128


@dataclass(frozen=True)
class Allowed:
    """What one filter lets through. selector: None when it lets everything through. tongues: its languages without their regions."""

    count: int
    selector: faiss.IDSelector | None
    mask: Mask = field(repr=False)
    tongues: frozenset[str] = frozenset()


@dataclass(frozen=True, eq=False)
class Columns:
    """One row per passage, by id. Never changed: a new revision is a new object, so cached filters end with it."""

    ids: NDArray[np.int64]
    shas: NDArray[np.bytes_]
    collections: NDArray[np.str_]
    audiences: NDArray[np.str_]
    languages: NDArray[np.str_]
    valid_from: NDArray[np.int64]
    valid_until: NDArray[np.int64]
    _cache: dict[Any, Allowed] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, rows: Sequence[Any]) -> "Columns":
        """Rows of retrieval.stored.read_filtered."""
        return cls(
            np.array([row.id for row in rows], np.int64),
            np.array([row.sha for row in rows], "S64"),
            np.array([row.collection for row in rows], np.str_),
            np.array([row.audience for row in rows], np.str_),
            np.array([row.language for row in rows], np.str_),
            np.array([_ALWAYS.min if row.valid_from is None else row.valid_from for row in rows], np.int64),
            np.array([_ALWAYS.max if row.valid_until is None else row.valid_until for row in rows], np.int64),
        )

    def changed(self, added: Sequence[Any], removed: Iterable[int]) -> "Columns":
        """Ids only grow, so rows stay in their order."""
        new = Columns.of(added)
        keep = ~np.isin(self.ids, np.concatenate([np.fromiter(removed, np.int64), new.ids]))
        merged: list[Any] = [np.concatenate([old[keep], more]) for old, more in zip(self._arrays(), new._arrays(), strict=True)]
        return Columns(*merged)

    def __len__(self) -> int:
        return len(self.ids)

    def rows_of(self, ids: NDArray[np.int64]) -> NDArray[np.int64]:
        """Row number of each id, -1 for one that is not here."""
        if not len(self.ids):
            return np.full(len(ids), -1, np.int64)
        rows = np.minimum(np.searchsorted(self.ids, ids), len(self.ids) - 1)
        return np.where(self.ids[rows] == ids, rows, -1)

    def allowed(self, filters: Filters, now: int) -> Allowed:
        """now: ms; used when the filters name no moment."""
        moment = now if filters.as_of is None else filters.as_of
        # Between two boundaries every moment lets the same passages through.
        era = int(np.searchsorted(self.boundaries, moment, side="right"))
        key = (filters.collections, filters.audiences, filters.languages, era)
        found = self._cache.get(key)
        if found is None:
            found = self._select(filters, moment)
            if len(self._cache) >= _CACHED_FILTERS:
                self._cache.clear()
            self._cache[key] = found
        return found

    @cached_property
    def boundaries(self) -> NDArray[np.int64]:
        """Every moment at which a passage becomes or stops being valid."""
        moments = np.unique(np.concatenate([self.valid_from, self.valid_until]))
        return moments[(moments != _ALWAYS.min) & (moments != _ALWAYS.max)]

    @cached_property
    def tongues(self) -> tuple[str, ...]:
        """The passages' languages without their regions, English first."""
        return tuple(sorted({primary(tag) for tag in np.unique(self.languages).tolist()}, key=lambda tag: (tag != "en", tag)))

    def digest(self) -> str:
        """sha256 over everything that an index built from these rows depends on; names a cache's content."""
        total = hashlib.sha256()
        for array in self._arrays():
            # numpy widens a string column to its longest value; the values alone count.
            total.update("\n".join(array.tolist()).encode() if array.dtype.kind == "U" else np.ascontiguousarray(array).tobytes())
            total.update(b"\0")
        return total.hexdigest()

    def _arrays(self) -> tuple[NDArray[Any], ...]:
        return (self.ids, self.shas, self.collections, self.audiences, self.languages, self.valid_from, self.valid_until)

    def _select(self, filters: Filters, moment: int) -> Allowed:
        mask = _among(self.audiences, filters.audiences)
        mask &= _among(self.collections, filters.collections)
        mask &= _among(self.languages, filters.languages)
        mask &= (self.valid_from <= moment) & (moment < self.valid_until)
        count = int(mask.sum())
        tongues = frozenset(primary(tag) for tag in np.unique(self.languages[mask]).tolist())
        return Allowed(count, None if count == len(self.ids) else _selector(self.ids[mask]), mask, tongues)


def _among(column: NDArray[np.str_], values: frozenset[str] | None) -> Mask:
    if values is None:
        return np.ones(len(column), np.bool_)
    return np.isin(column, np.array(sorted(values), np.str_))


def _selector(ids: NDArray[np.int64]) -> faiss.IDSelector:
    bits = np.zeros(int(ids[-1]) + 1 if len(ids) else 1, np.bool_)
    bits[ids] = True
    bitmap: Any = faiss.IDSelectorBitmap
    return bitmap(np.packbits(bits, bitorder="little"))
