"""Frozen dataclasses to plain JSON values and back, driven by their type hints."""

from __future__ import annotations

import types
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

Record = TypeVar("Record")
Convert = Callable[[Any], Any]


def to_json(record: Any) -> dict[str, Any]:
    """The record as a dict of JSON values; a field that has its default is left out.

    Leaving defaults out keeps thousands of links small in Redis, and lets a newer node add a field
    that an older centre does not know.
    """
    kind: Any = type(record)
    result = {}
    for name, default, encode in _encoders(kind):
        value = getattr(record, name)
        if value != default:
            result[name] = value if encode is None else encode(value)
    return result


def from_json(kind: type[Record], data: dict[str, Any]) -> Record:
    """The record of that dataclass; unknown keys are passed over, missing ones get their default.

    Raises TypeError when a field without default is missing, ValueError when an enum value is unknown.
    """
    dataclass: Any = kind
    decoders = _decoders(dataclass)
    values = {}
    for name, value in data.items():
        if name in decoders:
            decode = decoders[name]
            values[name] = value if decode is None else decode(value)
    return kind(**values)


@cache
def _encoders(kind: Any) -> tuple[tuple[str, Any, Convert | None], ...]:
    hints = get_type_hints(kind)
    return tuple(
        (field.name, field.default, _encoder(hints[field.name])) for field in fields(kind) if field.init
    )


def _encoder(hint: Any) -> Convert | None:
    """None where the value already is a JSON value."""
    hint, optional = _without_none(hint)
    encode = _plain_encoder(hint)
    if encode is None or not optional:
        return encode
    return lambda value: None if value is None else encode(value)


def _plain_encoder(hint: Any) -> Convert | None:
    if is_dataclass(hint):
        return to_json
    if isinstance(hint, type) and issubclass(hint, Enum):
        return lambda value: value.value
    if get_origin(hint) is tuple:
        return _sequence(list, [_encoder(element) for element in _elements(hint)])
    if get_origin(hint) is dict:
        return _mapping(_encoder(get_args(hint)[1]))
    return None


@cache
def _decoders(kind: Any) -> dict[str, Convert | None]:
    hints = get_type_hints(kind)
    return {field.name: _decoder(hints[field.name]) for field in fields(kind) if field.init}


def _decoder(hint: Any) -> Convert | None:
    hint, optional = _without_none(hint)
    decode = _plain_decoder(hint)
    if decode is None or not optional:
        return decode
    return lambda value: None if value is None else decode(value)


def _plain_decoder(hint: Any) -> Convert | None:
    if is_dataclass(hint):
        kind: Any = hint
        return lambda value: from_json(kind, value)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint
    if get_origin(hint) is tuple:
        return _sequence(tuple, [_decoder(element) for element in _elements(hint)])
    if get_origin(hint) is dict:
        return _mapping(_decoder(get_args(hint)[1]))
    return None


def _elements(hint: Any) -> list[Any]:
    """`tuple[X, ...]` has one type for every element, `tuple[X, Y]` one for each."""
    return [element for element in get_args(hint) if element is not Ellipsis]


def _sequence(make: Callable[[Any], Any], elements: list[Convert | None]) -> Convert:
    if all(convert is None for convert in elements):
        return make
    each = [convert or _unchanged for convert in elements]
    if len(each) == 1:
        return lambda values: make(map(each[0], values))
    return lambda values: make(convert(value) for convert, value in zip(each, values, strict=True))


def _unchanged(value: Any) -> Any:
    return value


def _mapping(convert: Convert | None) -> Convert:
    if convert is None:
        return dict
    return lambda values: {key: convert(value) for key, value in values.items()}


def _without_none(hint: Any) -> tuple[Any, bool]:
    if get_origin(hint) in (Union, types.UnionType):
        rest = [argument for argument in get_args(hint) if argument is not type(None)]
        if len(rest) == 1:
            return rest[0], True
    return hint, False
