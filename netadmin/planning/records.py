"""Frozen dataclasses to plain JSON values and back, strictly: what does not fit its type hint is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, Field, fields, is_dataclass
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

Json = Any
T = TypeVar("T")
Decode = Callable[[Json], Any]


class RecordError(ValueError):
    """A value does not have the shape that its type promises; says where in it."""

    def __init__(self, what: str, place: str = "") -> None:
        super().__init__(f"{place}: {what}" if place else what)
        self._what, self._place = what, place

    def within(self, outer: str) -> RecordError:
        """The same, as somebody says it who sees more of the value."""
        return RecordError(self._what, outer + self._place)


def encode(value: object, *, defaults: bool = True) -> Json:
    """Dataclasses become objects, tuples arrays, enums their value; the rest is JSON already.

    defaults: whether a field that has its default is written. Without, thousands of links stay small.
    """
    kind: Any = type(value)
    if kind in (str, int, bool, NoneType, float):
        return value
    if is_dataclass(kind):
        return {
            field.name: encode(found, defaults=defaults)
            for field in _fields(kind)  # type: ignore[arg-type]  # a class is hashable
            if (found := getattr(value, field.name)) != field.default or defaults
        }
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple | list):
        return [encode(item, defaults=defaults) for item in value]
    if isinstance(value, dict):
        return {key: encode(item, defaults=defaults) for key, item in value.items()}
    return value


def decode(type_: type[T], data: Json) -> T:
    """The value of `type_` that `data` describes. Raises RecordError naming the place that does not fit.

    Fields this version does not know are ignored and missing ones get their default, so that a node and a centre
    of different versions understand each other.
    """
    hint: Any = type_
    try:
        return _decoder(hint)(data)  # type: ignore[no-any-return]
    except RecordError as error:
        raise error.within(type_.__name__) from None


@cache
def _fields(kind: Any) -> tuple[Field[Any], ...]:
    return tuple(field for field in fields(kind) if field.init)


@cache
def _decoder(hint: Any) -> Decode:
    origin, arguments = get_origin(hint), get_args(hint)
    if hint is Any:
        return lambda data: data
    if is_dataclass(hint):
        return _dataclass_decoder(hint)
    if origin in (Union, UnionType):
        (kind,) = (argument for argument in arguments if argument is not NoneType)
        decode_kind = _decoder(kind)
        return lambda data: None if data is None else decode_kind(data)
    if origin is tuple:
        return _tuple_decoder(arguments)
    if origin is dict:
        return _dict_decoder(_decoder(arguments[1]))
    return _enum_decoder(hint) if issubclass(hint, Enum) else _plain_decoder(hint)


def _dataclass_decoder(kind: Any) -> Decode:
    hints = get_type_hints(kind)
    decoders = {field.name: _decoder(hints[field.name]) for field in _fields(kind)}
    required = {
        field.name for field in _fields(kind) if field.default is MISSING and field.default_factory is MISSING
    }

    def decode_dataclass(data: Json) -> Any:
        _check(dict, data, "an object")
        if missing := required - data.keys():
            raise RecordError(f"{', '.join(sorted(missing))} is missing")
        return kind(**_each(decoders, data, ".{}"))

    return decode_dataclass


def _tuple_decoder(arguments: tuple[Any, ...]) -> Decode:
    """`tuple[X, ...]` has one type for every item, `tuple[X, Y]` one for each."""
    repeated = len(arguments) == 2 and arguments[1] is Ellipsis
    items = [_decoder(argument) for argument in arguments if argument is not Ellipsis]

    def decode_tuple(data: Json) -> tuple[Any, ...]:
        _check((list, tuple), data, "an array")
        each = items * len(data) if repeated else items
        if len(each) != len(data):
            raise RecordError(f"{len(each)} items are wanted, not {len(data)}")
        return tuple(_each(dict(enumerate(each)), dict(enumerate(data)), "[{}]").values())

    return decode_tuple


def _dict_decoder(decode_item: Decode) -> Decode:
    def decode_dict(data: Json) -> dict[str, Any]:
        _check(dict, data, "an object")
        return _each(dict.fromkeys(data, decode_item), data, ".{}")

    return decode_dict


def _enum_decoder(kind: Any) -> Decode:
    def decode_enum(data: Json) -> Any:
        try:
            return kind(data)
        except ValueError:
            raise RecordError(f"{data!r:.60} is not one of {', '.join(map(str, kind))}") from None

    return decode_enum


def _plain_decoder(kind: Any) -> Decode:
    def decode_plain(data: Json) -> Any:
        if type(data) is kind:
            return data
        if kind is float and type(data) is int:
            return float(data)
        raise RecordError(f"{kind.__name__} is wanted, not {data!r:.60}")

    return decode_plain


def _each(decoders: dict[Any, Decode], data: dict[Any, Json], place: str) -> dict[Any, Any]:
    """Every item of `data` that a decoder is known for, decoded; `place`: how an item is pointed at."""
    values = {}
    for key, item in data.items():
        if key in decoders:
            try:
                values[key] = decoders[key](item)
            except RecordError as error:
                raise error.within(place.format(key)) from None
    return values


def _check(kind: Any, data: Json, wanted: str) -> None:
    if not isinstance(data, kind):
        raise RecordError(f"{wanted} is wanted, not {data!r:.60}")
