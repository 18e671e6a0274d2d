"""Names of the hub: fetched once, and one sentence where that cannot be. The hub is this machine."""

import hashlib
import json
import re
import sys
import threading
import types
import typing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from himmel.core.errors import HimmelError, MissingExtraError
from himmel.generate.system import model_folder
from himmel.interop.hub import fetch, is_hub_name

SHA = "0123456789abcdef0123456789abcdef01234567"


class LocalEntryNotFoundError(Exception):
    pass


class RepositoryNotFoundError(Exception):
    pass


@pytest.fixture
def hub(monkeypatch):
    """The library with its one call replaced; `answer` is a folder or an error."""
    library = pytest.importorskip("huggingface_hub")
    from huggingface_hub import constants

    fetch.cache_clear()
    made = types.SimpleNamespace(asked=[], answer=None)

    def snapshot_download(name, **options):
        made.asked.append((name, options))
        if isinstance(made.answer, Exception):
            raise made.answer
        return str(made.answer)

    def offline(value):
        monkeypatch.setattr(constants, "HF_HUB_OFFLINE", value)

    made.offline = offline
    offline(False)
    monkeypatch.setattr(library, "snapshot_download", snapshot_download)
    yield made
    fetch.cache_clear()


def test_a_name_is_fetched_once(hub, tiny_model_folder):
    hub.answer = tiny_model_folder
    assert model_folder("owner/some-model") == tiny_model_folder
    assert model_folder("owner/some-model") == tiny_model_folder
    ((name, options),) = hub.asked
    assert name == "owner/some-model" and "*.safetensors" in options["allow_patterns"]
    assert not options["local_files_only"]


@pytest.mark.parametrize(
    ("offline", "error", "sentence"),
    [
        (True, LocalEntryNotFoundError(), "HF_HUB_OFFLINE forbids"),
        (False, LocalEntryNotFoundError(), "the hub cannot be reached"),
        (False, ConnectionError(), "the hub cannot be reached"),
        (False, RepositoryNotFoundError(), "the hub has no model 'owner/name'"),
        (False, RuntimeError("odd"), r"could not be fetched \(odd\)"),
    ],
)
def test_one_sentence_where_it_cannot_be(hub, offline, error, sentence):
    hub.offline(offline)
    hub.answer = error
    with pytest.raises(HimmelError, match=sentence) as raised:
        model_folder("owner/name")
    assert "\n" not in str(raised.value)
    assert hub.asked[0][1]["local_files_only"] is offline


class Server(BaseHTTPRequestHandler):
    """As much of the hub as one model needs, on this machine: what there is, and files in ranges."""

    files: typing.ClassVar[dict] = {}
    asked: typing.ClassVar[list] = []
    cut: typing.ClassVar[list] = []  # names of files whose next answer breaks off

    def do_HEAD(self):
        self._answer(body=False)

    def do_GET(self):
        self._answer(body=True)

    def log_message(self, *_):
        pass

    def _answer(self, body):
        path = self.path.partition("?")[0]
        if "/api/models/owner/name" in path:
            listed = [{"rfilename": n, "path": n, "type": "file", "size": len(c), "oid": "0" * 40}
                      for n, c in self.files.items()]  # fmt: skip
            told = (
                listed if "/tree/" in path else {"id": "owner/name", "sha": SHA, "siblings": listed}
            )
            return self._send(200, json.dumps(told).encode(), {"Content-Type": "application/json"})
        name = path.partition(f"/resolve/{SHA}/")[2] or path.partition("/resolve/main/")[2]
        if name not in self.files:
            code = {"X-Error-Code": "EntryNotFound" if name else "RepoNotFound"}
            return self._send(404, b"", code)
        content = self.files[name]
        begin = int((re.findall(r"bytes=(\d+)-", self.headers.get("Range", "")) or [0])[0])
        self.asked.append((self.command, name, begin))
        headers = {"ETag": f'"{hashlib.sha1(content).hexdigest()}"', "X-Repo-Commit": SHA}
        if begin:
            headers["Content-Range"] = f"bytes {begin}-{len(content) - 1}/{len(content)}"
        sent = content[begin:] if body else b""
        if body and name in self.cut:
            self.cut.remove(name)
            sent = sent[: len(sent) // 2]
            self.close_connection = True
        return self._send(206 if begin else 200, sent, headers, len(content) - begin)

    def _send(self, code, content, headers, length=None):
        self.send_response(code)
        self.send_header("Content-Length", str(len(content) if length is None else length))
        for key, value in headers.items():
            self.send_header(key, value)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(content)


@pytest.fixture
def server(monkeypatch, tmp_path):
    """The real library, told that the hub is on this machine, and an empty cache."""
    pytest.importorskip("huggingface_hub")
    from huggingface_hub import constants, file_download

    fetch.cache_clear()
    Server.files, Server.asked, Server.cut = {}, [], []
    made = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=made.serve_forever, daemon=True).start()
    here = f"http://127.0.0.1:{made.server_port}"
    monkeypatch.setattr(constants, "ENDPOINT", here)
    monkeypatch.setattr(
        constants, "HUGGINGFACE_CO_URL_TEMPLATE", here + "/{repo_id}/resolve/{revision}/{filename}"
    )
    monkeypatch.setattr(
        file_download,
        "HUGGINGFACE_CO_URL_TEMPLATE",
        here + "/{repo_id}/resolve/{revision}/{filename}",
        raising=False,
    )
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr(constants, "DOWNLOAD_CHUNK_SIZE", 4096)
    yield Server
    made.shutdown()
    made.server_close()
    fetch.cache_clear()


def test_the_real_library_fetches_and_goes_on(server, tiny_model_folder):
    for path in tiny_model_folder.iterdir():
        server.files[path.name] = path.read_bytes()
    server.files["pickle.bin"] = b"never fetched"
    server.cut.append("transformer.safetensors")
    folder = fetch("owner/name")
    fetched = {p.name: p.read_bytes() for p in folder.iterdir()}
    assert fetched == {n: c for n, c in server.files.items() if n != "pickle.bin"}
    ranges = [
        begin
        for kind, name, begin in server.asked
        if name == "transformer.safetensors" and kind == "GET"
    ]
    assert ranges[0] == 0 and ranges[-1] > 0  # broken off, and continued from there
    before = len([a for a in server.asked if a[0] == "GET"])
    fetch.cache_clear()
    assert fetch("owner/name") == folder
    assert len([a for a in server.asked if a[0] == "GET"]) == before


def test_a_hub_that_is_not_there(server, monkeypatch):
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "ENDPOINT", "http://127.0.0.1:9")  # nobody listens
    with pytest.raises(HimmelError, match="the hub cannot be reached; go online"):
        fetch("owner/name")


def test_without_the_package(monkeypatch):
    fetch.cache_clear()
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    with pytest.raises(MissingExtraError, match=r"himmel\[hub\]"):
        fetch("owner/name")


def test_a_path_is_no_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "models").mkdir()
    assert is_hub_name("owner/name") and not is_hub_name("models/name")
    assert not any(map(is_hub_name, ("name", "a/b/c", "./a", "../a", "a/.b")))
    with pytest.raises(HimmelError, match="there is no model 'models/name'"):
        model_folder("models/name")
