"""Who signs here: keys made on first use in himmel's data folder, or those of an operator.

The folder `seal` holds a root, a certificate that it issued, their keys, and the secret that watermarks
and the registry are bound to. It appears whole or not at all; private files are readable by their owner
alone. An operator's certificates that signed here are kept in it, so that what they signed stays ours.
"""

from __future__ import annotations

import hashlib
import secrets
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from himmel.core.env import data_dir, operators_certificate
from himmel.core.errors import HimmelError
from himmel.core.files import whole_file
from himmel.provenance import certificates

ROOT, ROOT_KEY, CHAIN, KEY, SECRET = "root.pem", "root.key", "chain.pem", "seal.key", "secret"
SIGNERS = "signers"  # a folder of the operator's certificates that have signed here
_PRIVATE = (ROOT_KEY, KEY, SECRET)
_OTHERS = 0o077  # the rights of everybody but the owner


@dataclass(frozen=True, eq=False)
class Identity:
    """A chain of certificates in PEM, the signer's first, and its key: in PEM, or held elsewhere.

    `sign`, for a key in hardware or in a service, turns bytes into an ES256 signature over them: r and s
    of 32 bytes each.
    """

    chain: bytes
    key: bytes | None = None
    sign: Callable[[bytes], bytes] | None = None

    def check(self) -> None:
        """Raise HimmelError, in one sentence, for what nothing can be signed with."""
        chain = certificates.chain_from_pem(self.chain)
        certificates.check_chain(chain)
        if self.key is not None:
            certificates.check_pair(chain[0], certificates.key_from_pem(self.key))
        elif self.sign is None:
            raise HimmelError("there is no key to sign with; give a key or a function that signs")


def seal_folder() -> Path:
    """Where keys are kept."""
    return data_dir() / "seal"


def current_identity() -> Identity:
    """The operator's certificate where one is named (core.env.operators_certificate), else our own.

    Raises HimmelError for files that are missing or readable by others.
    """
    named = operators_certificate()
    if named is None:
        folder = own_folder()
        named = folder / CHAIN, folder / KEY
    return Identity(_read(named[0]), _read_private(named[1]))


def anchors() -> bytes:
    """Certificates in PEM whose signatures count as ours: our own root, and those that an operator
    signs with or has signed with here.

    Not the operator's root: whoever else is its customer would be us. Empty where nothing was ever
    signed. Raises HimmelError for what is there and cannot be read.
    """
    root, named = seal_folder() / ROOT, operators_certificate()
    signers = sorted((seal_folder() / SIGNERS).glob("[!.]*.pem"))
    files = [*([root] if root.exists() else []), *signers, *([named[0]] if named else [])]
    return b"".join(dict.fromkeys(_first_of(_read(file)) for file in files))


def remember(chain: bytes) -> None:
    """Keep the signer's certificate of a chain: what it signed is still ours when another follows it.

    Raises HimmelError where it cannot be kept.
    """
    signer = _first_of(chain)
    kept = own_folder() / SIGNERS / f"{hashlib.sha256(signer).hexdigest()}.pem"
    if not kept.exists():
        with whole_file(kept) as temporary:
            temporary.write_bytes(signer)


def _first_of(chain: bytes) -> bytes:
    return certificates.to_pem(certificates.chain_from_pem(chain)[0])


def secret() -> bytes:
    """32 bytes that are this house's alone: the watermark's key."""
    return _read_private(own_folder() / SECRET)


def owner() -> str:
    """A name for the secret that does not betray it, 32 hexadecimal digits."""
    return hashlib.sha256(b"himmel registry" + secret()).hexdigest()[:32]


def own_folder() -> Path:
    """The folder of keys, made on first use. Raises HimmelError where it cannot be written."""
    folder = seal_folder()
    if folder.exists():
        return folder
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(dir=folder.parent, prefix=".seal"))
        try:
            _fill(draft)
            draft.rename(folder)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    except OSError as error:
        if not folder.exists():  # else another process was quicker, and its keys are as good
            raise HimmelError(
                f"the keys of the seal cannot be kept in {folder} ({error.strerror or error}); "
                "make room there or set HIMMEL_DATA to another folder"
            ) from None
    return folder


def _fill(folder: Path) -> None:
    root_key, key = certificates.new_key(), certificates.new_key()
    root = certificates.issue(
        "himmel, this installation", root_key, days=(0, 365.25 * certificates.ROOT_YEARS)
    )
    leaf = certificates.issue("himmel seal", key, (root, root_key))
    kept = {
        ROOT: certificates.to_pem(root),
        ROOT_KEY: certificates.key_to_pem(root_key),
        CHAIN: certificates.to_pem(leaf, root),
        KEY: certificates.key_to_pem(key),
        SECRET: secrets.token_bytes(32),
    }
    for name, content in kept.items():
        path = folder / name
        path.touch(mode=0o600 if name in _PRIVATE else 0o644)  # before a byte is in it
        path.write_bytes(content)


def _read_private(path: Path) -> bytes:
    content = _read(path)
    if path.stat().st_mode & _OTHERS:
        raise HimmelError(f"others can read the key {path}; run: chmod 600 {path}")
    return content


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise HimmelError(
            f"{path} of the seal cannot be read ({error.strerror or error}); restore it from a copy, or "
            "move its folder away to begin with new keys"
        ) from None
