"""Strict, frozen configurations that travel as JSON.

A configuration is a keyword-only frozen dataclass. An unknown or missing key is an error that names
the key, because a silently dropped setting is the costliest kind of typing mistake.
"""

from __future__ import annotations

import dataclasses
import functools
import json
import types
import typing
from collections.abc import Hashable
from typing import Any, Self

from himmel.core.errors import HimmelError
from himmel.core.finite import is_finite, told_number
from himmel.core.plain import parse_json


@dataclasses.dataclass(frozen=True, kw_only=True)
class Config:
    """Base of every configuration.

    >>> @dataclasses.dataclass(frozen=True, kw_only=True)
    ... class Size(Config):
    ...     width: int
    >>> Size.from_json('{"width": 4}')
    Size(width=4)
    """

    def to_dict(self) -> dict[str, Any]:
        """Plain dictionaries, lists, strings and numbers."""
        return typing.cast("dict[str, Any]", _plain(self))

    def to_json(self) -> str:
        """Indented JSON with a stable key order."""
        return json.dumps(self.to_dict(), indent=2, sort_keys=True)

    @classmethod
    def from_dict(cls, values: dict[str, Any], where: str = "") -> Self:
        """Build from plain values. Raises HimmelError naming an unknown, missing or odd key."""
        hints = _hints(typing.cast("Hashable", cls))
        fields = {f.name: f for f in dataclasses.fields(cls)}
        if unknown := sorted(set(values) - set(fields)):
            known = ", ".join(fields)
            name = where or cls.__name__
            raise HimmelError(f"{name}: unknown key {unknown[0]!r}; known keys are {known}")
        missing = [n for n, f in fields.items() if n not in values and _is_required(f)]
        if missing:
            raise HimmelError(f"{where or cls.__name__}: the key {missing[0]!r} is missing")
        return cls(**{k: _build(hints[k], v, f"{cls.__name__}.{k}") for k, v in values.items()})

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what to_json wrote. Raises HimmelError for malformed JSON or keys."""
        try:
            values = parse_json(text)
        except ValueError as error:
            raise HimmelError(f"{cls.__name__}: not valid JSON ({error})") from None
        if not isinstance(values, dict):
            raise HimmelError(f"{cls.__name__}: expected a JSON object")
        return cls.from_dict(values)

    def replace(self, **changes: Any) -> Self:
        """A copy with some fields changed; unknown fields are an error."""
        return dataclasses.replace(self, **changes)


@functools.cache
def _hints(kind: Hashable) -> dict[str, Any]:
    """Types of the fields; reading them anew for every record of a corpus takes minutes."""
    return typing.get_type_hints(kind)


def _is_required(field: dataclasses.Field[Any]) -> bool:
    return field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, (list, tuple)):
        return [_plain(v) for v in value]
    if isinstance(value, dict):
        return {str(k): _plain(v) for k, v in value.items()}
    return value


def _build(kind: Any, value: Any, where: str) -> Any:
    origin, args = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        if value is None and type(None) in args:
            return None
        return _build(next(a for a in args if a is not type(None)), value, where)
    if origin is tuple and isinstance(value, (list, tuple)):
        item = [args[0]] * len(value) if len(args) == 2 and args[1] is ... else list(args)
        if len(item) != len(value):
            raise HimmelError(f"{where}: expected {len(item)} values, got {len(value)}")
        return tuple(_build(k, v, where) for k, v in zip(item, value, strict=True))
    if isinstance(kind, type) and issubclass(kind, Config) and isinstance(value, dict):
        return kind.from_dict(value, where)
    return _check_scalar(origin or kind, value, where)


def _as_float(value: int, where: str) -> float:
    if not is_finite(value):
        raise HimmelError(f"{where}: {told_number(value)} is too large; write a smaller one")
    return float(value)


def _check_scalar(kind: Any, value: Any, where: str) -> Any:
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return _as_float(value, where)
    if kind is int and isinstance(value, bool):
        raise HimmelError(f"{where}: expected int, got bool")
    if isinstance(kind, type) and not isinstance(value, kind):
        raise HimmelError(f"{where}: expected {kind.__name__}, got {type(value).__name__}")
    return value
