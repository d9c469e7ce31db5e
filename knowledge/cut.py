"""Cuts a block that no structure divides: paragraphs of a thousand words, lines without a space."""

from collections.abc import Callable

from langchain_text_splitters import RecursiveCharacterTextSplitter

_SEPARATORS = ["\n\n", "\n", ". ", "? ", "! ", "。", "; ", ", ", " ", ""]


def cut(text: str, limit: int, length: Callable[[str], int]) -> list[str]:
    """Parts of at most `limit` by `length`, at sentence ends where possible."""
    splitter = RecursiveCharacterTextSplitter(
        separators=_SEPARATORS, keep_separator="end", chunk_size=limit, chunk_overlap=0, length_function=length
    )
    return splitter.split_text(text)
