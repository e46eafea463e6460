"""Compares the answers of two servers, and knows which differences are accepted."""
import fnmatch
import json
import pathlib
from dataclasses import dataclass, field

import yaml

from differential.client import Run
from differential.normalise import Normaliser

DIFFERENCES = pathlib.Path(__file__).resolve().parent / "differences"
ABSENT = "(absent)"
EVERYWHERE = "everywhere"  # the file whose entries hold for all areas


@dataclass(frozen=True)
class Difference:
    case: str
    step: str
    path: str  # `status`, `headers.Warning`, `body.metadata.name`, `events.2.type`
    weir: object
    real: object

    def __str__(self):
        return f"  step {self.step}: {self.path}\n      weir: {shown(self.weir)}\n      real: {shown(self.real)}"


@dataclass
class Accepted:
    """An entry of a file in `differences/`: patterns, as of file names, and why the difference stays."""

    area: str
    case: str
    step: str
    path: str
    reason: str
    weir: str = "*"
    real: str = "*"
    used: bool = field(default=False, compare=False)

    def covers(self, area, difference):
        pairs = [(difference.case, self.case), (difference.step, self.step), (difference.path, self.path),
                 (shown(difference.weir), self.weir), (shown(difference.real), self.real)]
        return self.area in (area, EVERYWHERE) and all(fnmatch.fnmatchcase(value, pattern) for value, pattern in pairs)

    def __str__(self):
        return f"{self.area}.yaml: case {self.case}, step {self.step}, path {self.path}"


def shown(value):
    return value if value is ABSENT else json.dumps(value, sort_keys=True)


def answers(case, server):
    """The normalised answers of a server, `(step, answer)`."""
    run = Run(case, server)
    found = run.answers()
    normaliser = Normaliser(run.variables)
    return [(step, normaliser.answer(answer, run.prefixes)) for step, answer in found]


def differences(case, weir, real):
    """What differs between two lists of `(step, answer)`."""
    found = []
    for index in range(max(len(weir), len(real))):
        step = (weir[index] if index < len(weir) else real[index])[0]
        ours = weir[index][1] if index < len(weir) else {}
        theirs = real[index][1] if index < len(real) else {}
        found += [Difference(case.name, step, ".".join(path), one, other)
                  for path, one, other in answers_that_differ(ours, theirs)]
    return found


def answers_that_differ(ours, theirs):
    """Where two answers say different things altogether, their bodies are not taken apart."""
    kinds = [one["body"].get("kind") if isinstance(one.get("body"), dict) else None for one in (ours, theirs)]
    if ours.get("status") == theirs.get("status") and kinds[0] == kinds[1]:
        yield from values_that_differ(ours, theirs, ())
        return
    for key in ("status", "body"):
        if ours.get(key, ABSENT) != theirs.get(key, ABSENT):
            yield (key,), ours.get(key, ABSENT), theirs.get(key, ABSENT)


def values_that_differ(one, other, path):
    if isinstance(one, dict) and isinstance(other, dict):
        for key in sorted(set(one) | set(other)):
            yield from values_that_differ(one.get(key, ABSENT), other.get(key, ABSENT), (*path, key))
    elif isinstance(one, list) and isinstance(other, list):
        for index in range(max(len(one), len(other))):
            yield from values_that_differ(
                one[index] if index < len(one) else ABSENT, other[index] if index < len(other) else ABSENT,
                (*path, str(index)))
    elif one is ABSENT or other is ABSENT or one != other or type(one) is not type(other):
        yield path, one, other


def load_accepted():
    found = []
    for path in sorted(DIFFERENCES.glob("*.yaml")):
        for entry in yaml.safe_load(path.read_text()) or []:
            if not str(entry.get("reason", "")).strip():
                raise ValueError(f"{path.name}: {entry} gives no reason")
            found.append(Accepted(
                path.stem, entry["case"], str(entry.get("step", "*")), entry["path"], entry["reason"],
                str(entry.get("weir", "*")), str(entry.get("real", "*"))))
    return found


def unaccepted(case, found, accepted):
    """The differences that no entry covers; marks the entries that are used."""
    rest = []
    for difference in found:
        covering = [entry for entry in accepted if entry.covers(case.area, difference)]
        for entry in covering:
            entry.used = True
        if not covering:
            rest.append(difference)
    return rest
