"""What the tests of the seal share: certificates of an operator, clips, and a way to seal them."""

import numpy as np
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from himmel.provenance import certificates as certs
from himmel.provenance import identity
from himmel.provenance.signed import SignedSeal

FORMS = {
    "a.mp4": 5, "a.png": 1, "a.jpg": 1, "a.jpeg": 1, "still.webp": 1, "a.webp": 5, "a.gif": 5,
    "a.apng": 5, "a.webm": 5,
}  # fmt: skip
MANIFEST = {
    "model": "default",
    "seed": 7,
    "id": "0a1b2c3d" * 4,
    "prompt": "a red bus",
    "size": [48, 64],
}


def chain(days=(0, 30), usages=(certs.EMAIL_PROTECTION, certs.C2PA_SIGNING)):
    """(chain in PEM, key) of an operator."""
    root_key, key = certs.new_key(), certs.new_key()
    root = certs.issue("an operator's root", root_key)
    leaf = certs.issue("an operator", key, (root, root_key), usages, days)
    return certs.to_pem(leaf, root), key


def raw_signature(key):
    """ES256 as hardware gives it: r and s, 32 bytes each."""

    def sign(data):
        r, s = decode_dss_signature(key.sign(data, ec.ECDSA(SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    return sign


def stranger():
    text, key = chain()
    return identity.Identity(text, certs.key_to_pem(key))


def waves(frames=8, seed=0, size=(48, 64)):
    """A clip (T, H, W, 3) of forty waves, long and short, that no other seed has."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[0 : size[0], 0 : size[1]] / 64
    light = np.full((frames, *size), 128.0)
    for _ in range(40):
        across, down, speed, begin = random.uniform(-1, 1, 4) * (40, 40, 1, 4)
        t = np.arange(frames)[:, None, None] / 8
        light += 12 * np.sin(across * x + down * y + speed * t + begin)
    return np.repeat(light[..., None], 3, axis=3).clip(0, 255).astype(np.uint8)


def signed(path, frames=1, seal=None, parents=(), **changes):
    manifest = {**MANIFEST, **changes}
    (seal or SignedSeal()).sign(iter([waves(frames)]), path, 8.0, manifest, parents)
    return path
