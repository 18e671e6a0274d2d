"""What a holder says about training: sixty cases of robots.txt, ai.txt, TDMRep and credentials."""

import datetime
import json
from fractions import Fraction

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from himmel.core.errors import HimmelError
from himmel.core.rights import ALLOWED, RESERVED, SILENT, STANCES
from himmel.data.optout import TRAINERS, ai_txt, cawg, cawg_report, robots, stances, tdmrep
from himmel.media.credentials import Report

FILM = "https://example.org/films/sea.mp4"
UNUSED = (
    "key_encipherment",
    "content_commitment",
    "data_encipherment",
    "key_agreement",
    "encipher_only",
    "decipher_only",
)
ALL, OURS = "User-agent: *\n", "User-agent: himmel\n"

ROBOTS = [
    (None, SILENT),
    ("", SILENT),
    ("# nothing\n", SILENT),
    (ALL + "Disallow:\n", SILENT),
    (ALL + "Disallow: /\n", RESERVED),
    (ALL + "Disallow: /films/\n", RESERVED),
    (ALL + "Disallow: /photos/\n", SILENT),
    (ALL + "Disallow: /*.mp4$\n", RESERVED),
    (ALL + "Disallow: /*.webm$\n", SILENT),
    (ALL + "Disallow: /\nAllow: /films/\n", SILENT),
    (ALL + "Disallow: /films/\nAllow: /films/sea.mp4\n", SILENT),
    (OURS + "Disallow: /\n", RESERVED),
    (OURS + "Allow: /\n\n" + ALL + "Disallow: /\n", RESERVED),  # all the others are shut out
    ("User-agent: GPTBot\nDisallow: /\n", RESERVED),
    ("User-agent: GPTBot\nUser-agent: CCBot\nDisallow: /films/\n", RESERVED),
    ("User-agent: GPTBot\nDisallow: /photos/\n", SILENT),
    ("User-agent: Googlebot\nDisallow: /\n", SILENT),  # a search engine, not training
    ("user-AGENT: ccbot\nDISALLOW: /\n", RESERVED),
    (ALL + "Content-Usage: train-ai=n\nAllow: /\n", RESERVED),
    (ALL + "Content-Usage: train-ai=y\nAllow: /\n", ALLOWED),
    (ALL + "Content-Signal: search=yes, ai-train=no\nAllow: /\n", RESERVED),
    (ALL + "Content-Signal: ai-train=yes\nDisallow: /films/\n", RESERVED),
    ("\ufeffUser-agent: *\r\nDisallow: /films\r\n", RESERVED),
]
AI_TXT = [
    (None, SILENT),
    ("# ai.txt without rules\n", SILENT),
    ("User-Agent: *\nDisallow: /\n", RESERVED),
    ("User-Agent: *\nDisallow: *.mp4\n", RESERVED),
    ("User-Agent: *\nDisallow: *.jpg\nAllow: *.mp4\n", ALLOWED),
    ("User-Agent: *\nDisallow: *.jpg\n", SILENT),
    ("User-Agent: *\nAllow: /\n", ALLOWED),
    ("User-Agent: *\nDisallow: /\nAllow: /films/\n", ALLOWED),
    ("# An article about the site, in Markdown\n", SILENT),
]
TDMREP = [  # the file, the headers of the answer
    (None, {}, SILENT),
    ("[]", {}, SILENT),
    ('[{"location": "/", "tdm-reservation": 1}]', {}, RESERVED),
    ('[{"location": "/", "tdm-reservation": 0}]', {}, ALLOWED),
    ('[{"location": "/films/", "tdm-reservation": 1}]', {}, RESERVED),
    ('[{"location": "/photos/", "tdm-reservation": 1}]', {}, SILENT),
    ('[{"location": "/films/*.mp4$", "tdm-reservation": 1}]', {}, RESERVED),
    ('[{"location": "/films/sea", "tdm-reservation": "1"}]', {}, RESERVED),
    ('[{"location": "/films/sea$", "tdm-reservation": 1}]', {}, SILENT),
    ('[{"location": "/films/", "tdm-reservation": 0}, {"location": "/", "tdm-reservation": 1}]', {},
     ALLOWED),
    ('[{"location": "/", "tdm-reservation": 1}, {"location": "/films/", "tdm-reservation": 0}]', {},
     RESERVED),
    ('[{"location": "/", "tdm-reservation": 7}]', {}, SILENT),
    ('[{"location": "/Films/", "tdm-reservation": 1}]', {}, SILENT),
    ('[{"location": "/%66ilms/", "tdm-reservation": 1}]', {}, RESERVED),
    ("{not json", {}, RESERVED),
    ('{"location": "/", "tdm-reservation": 0}', {}, RESERVED),
    (None, {"tdm-reservation": "1", "tdm-policy": "https://example.org/policy.json"}, RESERVED),
    ('[{"location": "/", "tdm-reservation": 1}]', {"TDM-Reservation": "0"}, ALLOWED),
    ('[{"location": "/", "tdm-reservation": 0}]', {"TDM-Reservation": "1"}, RESERVED),
    ('[{"location": "/", "tdm-reservation": 1}]', {"tdm-reservation": "maybe"}, RESERVED),
]  # fmt: skip
USES = [
    ({"cawg.ai_generative_training": {"use": "notAllowed"}}, RESERVED),
    ({"cawg.ai_generative_training": {"use": "allowed"}}, ALLOWED),
    ({"cawg.ai_training": {"use": "constrained", "constraint_info": "ask"}}, RESERVED),
    ({"cawg.data_mining": {"use": "notAllowed"}, "cawg.ai_training": {"use": "allowed"}}, RESERVED),
    ({"cawg.ai_inference": {"use": "notAllowed"}}, SILENT),
    ({"c2pa.ai_generative_training": {"use": "notAllowed"}}, RESERVED),
    ({}, SILENT),
    (None, SILENT),
]


