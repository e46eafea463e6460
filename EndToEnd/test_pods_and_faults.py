"""Pods that behave badly, sandboxes side by side, and a controller whose AWS endpoint goes away."""
import os
import signal
import subprocess
import time

import pytest

from conftest import HERE, WEIR, Sandbox, request, wait_until

PODS = (HERE / "manifests/bad-version.yaml").read_text()


def phase(sandbox):
    found = sandbox.get("rollout", "cart", "-n", "shop")
    status = found.get("status", {})
    if status.get("observedGeneration") != str(found["metadata"]["generation"]):
        return "not observed"
    return status.get("phase")


def test_a_bad_version_is_seen_in_responses_and_an_abort_takes_it_away(sandbox):
    sandbox.apply(PODS)
    wait_until(lambda: phase(sandbox) == "Healthy", "the first version Healthy", 60)
    address = sandbox.listener(80, "shop")
    wait_until(lambda: request(address)[0] == 200, "the load balancer's answer", 40)
    sandbox.kubectl("patch", "rollout", "cart", "-n", "shop", "--type", "json", "-p",
                    '[{"op":"replace","path":"/spec/template/spec/containers/0/image","value":"reg/cart:v2"},'
                    '{"op":"add","path":"/spec/template/spec/containers/0/env",'
                    '"value":[{"name":"WEIR_ERROR_RATE","value":"1"}]}]')
    wait_until(lambda: phase(sandbox) == "Paused", "the pause at 50 %", 60)

    def answers():
        return {(code, headers.get("x-weir-image")) for code, headers, _ in (request(address) for _ in range(60))}
    # The weight reaches the load balancer's nodes within the propagation delay.
    wait_until(lambda: answers() == {(200, "reg/cart:v1"), (500, "reg/cart:v2")}, "both versions in the answers", 20)
    sandbox.kubectl("get", "--raw", "/readyz")
    sandbox.patch_status("cart", '{"status":{"abort":true}}', namespace="shop")
    wait_until(lambda: phase(sandbox) == "Degraded", "Degraded after the abort", 30)
    wait_until(lambda: all(request(address)[0] == 200 for _ in range(20)), "stable alone", 20)


def test_pods_of_two_sandboxes_do_not_meet(sandbox, tmp_path):
    other = Sandbox(tmp_path)
    try:
        other.apply(PODS.replace("reg/cart:v1", "reg/other:v7"))
        wait_until(lambda: phase(other) == "Healthy", "Healthy beside another sandbox", 60)
        address = other.listener(80, "shop")
        wait_until(lambda: {request(address)[0] for _ in range(4)} == {200}, "the answer of both nodes", 40)
        assert {request(address)[1]["x-weir-image"] for _ in range(20)} == {"reg/other:v7"}
    finally:
        assert other.stop() == 0


def test_a_pod_that_cannot_listen_is_not_ready_and_says_why(sandbox):
    container = '{name: %s, image: "x:1", ports: [{containerPort: 80}], readinessProbe: {httpGet: {path: /, port: 80}}}'
    sandbox.apply("apiVersion: v1\nkind: Pod\nmetadata: {name: twice}\nspec: {containers: [%s, %s]}\n"
                  % (container % "a", container % "b"))
    wait_until(lambda: "cannot listen on" in sandbox.kubectl("get", "events").stdout, "the event", 20)
    assert sandbox.kubectl("get", "pod", "twice").stdout.split()[6] != "2/2"
    sandbox.kubectl("delete", "pod", "twice", "--timeout=60s")


@pytest.mark.parametrize("manifest,field", [
    ("{blueGreen: {activeService: a, previewService: b}}", "spec.strategy.blueGreen"),
    ("{canary: {steps: [{analysis: {templates: [{templateName: t}]}}]}}", "spec.strategy.canary.steps[0].analysis"),
    ("{canary: {steps: [{setWeight: 110}]}}", "110"),
])
def test_what_is_not_supported_is_refused_by_name(sandbox, manifest, field):
    sandbox.apply("apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {name: refused}\nspec:\n"
                  "  selector: {matchLabels: {app: r}}\n  template: {metadata: {labels: {app: r}}, "
                  f"spec: {{containers: [{{name: c, image: 'a:1'}}]}}}}\n  strategy: {manifest}\n")

    def message():
        conditions = sandbox.get("rollout", "refused").get("status", {}).get("conditions", [])
        return next((c["message"] for c in conditions if c["type"] == "InvalidSpec"), "")
    wait_until(lambda: field in message(), "condition InvalidSpec", 20)
    sandbox.kubectl("delete", "rollout", "refused")


def test_a_controller_says_that_aws_is_down_and_ends_with_0(tmp_path):
    bare = Sandbox(tmp_path, "--no-controllers")
    try:
        bare.apply(PODS)
        controller = subprocess.Popen(
            [WEIR, "controller", "--kubeconfig", bare.kubeconfig, "--aws-region", "us-west-2",
             "--aws-endpoint-url", "http://127.0.0.1:9", "--aws-vpc-id", "vpc-0123456789abcdef0",
             "--subnet", "subnet-0aaaaaaaaaaaaaaaa", "--subnet", "subnet-0bbbbbbbbbbbbbbbb"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=dict(os.environ, **bare.credentials()))
        wait_until(lambda: "http://127.0.0.1:9/: connection refused" in
                   bare.kubectl("get", "events", "-n", "shop").stdout, "an event about AWS", 30)
        assert controller.poll() is None
        controller.send_signal(signal.SIGINT)
        assert controller.wait(timeout=10) == 0
    finally:
        assert bare.stop() == 0


@pytest.mark.parametrize("seconds", [0.4, 2.0, 9.0])
def test_an_interrupted_demo_ends_at_once(seconds):
    demo = subprocess.Popen([WEIR, "demo"], cwd=HERE.parent, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    time.sleep(seconds)
    demo.send_signal(signal.SIGINT)
    started = time.monotonic()
    output = demo.communicate(timeout=15)[0]
    assert demo.returncode == 130 and output.splitlines()[-1] == "interrupted", output[-300:]
    assert "Error" not in output and time.monotonic() - started < 3


def test_a_sandbox_that_cannot_write_its_files_ends_with_one_line():
    for _ in range(10):
        run = subprocess.run([WEIR, "sandbox", "--kubeconfig", "/nonexistent/folder/config"],
                             capture_output=True, text=True, timeout=30)
        assert run.returncode == 1, (run.returncode, run.stderr[:300])
        assert run.stderr.count("\n") == 1 and "/nonexistent/folder/config cannot be written" in run.stderr
