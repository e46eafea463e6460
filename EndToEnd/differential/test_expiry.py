"""Versions and continuations that a server no longer knows, because it was restarted and what it kept was compacted."""
import json
import os
import subprocess
import tempfile
import urllib.request
from pathlib import Path

import pytest

from differential import compare, servers
from differential.client import Run, Server
from differential.normalise import Normaliser
from differential.objects import config_map
from differential.table import case, get, patch, post, watch

MAPS = "/api/v1/namespaces/{ns}/configmaps"
OLD = {"resourceVersion": "{old}"}
# A real server reads these lists from a cache without order.
ONE = {"fieldSelector": "metadata.name=a"}
TABLE = {"Accept": "application/json;as=Table;v=v1;g=meta.k8s.io"}

BEFORE = case(
    "expiry", post(MAPS, config_map("a"), capture={"old": "metadata.resourceVersion"}), post(MAPS, config_map("b")),
    post(MAPS, config_map("c")),
    get(MAPS, query={"limit": "1"}, capture={"token": "metadata.continue"}),
    patch(f"{MAPS}/a", {"data": {"a": "b"}}), post(MAPS, config_map("d")))
# What is written after the restart, so that each server knows something that is newer.
BETWEEN = (patch(f"{MAPS}/b", {"data": {"a": "b"}}), get(MAPS, capture={"now": "metadata.resourceVersion"}))
AFTER = (
    watch(MAPS, events=1, ends=True, query={**OLD, "timeoutSeconds": "5"}, name="watch"),
    watch(MAPS, events=1, ends=True, query={**OLD, "timeoutSeconds": "5"}, headers=TABLE, name="watch-of-tables"),
    watch(MAPS, events=1, ends=True, query={**OLD, "allowWatchBookmarks": "true", "timeoutSeconds": "5"},
          name="watch-with-bookmarks"),
    watch("/api/v1/configmaps", events=1, ends=True, query={**OLD, "timeoutSeconds": "5"}, name="watch-of-all"),
    watch(MAPS, patch(f"{MAPS}/c", {"data": {"a": "b"}}), events=1, query={"resourceVersion": "{now}"},
          name="watch-from-now"),
    get(MAPS, query={"resourceVersion": "{old}", "resourceVersionMatch": "Exact"}, name="list-exactly"),
    get(MAPS, query={**OLD, "resourceVersionMatch": "NotOlderThan", **ONE}, name="list-not-older"),
    get(MAPS, query={**OLD, **ONE}, name="list-from-then"),
    get(MAPS, query={"limit": "1", "continue": "{token}"}, name="continue",
        capture={"rest": "metadata.continue"}),
    get(MAPS, query={"limit": "2", "continue": "{rest}"}, name="continue-inconsistently"),
    get(f"{MAPS}/a", query=OLD, name="get"),
)


def compact(etcd):
    """Forgets all revisions but the last."""
    def call(path, body):
        request = urllib.request.Request(f"{etcd}{path}", json.dumps(body).encode())
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.load(answer)
    revision = call("/v3/kv/range", {"key": "AA=="})["header"]["revision"]
    call("/v3/kv/compaction", {"revision": revision, "physical": True})


def fill(server, folder):
    """Writes so much that the journal is replaced by a snapshot, before which no change is known after a restart."""
    def send(method, path, body, kind="application/json"):
        connection, answer = server.send(method, path, json.dumps(body), {"Content-Type": kind})
        answer.read()
        connection.close()
        assert answer.status < 300
    maps = "/api/v1/namespaces/default/configmaps"
    kept = os.path.join(folder, "cluster")
    first = {name for name in os.listdir(kept) if name.startswith("snapshot")}
    assert first, "there is no first snapshot"
    send("POST", maps, {"metadata": {"name": "filler"}})
    for number in range(200):
        text = str(number) * (900_000 // len(str(number)))
        send("PATCH", f"{maps}/filler", {"data": {"text": text}}, "application/merge-patch+json")
        if first.isdisjoint(os.listdir(kept)):
            return
    raise AssertionError(f"no other snapshot was made: {os.listdir(kept)}")


def answers_of_weir():
    with tempfile.TemporaryDirectory(prefix="weir-expiry-") as folder:
        with servers.weir("--data-dir", folder) as server:
            run = Run(BEFORE, server)
            found = run.answers()
            fill(server, folder)
        with servers.weir("--data-dir", folder) as server:
            run.server = server
            return normalised(run, found + run.run(BETWEEN, "between-") + run.run(AFTER, "after-"))


def answers_of_real():
    with servers.real_kubeconfig() as path:
        run = Run(BEFORE, Server.of_kubeconfig(path))
        found = run.answers()
        folder = Path(path).parent
        state = json.loads((folder / "cluster.json").read_text())
        subprocess.run([servers.ROOT / "scripts/real-cluster", "restart", folder, "kube-apiserver"], check=True)
        found += run.run(BETWEEN, "between-")
        compact(state["processes"]["etcd"]["place"])
        return normalised(run, found + run.run(AFTER, "after-"))


def normalised(run, found):
    normaliser = Normaliser(run.variables)
    return [(step, normaliser.answer(answer, run.prefixes)) for step, answer in found]


def test_what_is_no_longer_known_is_expired_on_both():
    try:
        real = answers_of_real()
    except servers.Unavailable as reason:
        pytest.skip(f"no real control plane: {reason}")
    found = compare.differences(BEFORE, answers_of_weir(), real)
    assert not found, "\n".join(map(str, found))
    known = dict(real)
    assert known["watch"]["events"][0]["object"]["code"] == 410
    assert known["continue"]["status"] == 410