def test_there_are_sixty_cases():
    assert len(ROBOTS) + len(AI_TXT) + len(TDMREP) + len(USES) == 60


@pytest.mark.parametrize(("text", "stance"), ROBOTS, ids=range(len(ROBOTS)))
def test_robots(text, stance):
    pytest.importorskip("protego")
    assert robots(text, FILM) == stance


@pytest.mark.parametrize(("text", "stance"), AI_TXT, ids=range(len(AI_TXT)))
def test_ai_txt(text, stance):
    pytest.importorskip("protego")
    assert ai_txt(text, FILM) == stance


@pytest.mark.parametrize(("file", "headers", "stance"), TDMREP, ids=range(len(TDMREP)))
def test_tdmrep_and_its_header(file, headers, stance):
    assert tdmrep(file, FILM, headers) == stance


@pytest.fixture(scope="module")
def signed(tmp_path_factory):
    """Signs a small MP4 with an assertion about training, by a certificate made for the test."""
    c2pa = pytest.importorskip("c2pa")
    folder = tmp_path_factory.mktemp("signed")
    chain, key = certificates()
    plain = folder / "plain.mp4"
    with av.open(str(plain), "w") as container:
        stream = container.add_stream("libx264", rate=Fraction(8))
        stream.width = stream.height = 32
        frame = av.VideoFrame.from_ndarray(np.full((32, 32, 3), 90, np.uint8))
        container.mux([p for f in (frame, None) for p in stream.encode(f)])

    def sign(name, uses):
        told = [{"label": "c2pa.actions", "data": {"actions": [{
            "action": "c2pa.created",
            "digitalSourceType": "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture",
        }]}}]  # fmt: skip
        if uses is not None:
            told.append({"label": "cawg.training-mining", "data": {"entries": uses}})
        definition = {"claim_generator_info": [{"name": "test"}], "assertions": told}
        info = c2pa.C2paSignerInfo(b"es256", chain, key, b"")
        info.ta_url = None
        target = folder / f"{name}.mp4"
        with c2pa.Signer.from_info(info) as signer, c2pa.Builder(json.dumps(definition)) as builder:
            builder.sign_file(str(plain), str(target), signer)
        return target

    sign.plain = plain
    return sign


