"""The lexical index of one workspace: BM25 by tantivy, filters inside the query. A cache, made again from the passages when in doubt."""

import hashlib
import json
import math
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import tantivy
from tantivy import FieldType, Occur

from retrieval.cache_file import Damaged, read_whole, sync_folder, write_whole
from retrieval.query import Filters
from retrieval.words import ready_terms, register, surface_words, terms_of

# A short field scores high as it is. A heading counts as part of the text: as a field of its own at .5 it cost .005 nDCG@10 on kb-plausible
# and .05 on kb-business-central.
BOOSTS = {"title": 0.5, "text": 1.0}
LAYOUT = 3
_HEAP = 32_000_000
_LOCKS = (".tantivy-writer.lock", ".tantivy-meta.lock")


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for name in BOOSTS:
        builder.add_text_field(name, tokenizer_name=ready_terms(), index_option="freq")
    # The words as they are written, to find what a misspelt one was meant to be.
    builder.add_text_field("surface", tokenizer_name=surface_words(), index_option="basic")
    for name in ("collection", "audience", "language"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in ("passage", "valid_from", "valid_until"):
        builder.add_integer_field(name, indexed=True, fast=True)
    return builder.build()


class Lexical:
    """folder None: in memory. One thread writes at a time (the caller's lock); searches go on meanwhile on the previous commit."""

    def __init__(self, folder: Path | None, fresh: bool = True) -> None:
        self._schema = _schema()
        self._folder = folder
        self._checksums: dict[str, str] = {}
        if folder is not None:
            if fresh:
                shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True, exist_ok=True)
        self._index = tantivy.Index(self._schema, path=str(folder) if folder else None, reuse=not fresh)
        register(self._index)
        self._searcher = self._index.searcher()

    @classmethod
    def open(cls, folder: Path, digest: str) -> "Lexical":
        """The index as `save` left it; raises Damaged when a byte differs or it holds other passages than those of digest."""
        files = json.loads(read_whole(_manifest(folder), {"layout": LAYOUT, "digest": digest}))
        for name, checksum in files.items():
            if not (folder / name).is_file() or _checksum(folder / name) != checksum:
                raise Damaged(f"{name} is missing or differs")
        try:
            lexical = cls(folder, fresh=False)
        except ValueError as error:
            raise Damaged(str(error)) from error
        lexical._checksums = files
        return lexical

    def save(self, digest: str) -> None:
        """Vouches for the files as they are now."""
        if self._folder is None:
            return
        files = sorted(path.name for path in self._folder.iterdir() if path.name not in _LOCKS)
        # A segment's file never changes; only these two are written again.
        changing = {"meta.json", ".managed.json"}
        known = {name: checksum for name, checksum in self._checksums.items() if name not in changing}
        self._checksums = {name: known.get(name) or _checksum(self._folder / name) for name in files}
        sync_folder(self._folder)
        write_whole(_manifest(self._folder), {"layout": LAYOUT, "digest": digest}, json.dumps(self._checksums).encode())

    def change(self, added: Iterable[Any], removed: Iterable[int]) -> None:
        """added: rows of retrieval.stored with filter columns and words."""
        writer = self._index.writer(_HEAP, 1)
        for passage_id in removed:
            writer.delete_documents_by_term("passage", passage_id)
        for row in added:
            writer.add_document(_document(row))
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()
        self._searcher = self._index.searcher()

    def __len__(self) -> int:
        return self._searcher.num_docs

    def search(self, weights: Mapping[str, float], filters: list[tantivy.Query], limit: int) -> list[tuple[int, float]]:
        """(passage, BM25) best first, ties by id; weights: of the stemmed terms."""
        if not weights or not len(self):
            return []
        terms = tantivy.Query.boolean_query(list(self._terms(weights)))
        query = tantivy.Query.boolean_query([(Occur.Must, part) for part in [terms, *filters]]) if filters else terms
        searcher = self._searcher
        found = searcher.search(query, limit, count=False).hits
        ids = searcher.fast_field_values("passage", [address for _, address in found])
        scored = [(int(passage_id or 0), float(score)) for passage_id, (score, _) in zip(ids, found, strict=True)]
        return sorted(scored, key=lambda pair: (-pair[1], pair[0]))

    def _terms(self, weights: Mapping[str, float]) -> Iterator[tuple[Occur, tantivy.Query]]:
        for term, weight in weights.items():
            for field, boost in BOOSTS.items():
                query = tantivy.Query.term_query(self._schema, field, term, "freq")
                yield Occur.Should, tantivy.Query.boost_query(query, boost * weight)

    def clauses(self, filters: Filters, now: int) -> list[tantivy.Query]:
        """The filters as clauses that must hold and score nothing."""
        moment = now if filters.as_of is None else filters.as_of
        wanted = {"audience": filters.audiences, "collection": filters.collections, "language": filters.languages}
        term_set, within = tantivy.Query.term_set_query, tantivy.Query.range_query
        queries = [term_set(self._schema, name, sorted(values)) for name, values in wanted.items() if values is not None]
        queries.append(within(self._schema, "valid_from", FieldType.Integer, upper_bound=moment))
        queries.append(within(self._schema, "valid_until", FieldType.Integer, lower_bound=moment, include_lower=False))
        return [tantivy.Query.const_score_query(query, 0.0) for query in queries]

    def has(self, term: str) -> bool:
        return any(self._searcher.doc_freq(field, term) for field in BOOSTS)

    def terms(self, text: str, languages: Sequence[str]) -> list[str]:
        """Its terms in the first language, then those of the others that a passage has."""
        found = terms_of(text, languages[0])
        for language in languages[1:]:
            found += [term for term in terms_of(text, language) if term not in found and self.has(term)]
        return found

    def has_word(self, word: str) -> bool:
        """As it is written."""
        return self._searcher.doc_freq("surface", word) > 0

    def near(self, word: str, distance: int, limit: int) -> list[int]:
        """Passages with a word at most `distance` edits away, a swap of neighbours counting as one."""
        query = tantivy.Query.fuzzy_term_query(self._schema, "surface", word, distance, transposition_cost_one=True)
        searcher = self._searcher
        found = [address for _, address in searcher.search(query, limit, count=False).hits]
        return [int(passage_id or 0) for passage_id in searcher.fast_field_values("passage", found)]

    def idf(self, term: str) -> float:
        """BM25's weight of a term; highest for one that no passage holds."""
        count = max(self._searcher.doc_freq(field, term) for field in BOOSTS)
        return math.log(1 + (len(self) - count + 0.5) / (count + 0.5))


def _document(row: Any) -> tantivy.Document:
    document = tantivy.Document()
    document.add_integer("passage", row.id)
    text = "\n".join((*row.heading, row.text))
    document.add_text("title", " ".join(terms_of(row.title, row.language)))
    document.add_text("text", " ".join(terms_of(text, row.language)))
    document.add_text("surface", f"{row.title}\n{text}")
    for name in ("collection", "audience", "language"):
        document.add_text(name, getattr(row, name))
    document.add_integer("valid_from", -(2**63) if row.valid_from is None else row.valid_from)
    document.add_integer("valid_until", 2**63 - 1 if row.valid_until is None else row.valid_until)
    return document


def _manifest(folder: Path) -> Path:
    return folder.with_suffix(".manifest")


def _checksum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
