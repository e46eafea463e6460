"""Two `weir controller` processes, one lease: what arrives from whom while leaders are stopped, killed and ended.

WEIR_LEADER_ROUNDS: how often a leader is stopped (default 6). WEIR_LEADER_SEED: what the times are drawn from.
"""
import json
import os
import random
import signal
import subprocess
import threading
import time

import pytest

from conftest import WEIR, Sandbox, wait_until
from controllers_in_turn import Controller, Journal, holder
from real_cluster.cluster import RealCluster, skip_without_packages

LEASE, RENEW, RETRY = 3.0, 2.0, 0.4
FLAGS = ["--leader-elect=true", "--leader-election-lease-duration=3s", "--leader-election-renew-deadline", "2s",
         "--leader-election-retry-period", "400ms", "--leader-election-namespace", "default"]
ROLLOUT = """
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: NAME, namespace: default}
spec:
  replicas: 2
  revisionHistoryLimit: 1
  selector: {matchLabels: {app: NAME}}
  template:
    metadata: {labels: {app: NAME}}
    spec: {containers: [{name: web, image: "reg/app:v0", ports: [{name: http, containerPort: 8081}]}]}
  strategy: {canary: {maxSurge: 1, maxUnavailable: 1, steps: [{setWeight: 50}, {pause: {duration: 1s}}]}}
---
"""
ROLLOUTS = [f"app{number}" for number in range(4)]


class RealWorld(Sandbox):
    """A real control plane with played nodes and load balancers, used as a sandbox is."""

    def __init__(self, folder):
        self.cluster = RealCluster(folder / "real", WEIR, [])
        self.cluster.script("signal", "weir-controller", "KILL")
        self.kubeconfig = self.cluster.kubeconfig
        self.authority = str(self.cluster.folder / "certificates" / "apiserver.crt")

    def state(self):
        return {**json.loads(self.cluster.balancer_state.read_text()), "kubernetes": self.cluster.server}

    def stop(self):
        self.cluster.stop()
        return 0


class Pair:
    """Two controllers on one cluster, and somebody who never stops changing the Rollouts."""

    def __init__(self, folder, world):
        self.folder = folder
        self.sandbox = world
        self.journal = Journal()
        self.controllers = {}
        self.starts = 0
        for name in ("a", "b"):
            self.start(name)
        self.sandbox.apply("".join(ROLLOUT.replace("NAME", name) for name in ROLLOUTS))
        self.isBusy = True
        self.pause = 0.1
        self.changer = threading.Thread(target=self.change, daemon=True)
        self.changer.start()

    def start(self, name):
        self.starts += 1
        folder = self.folder / f"start{self.starts}"
        folder.mkdir()
        self.controllers[name] = Controller(self.sandbox, self.journal, name, folder, *FLAGS)

    def change(self):
        version = 0
        while self.isBusy:
            version += 1
            name = ROLLOUTS[version % len(ROLLOUTS)]
            patch = '{"spec":{"template":{"spec":{"containers":[{"name":"web","image":"reg/app:v%d"}]}}}}' % version
            self.sandbox.kubectl("patch", "rollout", name, "--type=merge", "-p", patch)
            time.sleep(self.pause)

    def leader(self):
        """Who renewed the lease last."""
        renewals = [entry for entry in list(self.journal.entries)
                    if "/leases" in entry[2] and not self.controllers[entry[1]].ended()]
        return renewals[-1][1] if renewals and holder(self.sandbox) else None

    def settled_leader(self):
        """The leader, once it writes."""
        def writing():
            name = self.leader()
            return name if name and self.journal.writes(name, time.monotonic() - 3) else None
        return wait_until(writing, "a leader that writes", 30)

    def other(self, name):
        return "b" if name == "a" else "a"

    def first_write(self, name, since, seconds):
        return wait_until(lambda: self.journal.writes(name, since), f"a write of {name}", seconds)[0][0]

    def stop(self):
        self.isBusy = False
        self.changer.join(timeout=30)
        for controller in self.controllers.values():
            controller.end()
        assert self.sandbox.stop() == 0