def certificates():
    """A root and a leaf for signing e-mail, the chain and the leaf's key in PEM."""
    x509 = pytest.importorskip("cryptography.x509")
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    day, usages = datetime.datetime.now(datetime.UTC), x509.ExtendedKeyUsage
    keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(2)]
    names = [
        x509.Name([
            x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, "test"),
            x509.NameAttribute(x509.NameOID.COMMON_NAME, who),
        ])
        for who in ("root", "leaf")
    ]  # fmt: skip
    made = []
    for of, is_root in ((0, True), (1, False)):
        usage = dict.fromkeys(UNUSED, False) | {"digital_signature": not is_root}
        usage |= dict.fromkeys(("key_cert_sign", "crl_sign"), is_root)
        builder = (
            x509.CertificateBuilder()
            .subject_name(names[of])
            .issuer_name(names[0])
            .public_key(keys[of].public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(day - datetime.timedelta(days=1))
            .not_valid_after(day + datetime.timedelta(days=9))
            .add_extension(x509.BasicConstraints(is_root, None), True)
            .add_extension(x509.KeyUsage(**usage), True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(keys[of].public_key()), False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(keys[0].public_key()), False
            )
        )
        if not is_root:
            mail = usages([x509.oid.ExtendedKeyUsageOID.EMAIL_PROTECTION])
            builder = builder.add_extension(mail, False)
        made.append(builder.sign(keys[0], hashes.SHA256()))
    pem = serialization.Encoding.PEM
    chain = b"".join(one.public_bytes(pem) for one in reversed(made))
    private = keys[1].private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return chain, private


@pytest.mark.parametrize(("uses", "stance"), USES, ids=range(len(USES)))
def test_credentials_in_a_film(signed, uses, stance):
    assert cawg(signed(f"{USES.index((uses, stance))}", uses)) == stance


def test_a_film_without_credentials_or_with_broken_ones(signed, tmp_path):
    assert cawg(signed.plain) == SILENT
    whole = signed("whole", USES[1][0]).read_bytes()
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(whole.replace(b"training-mining", b"training-minimg"))
    assert cawg(broken) in (RESERVED, SILENT)
    broken.write_bytes(b"no film at all")
    assert cawg(broken) == RESERVED


KEYS = st.sampled_from(["manifests", "a", "assertions", "label", "data", "entries", "use"])
REPORTS = st.recursive(
    st.none() | st.text(max_size=5) | st.integers(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
)


def told(entries):
    """A report whose manifest says this of training."""
    assertion = {"label": "cawg.training-mining", "data": {"entries": entries}}
    return {"manifests": {"m": {"assertions": [{"label": "c2pa.actions"}, assertion]}}}


GENERATIVE = "cawg.ai_generative_training"
ODD = [
    [], None, "allowed", {}, {"manifests": None}, {"manifests": []}, {"manifests": {"m": None}},
    {"manifests": {"m": {"assertions": {}}}}, {"manifests": {"m": {"assertions": [3]}}},
    {"manifests": {"m": {"assertions": [{"data": {}}]}}},
    *[{"manifests": {"m": {"assertions": [{"label": "cawg.training-mining", "data": data}]}}}
      for data in (None, [1], "x", {}, {"entries": None})],
    told([1]), told("allowed"), told({GENERATIVE: "notAllowed"}), told({GENERATIVE: "allowed"}),
    told({GENERATIVE: None}), told({GENERATIVE: ["allowed"]}), told({GENERATIVE: {}}),
    told({GENERATIVE: {"use": ["allowed"]}}), told({GENERATIVE: {"use": True}}),
    told({"cawg.ai_inference": "allowed"}), told({"cawg.data_mining": "allowed"}),
    told({GENERATIVE: {"use": "allowed"}, "cawg.ai_training": "notAllowed"}),
]  # fmt: skip


@pytest.mark.parametrize("report", ODD, ids=range(len(ODD)))
def test_credentials_of_another_form_are_reserved(report, monkeypatch, tmp_path):
    assert cawg_report(report) == RESERVED
    found = Report(json.dumps(report).encode())
    monkeypatch.setattr("himmel.data.optout.read_report", lambda _: found)
    assert cawg(tmp_path / "film.mp4") == RESERVED


@pytest.mark.parametrize(
    ("entries", "stance"),
    [
        ({"cawg.data_mining": {"use": "allowed"}}, SILENT),
        ({"cawg.data_mining": {"use": "constrained"}}, RESERVED),
        ({"cawg.data_mining": {"use": "allowed"}, GENERATIVE: {"use": "allowed"}}, ALLOWED),
        ({"cawg.ai_training": {"use": "allowed"}}, ALLOWED),
        ({"cawg.ai_training": {"use": "allowed"}, "c2pa.ai_training": {"use": "no"}}, RESERVED),
        ({"c2pa.ai_training": {"use": "no"}, "cawg.ai_training": {"use": "allowed"}}, RESERVED),
    ],
)
def test_only_what_is_said_of_training_allows_it(entries, stance):
    assert cawg_report(told(entries)) == stance


@given(REPORTS)
def test_strange_reports_are_read(report):
    assert cawg_report(report if isinstance(report, dict) else {"manifests": report}) in STANCES


@given(st.text(max_size=60), st.text("abc/*$%2", min_size=1, max_size=9))
def test_strange_files_are_read(text, pattern):
    rule = json.dumps([{"location": pattern, "tdm-reservation": 1}])
    assert tdmrep(text, FILM) in STANCES
    assert tdmrep(rule, FILM) in (RESERVED, SILENT)


def test_all_four_together_become_part_of_the_record():
    pytest.importorskip("protego")
    found = stances(
        FILM, "2026-11-28", {"robots.txt": ALL + "Disallow:\n"}, {"tdm-reservation": "0"}
    )
    assert (found.robots, found.tdmrep, found.ai_txt, found.cawg) == (
        SILENT,
        ALLOWED,
        SILENT,
        SILENT,
    )
    with pytest.raises(HimmelError, match="reserves training by tdmrep"):
        stances(FILM, "2026-11-28", {}, {"tdm-reservation": "1"})
    with pytest.raises(HimmelError, match="is no address"):
        tdmrep('[{"location": "/", "tdm-reservation": 1}]', "sea.mp4")
    assert len(TRAINERS) == len(set(TRAINERS))
