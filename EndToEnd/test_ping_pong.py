"""A ping-pong Rollout behind a load balancer: updates, a header route, a live change of routing and deletions under
traffic that must not notice."""
import collections
import json

import pytest
from conftest import HERE, request, wait_until
from load import Load

FOLDER = HERE.parent / "examples/ping-pong-alb"
ACTION = "alb.ingress.kubernetes.io/actions.checkout-root"
BOOKS = "rollouts.argoproj.io/managed-alb-annotations"


def load(address):
    return Load(address, rate=80, workers=4, host="checkout.example.com")


def rollout(sandbox):
    return sandbox.get("rollout", "checkout")


def is_healthy(sandbox, version):
    found = rollout(sandbox)
    status = found.get("status", {})
    return (status.get("observedGeneration") == str(found["metadata"]["generation"])
            and status.get("phase") == "Healthy" and images(sandbox) == {version: 4})


def images(sandbox):
    """The images of the pods that are there, with their number."""
    pods = sandbox.get("pods", "-l", "app=checkout")["items"]
    return collections.Counter(pod["spec"]["containers"][0]["image"].rsplit(":")[-1] for pod in pods)


def patch(sandbox, body, kind="rollout", name="checkout", form="merge"):
    sandbox.kubectl("patch", kind, name, "--type", form, "-p", json.dumps(body))


def set_image(sandbox, version):
    patch(sandbox, [{"op": "replace", "path": "/spec/template/spec/containers/0/image",
                     "value": f"example.com/checkout:{version}"}], form="json")


def annotations(sandbox):
    return sandbox.get("ingress", "checkout")["metadata"]["annotations"]


def weights(sandbox):
    """The weight of each service in the action."""
    groups = json.loads(annotations(sandbox)[ACTION])["ForwardConfig"]["TargetGroups"]
    return {group["ServiceName"].removeprefix("checkout-"): group["Weight"] for group in groups}


@pytest.fixture(scope="module")
def checkout(sandbox):
    sandbox.kubectl("apply", "-f", str(FOLDER))
    wait_until(lambda: is_healthy(sandbox, "1.0"), "the first version Healthy", 60)
    address = sandbox.listener(80)
    # Each node of the load balancer learns of the first version in its own time.
    wait_until(lambda: all(request(address)[0] == 200 for _ in range(20)), "answers of every node", 40)
    return address


def test_two_updates_swap_the_roles_twice_without_a_failed_request(sandbox, checkout):
    sides = [rollout(sandbox)["status"]["canary"]["stablePingPong"]]
    with load(checkout) as traffic:
        for version in ("2.0", "3.0"):
            set_image(sandbox, version)
            wait_until(lambda: is_healthy(sandbox, version), f"only pods of {version}", 180)
            sides.append(rollout(sandbox)["status"]["canary"]["stablePingPong"])
            assert weights(sandbox)[sides[-1]] == 100
    assert not traffic.failures and traffic.total > 500
    assert traffic.last == (200, "example.com/checkout:3.0")
    assert sides == ["ping", "pong", "ping"]
    assert rollout(sandbox)["status"]["albs"][0]["stableTargetGroup"]["arn"].startswith("arn:aws:elasticloadbalancing")


def test_a_header_leads_to_the_new_version_until_the_promotion(sandbox, checkout):
    steps = [{"setCanaryScale": {"replicas": 1}},
             {"setHeaderRoute": {"name": "beta", "match": [{"headerName": "X-Beta", "headerValue": {"exact": "yes"}}]}},
             {"pause": {}}]
    patch(sandbox, {"spec": {"strategy": {"canary": {
        "trafficRouting": {"managedRoutes": [{"name": "beta"}]}, "steps": steps}}}})
    with load(checkout) as traffic:
        set_image(sandbox, "4.0")
        beta = {"X-Beta": "yes"}
        # The route is there when every node has learned of it, and each learns in its own time.
        wait_until(lambda: all(request(checkout, headers=beta)[1].get("x-weir-image", "").endswith(":4.0")
                               for _ in range(20)), "4.0 from every node", 90)
        assert all(request(checkout)[1]["x-weir-image"].endswith(":3.0") for _ in range(20))
        sandbox.patch_status("checkout", '{"status":{"pauseConditions":null}}')
        wait_until(lambda: is_healthy(sandbox, "4.0"), "only pods of 4.0", 180)
        wait_until(lambda: "alb.ingress.kubernetes.io/actions.beta" not in annotations(sandbox), "no route", 30)
    assert not traffic.failures


def test_a_live_rollout_leaves_ping_pong(sandbox, checkout):
    for role in ("stable", "canary"):
        service = sandbox.get("service", "checkout-ping")
        service["metadata"] = {"name": f"checkout-{role}"}
        service["spec"] = {"selector": {"app": "checkout"}, "ports": service["spec"]["ports"]}
        sandbox.apply(json.dumps(service))
    with load(checkout) as traffic:
        patch(sandbox, {"spec": {"strategy": {"canary": {
            "pingPong": None, "stableService": "checkout-stable", "canaryService": "checkout-canary",
            "steps": [{"setWeight": 50}]}}}})
        wait_until(lambda: weights(sandbox) == {"canary": 0, "stable": 100}, "the new services alone", 90)
        set_image(sandbox, "5.0")
        wait_until(lambda: is_healthy(sandbox, "5.0"), "only pods of 5.0", 180)
    assert not traffic.failures and traffic.last == (200, "example.com/checkout:5.0")


def test_an_orphaned_rollout_leaves_pods_that_go_on_serving(sandbox, checkout):
    with load(checkout) as traffic:
        sandbox.kubectl("delete", "rollout", "checkout", "--cascade=orphan")
        wait_until(lambda: BOOKS not in annotations(sandbox), "the bookkeeping gone", 60)
        assert weights(sandbox) == {"stable": 100}
        assert sandbox.get("service", "checkout-stable")["spec"]["selector"] == {"app": "checkout"}
        wait_until(lambda: images(sandbox) == {"5.0": 4}, "the pods that were left", 10)
    assert not traffic.failures


def test_a_held_rollout_goes_when_nothing_leads_to_it_any_more(sandbox, checkout):
    manifest = sandbox.kubectl("create", "--dry-run=client", "-o", "json", "-f", str(FOLDER / "rollout.yaml")).stdout
    document = json.loads(manifest)
    document["metadata"]["finalizers"] = ["weir.dev/hold-while-reachable"]
    document["spec"]["template"]["spec"]["containers"][0]["image"] = "example.com/checkout:5.0"
    sandbox.apply(json.dumps(document))
    wait_until(lambda: rollout(sandbox).get("status", {}).get("phase") == "Healthy", "the Rollout Healthy again", 90)
    with load(checkout) as traffic:
        sandbox.kubectl("delete", "rollout", "checkout", "--wait=false")
        wait_until(lambda: traffic.total > 800, "requests to a Rollout that is being deleted", 60)
        assert "deletionTimestamp" in rollout(sandbox)["metadata"]
    assert not traffic.failures
    sandbox.kubectl("delete", "ingress", "checkout")
    wait_until(lambda: not sandbox.get("rollout")["items"], "the Rollout gone", 60)
    wait_until(lambda: not images(sandbox), "its pods gone", 60)