@pytest.fixture(scope="module", params=["embedded", "real"])
def pair(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("leader")
    if request.param == "real":
        skip_without_packages()
        world = RealWorld(folder)
    else:
        world = Sandbox(folder, "--no-controllers")
    running = Pair(folder, world)
    yield running
    running.stop()


def test_only_the_leader_writes(pair):
    leader = pair.settled_leader()
    follower = pair.other(leader)
    start = time.monotonic()
    time.sleep(4)
    assert len(pair.journal.writes(leader, start)) > 5
    assert pair.journal.writes(follower, start) == []


def test_a_stopped_leader_writes_nothing_after_its_successor_began(pair):
    rounds = int(os.environ.get("WEIR_LEADER_ROUNDS", "6"))
    draw = random.Random(int(os.environ.get("WEIR_LEADER_SEED", "1")))
    fenced, survived, waits = 0, 0, []
    for number in range(rounds):
        # Busy, so that a write is open when the leader is stopped, and less busy, so that none is.
        pair.pause = (0.1, 2.0)[number % 2]
        old = pair.settled_leader()
        new = pair.other(old)
        time.sleep(draw.uniform(0, 0.8))
        stopped = time.monotonic()
        pair.controllers[old].send(signal.SIGSTOP)
        began = pair.first_write(new, stopped, LEASE + RETRY + 6)
        waits.append(began - stopped)
        time.sleep(draw.uniform(0, 1.5))
        if not pair.controllers[old].ended():
            pair.controllers[old].send(signal.SIGCONT)
        time.sleep(2)
        late = pair.journal.writes(old, began)
        assert late == [], f"round {number}: {old} stopped at {stopped:.3f}, {new} began at {began:.3f}: {late[:5]}"
        if pair.controllers[old].ended():
            # A write was open at the end of its tenure: the kernel has ended the process.
            assert pair.controllers[old].end() == -signal.SIGKILL, pair.controllers[old].text()
            fenced += 1
            pair.start(old)
        else:
            survived += 1
    pair.pause = 0.1
    print(f"\n{rounds} rounds: {fenced} ended by the fence, {survived} went on as followers; "
          f"new leader's first write {min(waits):.2f} to {max(waits):.2f} s after the stop")


def test_sigterm_hands_over_at_once(pair):
    old = pair.settled_leader()
    new = pair.other(old)
    asked = time.monotonic()
    pair.controllers[old].send(signal.SIGTERM)
    taken = wait_until(lambda: [entry for entry in list(pair.journal.entries)
                                if entry[1] == new and "/leases" in entry[2] and entry[0] > asked],
                       "the other to take the lease", 20)[0][0]
    status = pair.controllers[old].process.wait(timeout=20)
    assert status == 0, pair.controllers[old].text()
    assert "lease released" in pair.controllers[old].text()
    began = pair.first_write(new, asked, 10)
    assert pair.journal.writes(old, began) == []
    # Plans in hand end first; then the other looks within a retry period.
    assert taken - asked < LEASE - 0.5, f"taken after {taken - asked:.2f} s"
    print(f"\nSIGTERM: lease taken after {taken - asked:.2f} s, first write after {began - asked:.2f} s")
    pair.controllers[old].end()
    pair.start(old)


def test_a_killed_leader_is_replaced_when_its_lease_has_run_out(pair):
    old = pair.settled_leader()
    new = pair.other(old)
    killed = time.monotonic()
    pair.controllers[old].send(signal.SIGKILL)
    began = pair.first_write(new, killed, LEASE + RETRY + 6)
    # The lease counts from when the other saw the last renewal, at most a retry period after it was made.
    assert 0 < began - killed < LEASE + RETRY + 1.0, f"{began - killed:.2f} s"
    print(f"\nkill -9: first write of the other after {began - killed:.2f} s")
    pair.controllers[old].end()
    pair.start(old)


def test_the_rollouts_end_healthy(pair):
    pair.isBusy = False
    pair.changer.join(timeout=30)
    for name in ROLLOUTS:
        wait_until(lambda: pair.sandbox.get("rollout", name).get("status", {}).get("phase") == "Healthy",
                   f"{name} healthy", 60)
        sets = [item for item in pair.sandbox.get("rs", "-l", f"app={name}")["items"] if item["spec"]["replicas"]]
        assert len(sets) == 1, [item["metadata"]["name"] for item in sets]


@pytest.mark.parametrize("arguments,text", [
    (["--leader-election-lease-duration", "10s"], "shorter than the lease duration"),
    (["--leader-election-lease-duration", "2500ms", "--leader-election-renew-deadline", "2s"], "whole seconds"),
    (["--leader-election-retry-period", "9s"], "1.2 times"),
    (["--leader-election-id", "No Name"], "--leader-election-id"),
    (["--leader-election-namespace", "-"], "--leader-election-namespace"),
    (["--metrics-port", "70000"], "--metrics-port"),
])
def test_arguments_that_do_not_fit_are_refused(arguments, text):
    run = subprocess.run([WEIR, "controller", *arguments], capture_output=True, text=True, timeout=30)
    assert run.returncode == 64, run.stderr
    assert text in run.stderr, run.stderr
