"""Frozen dataclasses to JSON and back, strictly: what does not fit its declared type is refused."""

from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

Json = Any
T = TypeVar("T")


class WireError(ValueError):
    """A message does not have the shape its type promises."""


def encode(value: object) -> Json:
    """Dataclasses become objects, tuples become arrays, enums their value; the rest is JSON already."""
    if is_dataclass(value):
        return {field.name: encode(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple | list):
        return [encode(item) for item in value]
    if isinstance(value, dict):
        return {key: encode(item) for key, item in value.items()}
    return value


def decode(type_: type[T], data: Json) -> T:
    """The value of `type_` that `data` describes; raises WireError naming the place that does not fit.

    Fields this version does not know are ignored, so that an older node can read a newer centre's message.
    """
    return _decode(type_, data, type_.__name__)  # type: ignore[no-any-return]


def _decode(type_: Any, data: Json, place: str) -> Any:
    if type_ is Any:
        return data
    if is_dataclass(type_):
        return _decode_dataclass(type_, data, place)
    origin = get_origin(type_)
    if origin in (Union, UnionType):
        return _decode_union(get_args(type_), data, place)
    if origin is tuple:
        return _decode_tuple(get_args(type_), data, place)
    if origin is dict:
        return _decode_dict(get_args(type_)[1], data, place)
    return _decode_plain(type_, data, place)


def _decode_dataclass(type_: Any, data: Json, place: str) -> Any:
    if not isinstance(data, dict):
        raise WireError(f"{place}: an object is wanted, not {data!r:.60}")
    values = {}
    for name, (hint, required) in _shape(type_).items():
        if name in data:
            values[name] = _decode(hint, data[name], f"{place}.{name}")
        elif required:
            raise WireError(f"{place}.{name} is missing")
    return type_(**values)


@cache
def _shape(type_: Any) -> dict[str, tuple[Any, bool]]:
    hints = get_type_hints(type_)
    return {
        field.name: (hints[field.name], field.default is MISSING and field.default_factory is MISSING)
        for field in fields(type_)
    }


def _decode_union(choices: tuple[Any, ...], data: Json, place: str) -> Any:
    if data is None and NoneType in choices:
        return None
    (choice,) = (choice for choice in choices if choice is not NoneType)
    return _decode(choice, data, place)


def _decode_tuple(items: tuple[Any, ...], data: Json, place: str) -> tuple[Any, ...]:
    if not isinstance(data, list | tuple):
        raise WireError(f"{place}: an array is wanted, not {data!r:.60}")
    if len(items) == 2 and items[1] is Ellipsis:
        return tuple(_decode(items[0], item, f"{place}[{at}]") for at, item in enumerate(data))
    if len(items) != len(data):
        raise WireError(f"{place}: {len(items)} items are wanted, not {len(data)}")
    return tuple(_decode(hint, item, place) for hint, item in zip(items, data, strict=True))


def _decode_dict(hint: Any, data: Json, place: str) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise WireError(f"{place}: an object is wanted, not {data!r:.60}")
    return {str(key): _decode(hint, item, f"{place}.{key}") for key, item in data.items()}


def _decode_plain(type_: Any, data: Json, place: str) -> Any:
    if issubclass(type_, Enum):
        try:
            return type_(data)
        except ValueError:
            raise WireError(f"{place}: {data!r:.60} is not one of {', '.join(map(str, type_))}") from None
    if type_ is float and type(data) is int:
        return float(data)
    if type(data) is not type_:
        raise WireError(f"{place}: {type_.__name__} is wanted, not {data!r:.60}")
    return data
