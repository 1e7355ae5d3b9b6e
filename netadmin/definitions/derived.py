"""A property that is worked out once per instance."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload

Value = TypeVar("Value")


class derived(Generic[Value]):  # noqa: N801 - reads as the decorator it is, like property
    """`functools.cached_property` without the lock that Python 3.11 takes each time a value is worked out,
    which costs more than most of the values do. Two threads may both work a value out; it is the same."""

    def __init__(self, work_out: Callable[[Any], Value]) -> None:
        self._work_out = work_out
        self.__doc__ = work_out.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, instance: None, owner: type) -> "derived[Value]": ...
    @overload
    def __get__(self, instance: object, owner: type) -> Value: ...
    def __get__(self, instance: object, owner: type) -> "derived[Value] | Value":
        if instance is None:
            return self
        value = self._work_out(instance)
        instance.__dict__[self._name] = value  # found there from now on: this descriptor has no __set__
        return value
