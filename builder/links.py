"""A whole document in a link: its text, packed, in letters that an address may have."""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from functools import lru_cache

from builder.document import Document, DocumentError
from builder.files import LARGEST

PARAMETER = "network"  # of the address
MARK = "1."  # of this way to pack; the next one counts up
LONGEST = 8_000  # letters: what browsers, mail and chat programs pass on unharmed
LETTERS = re.compile(r"[\w-]*", re.ASCII)
CUT = "The link does not hold a whole network: it was cut short or changed on its way. Ask for it again."


class LinkError(ValueError):
    """A document that fits in no link, or a link that holds no document."""


@lru_cache(maxsize=64)  # the page asks with every click
def packed(document: Document) -> str:
    """The document as a value of an address. Raises LinkError where that would be longer than LONGEST."""
    body = zlib.compress(document.to_json().encode(), 9)
    text = MARK + base64.urlsafe_b64encode(body).decode().rstrip("=")
    if len(text) > LONGEST:
        raise LinkError(
            f"{document.name} is too large for a link: {len(text):,} letters, and {LONGEST:,} is the limit. "
            "Download the document and send the file."
        )
    return text


def unpacked(text: str) -> Document:
    """The document in a link. Raises LinkError with a sentence where there is none; runs nothing.

    What was changed on its way is noticed by zlib's checksum.
    """
    if not text.startswith(MARK):
        raise LinkError(CUT if text[:1] in ("", MARK[0]) else "The link was made by another Layerloom.")
    letters = text.removeprefix(MARK)
    if len(text) > LONGEST or not LETTERS.fullmatch(letters):
        raise LinkError(CUT)
    try:
        unpacking, filled = zlib.decompressobj(), letters + "=" * (-len(letters) % 4)
        body = unpacking.decompress(base64.urlsafe_b64decode(filled), LARGEST + 1)
        if not unpacking.eof or unpacking.unused_data:
            raise LinkError(CUT)
        return Document.from_json(body.decode())
    except (binascii.Error, zlib.error, UnicodeDecodeError):
        raise LinkError(CUT) from None
    except DocumentError as error:
        raise LinkError(f"The network in the link cannot be opened. {error}") from None
