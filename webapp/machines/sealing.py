"""A file that only the holder of a passphrase can read, and that nobody can shorten or change unnoticed.

The key is made from the passphrase by scrypt (RFC 7914). The content goes in pieces of a mebibyte, each sealed with
AES-256-GCM; the nonce of a piece holds its number and whether it is the last (the STREAM construction of Hoang,
Reyhanitabar, Rogaway and Vizár, 2015), so that no piece can be moved, left out or be the last before its time.
"""

from __future__ import annotations

import os
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

MAGIC = b"carottes sealed 1\n"
SALT, PREFIX = 16, 7
PIECE = 1024 * 1024
TAG = 16


class Sealed(Exception):
    """The file cannot be opened; ``str()`` says why."""


def _cipher(passphrase: str, salt: bytes) -> AESGCM:
    return AESGCM(Scrypt(salt=salt, length=32, n=2**15, r=8, p=1).derive(passphrase.encode()))


def _nonce(prefix: bytes, number: int, last: bool) -> bytes:
    return prefix + number.to_bytes(4) + bytes([last])


class Sealing:
    """What is written comes out sealed; ``close`` writes the last piece and leaves the file open."""

    def __init__(self, out: BinaryIO, passphrase: str) -> None:
        self.out = out
        salt, self.prefix = os.urandom(SALT), os.urandom(PREFIX)
        self.head = MAGIC + salt + self.prefix
        self.cipher = _cipher(passphrase, salt)
        self.number, self.waiting = 0, bytearray()
        out.write(self.head)

    def write(self, data: bytes) -> int:
        """Take some of the content."""
        self.waiting += data
        while len(self.waiting) > PIECE:
            self._seal(bytes(self.waiting[:PIECE]), last=False)
            del self.waiting[:PIECE]
        return len(data)

    def _seal(self, piece: bytes, last: bool) -> None:
        self.out.write(self.cipher.encrypt(_nonce(self.prefix, self.number, last), piece, self.head))
        self.number += 1

    def close(self) -> None:
        """Seal the end."""
        self._seal(bytes(self.waiting), last=True)


class Opening:
    """What is read is what was sealed; raises ``Sealed`` for a wrong passphrase, a change, or a missing end."""

    def __init__(self, file: BinaryIO, passphrase: str) -> None:
        self.file = file
        self.head = file.read(len(MAGIC) + SALT + PREFIX)
        if len(self.head) < len(MAGIC) + SALT + PREFIX:
            raise Sealed("the file ends before it has begun: it was cut short")
        salt, self.prefix = self.head[len(MAGIC) : -PREFIX], self.head[-PREFIX:]
        self.cipher = _cipher(passphrase, salt)
        self.number, self.ready, self.ended = 0, bytearray(), False
        self.following = file.read(PIECE + TAG)

    def read(self, size: int = -1) -> bytes:
        """The next so many bytes, fewer at the end."""
        while not self.ended and (size < 0 or len(self.ready) < size):
            self._open()
        taken = bytes(self.ready if size < 0 else self.ready[:size])
        del self.ready[: len(taken)]
        return taken

    def _open(self) -> None:
        piece, self.following = self.following, self.file.read(PIECE + TAG)
        self.ended = not self.following
        try:
            self.ready += self.cipher.decrypt(_nonce(self.prefix, self.number, self.ended), piece, self.head)
        except InvalidTag:
            why = "the passphrase is not the right one, or the file was changed" if not self.number else (
                "the file was changed or cut short")  # fmt: skip
            raise Sealed(why) from None
        self.number += 1


def is_sealed(file: BinaryIO) -> bool:
    """Whether the file, at its beginning, is a sealed one; the place in it is kept."""
    start = file.read(len(MAGIC))
    file.seek(0)
    return start == MAGIC
