"""Prompts told again by a language model behind an OpenAI-compatible address that the user names."""

from __future__ import annotations

import http.client
import json
import threading
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from himmel.core.errors import HimmelError
from himmel.core.plain import parse_json
from himmel.generate.upsampling import Upsampler

SECONDS = 20.0  # for the whole answer
_MOST_BYTES = 1 << 20
_MOST_LETTERS = 2000
_TASK = (
    "Rewrite the user's text as one description of a short film, in the language of the text. Keep every "
    "fact, number, colour and name that it states, contradict none of them, and add plausible setting, "
    "time of day, light and camera where it is silent. Answer with the description alone, in at most "
    "three sentences."
)


@dataclass(frozen=True)
class Endpoint:
    """The address of an API such as http://127.0.0.1:8000/v1, and the model to ask there.

    Raises HimmelError for an address that is not http or https.
    """

    url: str
    model: str
    key: str = ""
    seconds: float = SECONDS

    def __post_init__(self) -> None:
        if not _is_address(self.url):
            raise HimmelError(
                f"{self.url!r} is no address of an upsampler; write it like http://127.0.0.1:8000/v1"
            )

    def upsampler(self) -> Upsampler:
        """The same behind the interface of all upsamplers."""
        return Upsampler(f"{self.model} at {urlsplit(self.url).hostname}", self.rewrite)

    def rewrite(self, prompt: str, seed: int) -> str:
        """What the model makes of a prompt. Raises HimmelError for no answer in time, or no use."""
        answer = _within(self.seconds, lambda: _asked(self, prompt, seed))
        text = " ".join(answer.split())
        if not any(letter.isalpha() for letter in text) or len(text) > _MOST_LETTERS:
            raise HimmelError("the upsampler's answer is empty or too long")
        return text


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:  # half an address in brackets
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def _within(seconds: float, ask: Callable[[], str]) -> str:
    """The answer, if it comes in time. A socket's own timeout bounds single reads, not the whole: what
    trickles is left to a thread that the program does not wait for."""
    answers: list[str] = []
    errors: list[Exception] = []

    def run() -> None:
        try:
            answers.append(ask())
        except Exception as error:
            errors.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    if answers:
        return answers[0]
    if errors and isinstance(errors[0], HimmelError):
        raise errors[0]
    why = type(errors[0]).__name__ if errors else f"nothing came within {seconds:g} s"
    raise HimmelError(f"the upsampler did not answer ({why})")


def _asked(endpoint: Endpoint, prompt: str, seed: int) -> str:
    body = {
        "model": endpoint.model,
        "messages": [{"role": "system", "content": _TASK}, {"role": "user", "content": prompt}],
        "seed": seed,
        "temperature": 0.7,
        "max_tokens": 400,
    }
    headers = {"Content-Type": "application/json"}
    if endpoint.key:
        headers["Authorization"] = f"Bearer {endpoint.key}"
    request = urllib.request.Request(
        f"{endpoint.url.rstrip('/')}/chat/completions",
        json.dumps(body).encode("utf-8", "replace"),
        headers,
        method="POST",
    )
    try:
        with _OPENER.open(request, timeout=endpoint.seconds) as response:
            return _said(response.read(_MOST_BYTES))
    except urllib.error.HTTPError as error:
        error.close()
        raise HimmelError(f"the upsampler answered with the error {error.code}") from None
    except (OSError, http.client.HTTPException) as error:
        raise HimmelError(f"the upsampler cannot be reached ({type(error).__name__})") from None


def _said(data: bytes) -> str:
    try:
        text = parse_json(data)["choices"][0]["message"]["content"]
    except (ValueError, KeyError, TypeError, IndexError):
        text = None
    if not isinstance(text, str):
        raise HimmelError("the upsampler's answer is no chat completion")
    return text


class _Staying(urllib.request.HTTPRedirectHandler):
    """The words of a person go where they were sent, and nowhere else."""

    def redirect_request(self, *_: object) -> None:
        return None


# Proxies of the environment are left out: the address that was named is the one that is asked.
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}), _Staying)
