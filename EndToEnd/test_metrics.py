"""Probes and metrics of `weir controller`, read by Prometheus' own parser, and its end on SIGTERM."""
import os
import signal
import subprocess
import time
import urllib.error
import urllib.request

import pytest
from prometheus_client.parser import text_string_to_metric_families

from conftest import HERE, WEIR, Sandbox, wait_until
from controllers_in_turn import Controller, Journal, free_port, holder

EXAMPLE = HERE.parent / "examples/canary-alb"


def get(port, path):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
            return answer.status, answer.read().decode(), answer.headers
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode(), error.headers


def samples(port):
    """{(name, labels): value}, after every family was read by the parser."""
    status, text, headers = get(port, "/metrics")
    assert status == 200
    assert headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    families = list(text_string_to_metric_families(text))
    assert families
    for family in families:
        assert family.type in ("counter", "gauge", "histogram"), family
        assert family.documentation and family.documentation != "A metric of Weir.", family.name
    return {(sample.name, tuple(sorted(sample.labels.items()))): sample.value
            for family in families for sample in family.samples}


class World:
    def __init__(self, folder):
        self.sandbox = Sandbox(folder, "--no-controllers")
        self.journal = Journal()
        self.controller = Controller(self.sandbox, self.journal, "a", folder)

    def total(self, name, **labels):
        return sum(value for (found, pairs), value in samples(self.controller.metrics).items()
                   if found == name and all(dict(pairs).get(key) == wanted for key, wanted in labels.items()))


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    running = World(tmp_path_factory.mktemp("metrics"))
    sandbox = running.sandbox
    sandbox.kubectl("apply", "-f", str(EXAMPLE))
    wait_until(lambda: sandbox.get("rollout", "checkout").get("status", {}).get("phase") == "Healthy", "Healthy", 90)
    yield running
    running.controller.end()
    assert sandbox.stop() == 0


def test_probes(world):
    assert get(world.controller.healthz, "/healthz")[:2] == (200, "ok")
    assert get(world.controller.healthz, "/readyz")[:2] == (200, "ok")
    assert get(world.controller.healthz, "/metrics")[0] == 404
    assert get(world.controller.metrics, "/healthz")[0] == 404


def test_metrics_are_what_happened(world):
    port = world.controller.metrics
    values = samples(port)
    assert values[("weir_leader", ())] == 1
    assert values[("weir_cache_objects", (("kind", "Rollout"),))] == 1
    assert values[("weir_cache_synced", (("kind", "Pod"),))] == 1
    assert world.total("weir_writes_total", kind="ReplicaSet", verb="create", result="ok") == 1
    assert world.total("weir_writes_total", kind="Rollout", verb="patch", result="ok") >= 1
    assert world.total("weir_aws_requests_total", operation="CreateLoadBalancer", result="ok") == 1
    assert world.total("weir_aws_call_seconds_count", operation="DescribeRules") >= 1
    assert world.total("weir_reconcile_seconds_count", controller="rollout", result="done") >= 1
    assert world.total("weir_events_total", result="created") >= 1
    for name in ("weir_queue_depth", "weir_queue_later", "weir_queue_working"):
        for controller in ("rollout", "ingress"):
            assert (name, (("controller", controller),)) in values
    assert values[("process_resident_memory_bytes", ())] > 1e6
    assert abs(values[("process_start_time_seconds", ())] - time.time()) < 600
    assert values[("process_cpu_seconds_total", ())] > 0
    assert any(name == "weir_build_info" for name, _ in values)


def test_labels_never_name_objects(world):
    labels = {value for _, pairs in samples(world.controller.metrics) for _, value in pairs}
    assert not any("checkout" in value for value in labels), labels
    assert len(samples(world.controller.metrics)) < 1500


def test_histograms_grow_by_bucket(world):
    buckets = [(float(dict(pairs)["le"]), value) for (name, pairs), value in samples(world.controller.metrics).items()
               if name == "weir_reconcile_seconds_bucket"
               and dict(pairs)["controller"] == "rollout" and dict(pairs)["result"] == "done"]
    counts = [value for _, value in sorted(buckets)]
    assert counts == sorted(counts) and counts[-1] > 0


def test_requests_say_who_they_are_from(world):
    identity = holder(world.sandbox)
    assert identity.rsplit("_", 1)[0] == os.uname().nodename


def test_sigterm_ends_with_0_and_releases_the_lease(world, tmp_path):
    world.controller.send(signal.SIGTERM)
    assert world.controller.process.wait(timeout=30) == 0, world.controller.text()
    assert holder(world.sandbox) == ""
    # A successor takes it at once.
    start = time.monotonic()
    world.controller.end()
    world.controller = Controller(world.sandbox, world.journal, "a", tmp_path)
    wait_until(lambda: holder(world.sandbox) != "", "a holder", 10)
    assert time.monotonic() - start < 5


def test_not_ready_says_what_is_missing(tmp_path):
    kubeconfig = tmp_path / "kubeconfig"
    kubeconfig.write_text(f"""
apiVersion: v1
kind: Config
current-context: c
clusters: [{{name: c, cluster: {{server: "http://127.0.0.1:{free_port()}"}}}}]
contexts: [{{name: c, context: {{cluster: c, user: u}}}}]
users: [{{name: u, user: {{}}}}]
""")
    healthz = free_port()
    process = subprocess.Popen(
        [WEIR, "controller", "--kubeconfig", str(kubeconfig), "--aws-region", "us-west-2", "--aws-endpoint-url",
         "http://127.0.0.1:9", "--operations-address", "127.0.0.1", "--healthz-port", str(healthz),
         "--metrics-port", "0"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        def answer():
            try:
                return get(healthz, "/readyz")
            except OSError:
                return None
        status, text, _ = wait_until(answer, "/readyz", 20)
        assert status == 503
        assert "[-]rollouts.argoproj.io: not listed yet" in text
        assert "[-]the lease has not been read yet" in text
        # Restarting would not bring the API server back.
        assert get(healthz, "/healthz")[0] == 200
    finally:
        process.terminate()
        assert process.wait(timeout=30) == 0


def test_a_port_in_use_is_said(world):
    run = subprocess.run(
        [WEIR, "controller", "--kubeconfig", world.sandbox.kubeconfig, "--aws-region", "us-west-2",
         "--operations-address", "127.0.0.1", "--metrics-port", str(world.controller.metrics), "--healthz-port", "0",
         "--leader-elect=false"], capture_output=True, text=True, timeout=30)
    assert run.returncode == 1
    assert "--metrics-port" in run.stderr, run.stderr
