"""The demonstration's scenarios with `weir controller` on a real control plane, judged by the demonstration itself."""
import subprocess
import time

import pytest

from real_cluster.cluster import ROOT
from waiting import wait_until

# The scenario, its manifests, and the Rollout with the image that it ends with; `None` where both versions are there.
SCENARIOS = [
    ("canary", "canary-alb", "checkout", "2.0"),
    ("abort", "canary-alb", "checkout", None),
    ("rollback", "canary-alb", "checkout", "1.0"),
    ("full-promote", "canary-alb", "checkout", "2.0"),
    ("ping-pong", "ping-pong-alb", "checkout", "2.0"),
    ("blue-green", "blue-green-alb", "search", "2.0"),
]


@pytest.fixture
def manifests(cluster, request):
    """Takes away what a scenario applied, and waits until the load balancer is gone too."""
    folder = ROOT / "examples" / request.param
    yield folder
    cluster.kubectl("delete", "-f", str(folder), "--wait=true", "--timeout=90s")
    wait_until(lambda: not cluster.items("api/v1", "pods") and not cluster.items("apis/apps/v1", "replicasets"),
               "pods and ReplicaSets collected", 60)
    wait_until(lambda: '"loadBalancers": []' in cluster.balancer_state.read_text(), "the load balancer deleted", 60)


@pytest.mark.parametrize("scenario,manifests,name,version", SCENARIOS, indirect=["manifests"],
                         ids=[scenario for scenario, *_ in SCENARIOS])
def test_the_demonstration_keeps_its_promises(cluster, scenario, manifests, name, version):
    started = time.monotonic()
    run = subprocess.run(
        [ROOT / "scripts/check-demo", cluster.weir, scenario, "1", "--kubeconfig", cluster.kubeconfig,
         "--load-balancer-state", cluster.balancer_state, "--manifests", manifests],
        cwd=ROOT, capture_output=True, text=True, timeout=330)
    print(run.stdout, f"{time.monotonic() - started:.0f} s")
    assert run.returncode == 0, f"{run.stdout}{run.stderr}\n{cluster.logs()}"
    log = (cluster.folder / "weir-controller.log").read_text()
    assert "forbidden" not in log, [line for line in log.splitlines() if "forbidden" in line][:5]
    if version:
        # The demonstration ends when the Rollout is settled; the last pods may still be terminating.
        image = f"example.com/{name}:{version}"
        wait_until(lambda: not cluster.problems_at_rest(name, image), "a stable state", 60)
