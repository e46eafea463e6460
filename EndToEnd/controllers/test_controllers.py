"""The built-in controllers of the embedded cluster against the real kube-controller-manager."""
import concurrent.futures
import difflib
import json
import os
import pathlib
import time
import traceback

import pytest
import yaml

from controllers import on_budgets, on_collection, on_deployments, on_endpoints, on_jobs  # noqa: F401
from controllers import on_namespaces, on_replicasets  # noqa: F401
from controllers import servers
from controllers.scenarios import SCENARIOS

DIFFERENCES = pathlib.Path(__file__).resolve().parent / "differences.yaml"
#: Scenarios under way at once. They mostly wait; more would only make the servers slow.
WORKERS = int(os.environ.get("SCENARIO_WORKERS", "8"))


def record(cluster, name, space):
    """What a scenario notes on one server; the reason instead when it could not be played to its end."""
    notes = {}
    try:
        cluster.create("Namespace", None, {"metadata": {"name": space}})
        SCENARIOS[name](cluster, space, lambda title, value: notes.update({title: value}))
    except Exception:  # whatever it is: this scenario has failed, the others go on
        notes["did not end"] = traceback.format_exc(limit=-3)
    return notes


@pytest.fixture(scope="module")
def recordings(request, tmp_path_factory):
    """What every selected scenario noted, by scenario and server: all of them are played at the same time."""
    folder = tmp_path_factory.mktemp("controllers")
    parts = []
    try:
        try:
            real = servers.Real(folder)
        except servers.Unavailable as reason:
            pytest.skip(f"no real control plane: {reason}")
        parts.append(real)
        embedded = servers.Embedded(folder)
        parts.append(embedded)
        parts.append(servers.Nodes([real.cluster, embedded.cluster]))
        wanted = [item.callspec.params["name"] for item in request.session.items
                  if "recordings" in getattr(item, "fixturenames", ()) and hasattr(item, "callspec")]
        stamp = f"{os.getpid()}-{int(time.time())}"
        found = {}
        with concurrent.futures.ThreadPoolExecutor(2 * WORKERS) as pool:
            for number, name in enumerate(wanted):
                for cluster in [real.cluster, embedded.cluster]:
                    found[name, cluster.name] = pool.submit(record, cluster, name, f"s{number}-{stamp}")
        yield {key: future.result() for key, future in found.items()}
    finally:
        for part in reversed(parts):
            part.stop()


def text(notes):
    return json.dumps(notes, indent=1, sort_keys=True).splitlines()


def accepted(name):
    """The notes of a scenario that may differ, with what each server is known to say."""
    listed = yaml.safe_load(DIFFERENCES.read_text()) or []
    return {entry["note"]: entry for entry in listed if entry["scenario"] == name}


@pytest.mark.parametrize("name", sorted(SCENARIOS))
def test_same_outcome(name, recordings):
    real, embedded = dict(recordings[name, "real"]), dict(recordings[name, "embedded"])
    assert "did not end" not in real, f"on the real control plane:\n{real['did not end']}"
    assert "did not end" not in embedded, f"on the embedded one:\n{embedded['did not end']}"
    assert real, "the scenario notes nothing"
    for note, entry in accepted(name).items():
        known = {"real": entry["real"], "embedded": entry["embedded"]}
        found = {"real": real.pop(note), "embedded": embedded.pop(note)}
        assert found == known, f"the accepted difference of '{note}' is another one now"
    difference = list(difflib.unified_diff(text(real), text(embedded), "real", "embedded", lineterm=""))
    assert not difference, "\n".join(difference)


def test_every_accepted_difference_is_one_and_has_a_reason():
    for entry in yaml.safe_load(DIFFERENCES.read_text()) or []:
        assert entry["scenario"] in SCENARIOS and entry["reason"], entry
        assert entry["real"] != entry["embedded"], f"this is no difference: {entry}"
