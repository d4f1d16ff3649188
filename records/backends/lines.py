"""Reading lines of bounded length from a file of unbounded content."""

from collections.abc import Iterator
from typing import IO

from records.feed import LONGEST_LINE

_CHUNK = 1024 * 1024


def read_lines(file: IO[bytes], *, until_end: bool) -> Iterator[tuple[bytes, int]]:
    """Yield each line without its end, and its length in the file; of a longer one only the beginning.

    A last line without its end is still being written, and left out, unless ``until_end``. A line
    that comes back longer than LONGEST_LINE was too long; its rest has been skipped.
    """
    while line := file.readline(LONGEST_LINE + 1):
        length, ended = len(line), line.endswith(b"\n")
        while not ended and (rest := file.readline(_CHUNK)):
            length, ended = length + len(rest), rest.endswith(b"\n")
        if not ended and not until_end:
            return
        # A line of exactly the limit has its end in the extra byte, or in the next chunk.
        yield (line if length > LONGEST_LINE + 2 else line.rstrip(b"\r\n")), length
