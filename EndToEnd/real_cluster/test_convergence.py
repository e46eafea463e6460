"""Many updates in a row while the controller is killed at random moments and the API server is restarted.

WEIR_UPDATES (default 50) says how many; WEIR_SEED repeats the moments of an earlier run, as far as timing can repeat.
"""
import os
import pathlib
import random
import threading
import time

from load import Load
from waiting import wait_until

HERE = pathlib.Path(__file__).resolve().parent
START_OPTIONS = ["--propagation-delay=500ms", "--settle-seconds=0.75"]
UPDATES = int(os.environ.get("WEIR_UPDATES", "50"))
SEED = int(os.environ.get("WEIR_SEED", "0")) or random.SystemRandom().randrange(1, 1_000_000)
SECONDS_PER_UPDATE = 90
# One restart of the API server in so many updates.
UPDATES_PER_RESTART = 3


class Killer(threading.Thread):
    """Kills the controller with -9 and starts it again, at random moments, until told to stop."""

    def __init__(self, cluster, draws):
        super().__init__()
        self.cluster, self.draws = cluster, draws
        self.stopping = threading.Event()
        self.kills = 0
        self.problem = None

    def run(self):
        try:
            while not self.stopping.wait(self.draws.uniform(0.5, 9)):
                self.cluster.script("restart", "weir-controller")
                self.kills += 1
        except AssertionError as error:
            self.problem = error


def test_every_update_converges(cluster):
    print(f"seed {SEED}, {UPDATES} updates")
    cluster.kubectl("apply", "-f", str(HERE / "convergence.yaml"))
    wait_until(lambda: cluster.is_settled("basket"), "the first version Healthy", 90)
    address = cluster.listener()
    with Load(address, rate=10, workers=2) as warm:
        # Every node of the load balancer has to know the first version before requests count.
        wait_until(lambda: warm.total >= 10 and not recent_failures(warm), "a load balancer that answers", 40)
    draws = random.Random(SEED)
    killer = Killer(cluster, random.Random(SEED + 1))
    durations, restarts = [], 0
    started = time.monotonic()
    with Load(address, rate=40, seconds=UPDATES * SECONDS_PER_UPDATE) as load:
        killer.start()
        try:
            for number in range(1, UPDATES + 1):
                begun = time.monotonic()
                set_image(cluster, number)
                if number % UPDATES_PER_RESTART == UPDATES_PER_RESTART // 2:
                    time.sleep(draws.uniform(0, 4))
                    cluster.script("restart", "kube-apiserver")
                    restarts += 1
                converge(cluster, number, load)
                durations.append(time.monotonic() - begun)
        finally:
            killer.stopping.set()
            killer.join()
    seconds = time.monotonic() - started
    print(f"{UPDATES} updates in {seconds:.0f} s (slowest {max(durations):.1f} s), controller killed {killer.kills} times, "
          f"API server {restarts} times; {load.total} requests: {dict(load.outcomes)}")
    assert killer.problem is None, killer.problem
    assert killer.kills >= UPDATES // 4
    assert load.total >= seconds * 40 * 0.5
    assert set(load.outcomes) == {200}, f"{load.failures}\n{cluster.logs()}"
    # Nearly every version has been seen by somebody: the load balancer did move.
    assert len(load.images) >= UPDATES
    image = f"example.com/basket:{UPDATES}"
    problems = []
    wait_until(lambda: not problems_now(cluster, image, problems), f"a stable state after seed {SEED}: {problems}", 60)


def recent_failures(load):
    """Forgets what has been counted once; true when that included a failure."""
    with load.lock:
        bad = [outcome for outcome in load.outcomes if outcome != 200]
        load.outcomes.clear()
    return bad


def problems_now(cluster, image, problems):
    problems[:] = cluster.problems_at_rest("basket", image)
    return problems


def set_image(cluster, number):
    patch = [{"op": "replace", "path": "/spec/template/spec/containers/0/image", "value": f"example.com/basket:{number}"}]
    cluster.call("/apis/argoproj.io/v1alpha1/namespaces/default/rollouts/basket", "PATCH", patch,
                 "application/json-patch+json")


def converge(cluster, number, load):
    try:
        wait_until(lambda: cluster.is_settled("basket"), f"update {number} of seed {SEED}", SECONDS_PER_UPDATE)
    except AssertionError as error:
        status = cluster.rollout("basket").get("status")
        raise AssertionError(f"{error}\n{status}\nfailures {load.failures}\n{cluster.logs()}") from error
