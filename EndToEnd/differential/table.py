"""What a case of the table is made of: named sequences of requests, as data."""
import importlib
import pathlib
from dataclasses import dataclass, field
from typing import Any

CASES = pathlib.Path(__file__).resolve().parent / "cases"


@dataclass(frozen=True)
class Step:
    """One request. `{ns}`, `{id}` and captured names are filled in within `path`, `query` values, `headers` and `body`."""

    method: str
    path: str
    body: Any = None  # a value is sent as JSON; bytes and text as they are
    query: dict = field(default_factory=dict)  # a list stands for a parameter that comes several times
    headers: dict = field(default_factory=dict)
    capture: dict = field(default_factory=dict)  # name -> path in the answer, such as `metadata.resourceVersion`
    name: str = ""  # its number in the case when empty
    patience: float = 0  # seconds to ask again for while the status is `past`, for what takes effect later
    past: int = 404
    writes: tuple = ()  # of a watch: the steps that are done while it is open
    events: int = 0  # of a watch: how many events are waited for
    ends: bool = False  # of a watch: whether the server is to end it, which is waited for


@dataclass(frozen=True)
class Case:
    """Steps in order, in a namespace of their own that is called `{ns}`."""

    name: str
    steps: tuple
    area: str = ""
    namespaced: bool = True  # whether `{ns}` is made before the first step


def case(name, *steps, namespaced=True):
    return Case(name, tuple(steps), namespaced=namespaced)


def get(path, **options):
    return Step("GET", path, **options)


def post(path, body=None, **options):
    return Step("POST", path, body, **options)


def put(path, body=None, **options):
    return Step("PUT", path, body, **options)


def delete(path, body=None, **options):
    return Step("DELETE", path, body, **options)


PATCHES = {
    "json": "application/json-patch+json",
    "merge": "application/merge-patch+json",
    "strategic": "application/strategic-merge-patch+json",
    "apply": "application/apply-patch+yaml",
}


def patch(path, body, kind="merge", headers=None, **options):
    """A patch; `kind` is a key of PATCHES."""
    return Step("PATCH", path, body, headers={"Content-Type": PATCHES[kind], **(headers or {})}, **options)


def watch(path, *writes, events, query=None, **options):
    """Opens a watch, does the writes, and reads `events` events and whatever comes shortly after them.

    With `ends=True` it is read until the server ends it.
    """
    return Step("GET", path, query={"watch": "true", **(query or {})}, writes=tuple(writes), events=events, **options)


def load():
    """All cases of all files in `cases/`, by file name and then as written."""
    found = []
    for path in sorted(CASES.glob("*.py")):
        if path.stem == "__init__":
            continue
        module = importlib.import_module(f"differential.cases.{path.stem}")
        for one in module.CASES:
            found.append(Case(one.name, one.steps, path.stem, one.namespaced))
    names = [one.name for one in found]
    doubled = sorted({name for name in names if names.count(name) > 1})
    if doubled:
        raise ValueError(f"these cases exist twice: {', '.join(doubled)}")
    return found


def requests_in(cases):
    """How many requests the cases send to each server."""
    def count(steps):
        return sum(1 + count(step.writes) for step in steps)
    return sum(count(one.steps) for one in cases)
