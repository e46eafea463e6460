"""Pods of a labelled namespace get the readiness gates of their target groups, by a webhook over TLS, and an update in
which every pod waits at its gate loses no request."""
import collections
import json
import time

import pytest
from conftest import HERE, request, wait_until
from load import Load

FOLDER = HERE.parent / "examples/ping-pong-alb"
NAMESPACE = "gated"
PREFIX = "target-health.elbv2.k8s.aws/"


def pods(sandbox, version=None):
    found = sandbox.get("pods", "-n", NAMESPACE, "-l", "app=checkout")["items"]
    return [pod for pod in found
            if version is None or pod["spec"]["containers"][0]["image"].endswith(f":{version}")]


def gates(pod):
    return [gate["conditionType"] for gate in pod["spec"].get("readinessGates", [])]


def condition(pod, kind):
    found = [entry for entry in pod["status"].get("conditions", []) if entry["type"] == kind]
    return found[0] if found else {}


def is_healthy(sandbox, version):
    found = sandbox.get("rollout", "checkout", "-n", NAMESPACE)
    status = found.get("status", {})
    images = collections.Counter(pod["spec"]["containers"][0]["image"].rsplit(":")[-1] for pod in pods(sandbox))
    return (status.get("observedGeneration") == str(found["metadata"]["generation"])
            and status.get("phase") == "Healthy" and images == {version: 4})


def set_image(sandbox, version):
    change = [{"op": "replace", "path": "/spec/template/spec/containers/0/image",
               "value": f"example.com/checkout:{version}"}]
    sandbox.kubectl("patch", "rollout", "checkout", "-n", NAMESPACE, "--type", "json", "-p", json.dumps(change))


def groups(sandbox):
    """The names of the target groups by the Service they are for."""
    client = sandbox.elbv2()
    found = {group["TargetGroupArn"]: group["TargetGroupName"]
             for group in client.describe_target_groups()["TargetGroups"]}
    tags = client.describe_tags(ResourceArns=list(found))["TagDescriptions"]
    key = "ingress.k8s.aws/resource"
    return {next(tag["Value"] for tag in entry["Tags"] if tag["Key"] == key): found[entry["ResourceArn"]]
            for entry in tags}


@pytest.fixture(scope="module")
def checkout(sandbox):
    def webhook():
        found = sandbox.kubectl("get", "mutatingwebhookconfiguration", "weir-webhook", "-o", "json", check=False)
        return found.returncode == 0 and json.loads(found.stdout)["webhooks"][0]

    configured = wait_until(webhook, "the webhook's configuration", 30)
    assert configured["clientConfig"]["caBundle"] and configured["failurePolicy"] == "Ignore"
    sandbox.kubectl("create", "namespace", NAMESPACE)
    sandbox.kubectl("label", "namespace", NAMESPACE, "elbv2.k8s.aws/pod-readiness-gate-inject=enabled")
    sandbox.kubectl("apply", "-n", NAMESPACE, "-f", str(FOLDER))
    wait_until(lambda: is_healthy(sandbox, "1.0"), "the first version Healthy", 90)
    address = sandbox.listener(80)
    wait_until(lambda: all(request(address)[0] == 200 for _ in range(20)), "answers of every node", 40)
    return address


def test_every_pod_of_two_updates_waits_at_the_gate_of_its_side(sandbox, checkout):
    with Load(checkout, rate=80, workers=4, host="checkout.example.com") as traffic:
        for version, side in (("2.0", "pong"), ("3.0", "ping")):
            set_image(sandbox, version)
            wanted = PREFIX + groups(sandbox)[f"{NAMESPACE}/checkout-checkout-{side}:80"]
            reasons, early = set(), []
            end = time.monotonic() + 180
            while not is_healthy(sandbox, version):
                assert time.monotonic() < end, f"{version} is not Healthy"
                for pod in pods(sandbox, version):
                    gate = condition(pod, wanted)
                    if gate.get("status") != "True" and condition(pod, "Ready").get("status") == "True":
                        early.append(pod["metadata"]["name"])
                    reasons.add(gate.get("reason"))
                time.sleep(0.1)
            done = pods(sandbox, version)
            assert [gates(pod) for pod in done] == [[wanted]] * 4
            assert all(condition(pod, wanted)["status"] == "True" for pod in done)
            assert not early, "a pod was ready while its gate was closed"
            assert reasons & {"Elb.RegistrationInProgress", "Elb.InitialHealthChecking"}
    assert not traffic.failures and traffic.total > 500
    assert traffic.last == (200, "example.com/checkout:3.0")


def test_kubectl_shows_the_gates(sandbox, checkout):
    lines = sandbox.kubectl("get", "pods", "-n", NAMESPACE, "-o", "wide", "-l", "app=checkout").stdout.splitlines()
    assert lines[0].endswith("READINESS GATES") and all(line.endswith("1/1") for line in lines[1:])


def test_a_dry_run_is_changed_too_and_a_namespace_without_the_label_is_left_alone(sandbox, checkout):
    labels = pods(sandbox)[0]["metadata"]["labels"]
    manifest = json.dumps({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "tried", "labels": labels},
                           "spec": {"containers": [{"name": "main", "image": "example.com/checkout:1.0"}]}})

    def tried(namespace):
        run = sandbox.kubectl("create", "-n", namespace, "--dry-run=server", "-o", "json", "-f", "-", text=manifest)
        return gates(json.loads(run.stdout))

    assert len(tried(NAMESPACE)) == 1 and tried("default") == []
    assert not [pod for pod in pods(sandbox) if pod["metadata"]["name"] == "tried"]


def test_pods_are_made_without_the_webhook_too(sandbox, checkout):
    """The certificate is Weir's own, in a Secret that only it reads; the webhook's absence stops no pod."""
    secret = sandbox.get("secret", "weir-webhook-tls", "-n", "kube-system")
    assert set(secret["data"]) == {"ca.crt", "ca.key", "tls.crt", "tls.key"}
    change = [{"op": "replace", "path": "/webhooks/0/clientConfig/url", "value": "https://127.0.0.1:1/mutate-v1-pod"}]
    sandbox.kubectl("patch", "mutatingwebhookconfiguration", "weir-webhook", "--type", "json", "-p",
                    json.dumps(change))
    name = pods(sandbox)[0]["metadata"]["name"]
    sandbox.kubectl("delete", "pod", name, "-n", NAMESPACE, "--wait=false")
    wait_until(lambda: len([pod for pod in pods(sandbox, "3.0") if not gates(pod)]) == 1, "a pod without a gate", 60)
    wait_until(lambda: is_healthy(sandbox, "3.0"), "3.0 Healthy", 90)
