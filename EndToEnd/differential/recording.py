"""Writes what the real server says to requests into files that `swift test` replays without it.

Only codes and the messages of refusals are kept, and only of cases that need nothing from earlier answers: they are
compared as they are. What differs, accepted or not, is left out.
"""
import json
import pathlib

from differential import compare
from differential.client import Run, Server, VERSIONS
from differential.normalise import Normaliser

FOLDER = pathlib.Path(__file__).resolve().parent.parent.parent / "Tests/APIServerTests/Golden"
NAMESPACE, ID = "recorded", "recorded0"
BODY_MAX = 20_000


class Recorder(Server):
    """Keeps the requests instead of sending them."""

    def __init__(self):
        super().__init__("http://127.0.0.1:0")
        self.versions = {name: wanted[0] for name, wanted in VERSIONS.items()}
        self.requests = []

    def send(self, method, target, body=None, headers=None):
        self.requests.append((method, target, body, headers))


def is_fit(case):
    """Whether a case is a plain sequence of requests."""
    return all(
        not step.capture and not step.writes and not step.events and "yaml" not in str(step.headers)
        for step in case.steps)


def recorded(case, weir, real):
    """The case with the real server's answers, as far as Weir's agree; `None` where the case is not fit."""
    if not is_fit(case):
        return None
    requests = requests_of(case)
    if any(len(body or b"") > BODY_MAX or not is_text(body or b"") for _, _, body, _ in requests):
        return None
    run = Run(case, real)
    raw, normaliser = run.answers(), Normaliser(run.variables)
    theirs = [(step, normaliser.answer(answer, run.prefixes)) for step, answer in raw]
    different = {difference.step: set() for difference in compare.differences(case, weir, theirs)}
    for difference in compare.differences(case, weir, theirs):
        different[difference.step].add(difference.path.split(".")[0])
    steps = []
    for (step, answer), (method, target, body, headers) in zip(raw, requests):
        entry = {"name": step, "method": method, "target": target}
        if headers:
            entry["headers"] = headers
        if body is not None:
            entry["body"] = body.decode()
        parts = different.get(step, set())
        if "status" not in parts:
            entry["code"] = answer["status"]
        message = said(answer, run.variables)
        if message is not None and not parts & {"status", "body"}:
            entry["message"] = message
        steps.append(entry)
    return {"name": case.name, "hasNamespace": case.namespaced, "steps": steps}


def requests_of(case):
    recorder = Recorder()
    run = Run(case, recorder)
    run.variables.update(ns=NAMESPACE, id=ID)
    for step in case.steps:
        run.open(step)
    return recorder.requests


def is_text(body):
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


def said(answer, variables):
    """The message of a refusal with the recording's names; `None` where it has words of one run only."""
    body = answer["body"]
    if not isinstance(body, dict) or body.get("kind") != "Status" or answer["status"] < 400:
        return None
    message = body.get("message", "").replace(variables["ns"], NAMESPACE).replace(variables["id"], ID)
    changing = Normaliser({**variables, "ns": "\0", "id": "\1"})
    kept = [name for name in ("UID", "SERVED") if name in changing.text(message)]
    return None if kept else message


def write(cases, weir, real):
    """Writes the files of all areas; returns how many requests they hold."""
    FOLDER.mkdir(exist_ok=True)
    areas, count = {}, 0
    for case in cases:
        entry = recorded(case, compare.answers(case, weir), real)
        if entry:
            areas.setdefault(case.area, []).append(entry)
            count += len(entry["steps"])
    for area, entries in areas.items():
        lines = ",\n".join(json.dumps(entry, ensure_ascii=False, sort_keys=True) for entry in entries)
        (FOLDER / f"{area}.json").write_text(f"[\n{lines}\n]\n")
    return count
