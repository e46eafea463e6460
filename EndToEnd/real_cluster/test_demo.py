"""The demonstration's scenarios with `weir controller` on a real control plane, judged by the demonstration itself."""
import subprocess
import time

import pytest

from real_cluster.cluster import ROOT
from waiting import wait_until

MANIFESTS = "examples/canary-alb"


@pytest.fixture
def clean(cluster):
    """Takes away what a scenario applied, and waits until the load balancer is gone too."""
    yield
    cluster.kubectl("delete", "-f", str(ROOT / MANIFESTS), "--wait=true", "--timeout=90s")
    wait_until(lambda: not cluster.items("api/v1", "pods") and not cluster.items("apis/apps/v1", "replicasets"),
               "pods and ReplicaSets collected", 60)
    wait_until(lambda: '"loadBalancers": []' in cluster.balancer_state.read_text(), "the load balancer deleted", 60)


@pytest.mark.parametrize("scenario", ["canary", "abort", "rollback"])
def test_the_demonstration_keeps_its_promises(cluster, clean, scenario):
    started = time.monotonic()
    run = subprocess.run(
        [ROOT / "scripts/check-demo", cluster.weir, scenario, "1", "--kubeconfig", cluster.kubeconfig,
         "--load-balancer-state", cluster.balancer_state],
        cwd=ROOT, capture_output=True, text=True, timeout=330)
    print(run.stdout, f"{time.monotonic() - started:.0f} s")
    assert run.returncode == 0, f"{run.stdout}{run.stderr}\n{cluster.logs()}"
    log = (cluster.folder / "weir-controller.log").read_text()
    assert "forbidden" not in log, [line for line in log.splitlines() if "forbidden" in line][:5]
    if scenario != "abort":
        image = f"example.com/checkout:{'2.0' if scenario == 'canary' else '1.0'}"
        # The demonstration ends when the Rollout is settled; the last pods may still be terminating.
        wait_until(lambda: not cluster.problems_at_rest("checkout", image), "a stable state", 60)
