"""Certificates of our own, and what a certificate must be to sign with: X.509 as C2PA profiles it.

Source: C2PA Technical Specification 2.2, section "X.509 Certificates". One algorithm, ES256 (ECDSA on
the curve P-256 with SHA-256), keeps what has to be checked short.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import TYPE_CHECKING

from himmel.core.errors import HimmelError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.x509 import Certificate, KeyUsage, Name

EMAIL_PROTECTION = "1.3.6.1.5.5.7.3.4"  # RFC 5280; without it readers do not trust the signer
C2PA_SIGNING = "1.3.6.1.4.1.62558.2.1"
ROOT_YEARS, LEAF_YEARS = (
    20,
    10,
)  # nothing is time-stamped, so files are trusted as long as the leaf is
_CLOCKS_DIFFER = datetime.timedelta(hours=1)


def new_key() -> EllipticCurvePrivateKey:
    """A private key on P-256."""
    from cryptography.hazmat.primitives.asymmetric import ec

    return ec.generate_private_key(ec.SECP256R1())


def key_to_pem(key: EllipticCurvePrivateKey) -> bytes:
    """A private key as PKCS 8, not encrypted: keep it in a file that only its owner reads."""
    from cryptography.hazmat.primitives import serialization as form

    return key.private_bytes(form.Encoding.PEM, form.PrivateFormat.PKCS8, form.NoEncryption())


def key_from_pem(text: bytes) -> EllipticCurvePrivateKey:
    """A private key. Raises HimmelError for another text, an encrypted key or another curve."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key = load_pem_private_key(text, None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise HimmelError("the key cannot be read; give an unencrypted PEM of PKCS 8") from None
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise HimmelError("the key is not one for ES256; make one on the curve P-256")
    return key


def issue(
    name: str,
    key: EllipticCurvePrivateKey,
    issuer: tuple[Certificate, EllipticCurvePrivateKey] | None = None,
    usages: Sequence[str] = (EMAIL_PROTECTION, C2PA_SIGNING),
    days: tuple[float, float] = (0, 365.25 * LEAF_YEARS),
) -> Certificate:
    """A certificate for `key`, signed by `issuer` or, as a root, by itself; valid from day to day."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes

    signs_itself = issuer is None
    subject = _name(name)
    now = datetime.datetime.now(datetime.UTC)
    parent = subject if issuer is None else issuer[0].subject
    signer = key if issuer is None else issuer[1]
    public = key.public_key()
    builder = (
        x509.CertificateBuilder(parent, subject, public, x509.random_serial_number())
        .not_valid_before(now + datetime.timedelta(days=days[0]) - _CLOCKS_DIFFER)
        .not_valid_after(now + datetime.timedelta(days=days[1]))
        .add_extension(x509.BasicConstraints(signs_itself, 0 if signs_itself else None), True)
        .add_extension(_key_usage(signs_itself), True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), False
        )
    )
    if not signs_itself:
        named = [x509.ObjectIdentifier(usage) for usage in usages]
        builder = builder.add_extension(x509.ExtendedKeyUsage(named), False)
    return builder.sign(signer, hashes.SHA256())


def _name(common: str) -> Name:
    from cryptography import x509

    return x509.Name(
        [
            x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, "himmel"),
            x509.NameAttribute(x509.NameOID.COMMON_NAME, common),
        ]
    )


def _key_usage(root: bool) -> KeyUsage:
    from cryptography import x509

    return x509.KeyUsage(
        digital_signature=not root,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=root,
        crl_sign=root,
        encipher_only=False,
        decipher_only=False,
    )


def to_pem(*certificates: Certificate) -> bytes:
    """Certificates one after the other, the signer's first."""
    from cryptography.hazmat.primitives.serialization import Encoding

    return b"".join(certificate.public_bytes(Encoding.PEM) for certificate in certificates)


def chain_from_pem(text: bytes) -> list[Certificate]:
    """One or more certificates. Raises HimmelError for another text."""
    from cryptography import x509

    try:
        return x509.load_pem_x509_certificates(text)
    except ValueError:
        raise HimmelError("the certificate cannot be read; give a chain in PEM") from None


def check_chain(chain: Sequence[Certificate]) -> None:
    """Raise HimmelError for a chain that has expired, begins later, or may not sign media."""
    now = datetime.datetime.now(datetime.UTC)
    for certificate in chain:
        if certificate.not_valid_after_utc < now:
            day = certificate.not_valid_after_utc.date()
            raise HimmelError(f"{_who(certificate)} expired on {day}; renew the certificate")
        if certificate.not_valid_before_utc > now:
            day = certificate.not_valid_before_utc.date()
            raise HimmelError(f"{_who(certificate)} is valid from {day} on; check the clock")
    if EMAIL_PROTECTION not in _usages(chain[0]):
        raise HimmelError(
            f"{_who(chain[0])} lacks the extended key usage emailProtection ({EMAIL_PROTECTION}), so "
            "readers would not trust it; have one issued with it"
        )


def check_pair(leaf: Certificate, key: EllipticCurvePrivateKey) -> None:
    """Raise HimmelError for a key that is not the certificate's."""
    if leaf.public_key() != key.public_key():
        raise HimmelError(f"the key does not belong to {_who(leaf)}; give the one it was made for")


def _who(certificate: Certificate) -> str:
    return f"the certificate {certificate.subject.rfc4514_string()!r}"


def _usages(certificate: Certificate) -> list[str]:
    from cryptography import x509

    try:
        found = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except (x509.ExtensionNotFound, ValueError):
        return []
    return [usage.dotted_string for usage in found.value]
