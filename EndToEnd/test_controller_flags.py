"""Flags of `weir controller` that decide what it serves and how it speaks."""
import json
import os
import subprocess

import pytest
import yaml

from conftest import WEIR, Sandbox, wait_until
from test_rollout_commands import rollout


class Place:
    """A sandbox without controllers, with a Rollout in each of two namespaces, and one controller at a time."""

    def __init__(self, folder):
        self.folder = folder
        self.sandbox = Sandbox(folder, "--no-controllers")
        for name in ("left", "right"):
            self.sandbox.kubectl("create", "namespace", name)
            self.sandbox.kubectl("apply", "-n", name, "-f", "-", text=rollout("shop"))

    def run(self, *arguments, kubeconfig=None):
        state = self.sandbox.state()
        log = open(self.folder / "controller.log", "w")
        process = subprocess.Popen(
            [WEIR, "controller", "--kubeconfig", kubeconfig or self.sandbox.kubeconfig,
             "--aws-endpoint-url", state["elbv2"], "--aws-region", state["region"],
             "--aws-vpc-id", "vpc-0123456789abcdef0",
             "--leader-elect=false", "--metrics-port", "0", "--healthz-port", "0", *arguments],
            stdout=log, stderr=subprocess.STDOUT, env=dict(os.environ, **self.sandbox.credentials()))
        log.close()
        return process

    def end(self, process):
        process.terminate()
        assert process.wait(timeout=20) == 0, self.log()

    def log(self):
        return (self.folder / "controller.log").read_text()

    def is_healthy(self, namespace):
        return self.sandbox.get("rollout", "shop", "-n", namespace).get("status", {}).get("phase") == "Healthy"

    def is_untouched(self, namespace):
        return "status" not in self.sandbox.get("rollout", "shop", "-n", namespace)


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    found = Place(tmp_path_factory.mktemp("place"))
    yield found
    assert found.sandbox.stop() == 0


def test_one_namespace_is_served_and_others_are_left_alone(place, tmp_path):
    process = place.run("--namespace", "left", "--log-format", "json", "--log-level", "debug")
    wait_until(lambda: place.is_healthy("left"), "left Healthy", 30)
    place.end(process)
    assert place.is_untouched("right")
    lines = [json.loads(line) for line in place.log().splitlines()]
    assert {"debug", "info"} <= {line["level"] for line in lines}, lines[:3]
    # The namespace of the kubeconfig's context.
    config = yaml.safe_load(open(place.sandbox.kubeconfig))
    config["contexts"][0]["context"]["namespace"] = "right"
    own = tmp_path / "kubeconfig"
    own.write_text(yaml.safe_dump(config))
    place.sandbox.kubectl("patch", "rollout", "shop", "-n", "left", "--type=merge", "-p", '{"spec":{"replicas":3}}')
    process = place.run("--namespaced", "--log-level", "error", kubeconfig=str(own))
    wait_until(lambda: place.is_healthy("right"), "right Healthy", 30)
    place.end(process)
    assert place.sandbox.get("rollout", "shop", "-n", "left")["status"]["replicas"] == 2
    assert "level=info" not in place.log() and " info " not in place.log(), place.log()


@pytest.mark.parametrize("flag", ["--rollout-threads=10", "--qps=40", "--controllers=analysis",
                                  "--nginx-ingress-classes=nginx", "--enable-pprof-address=:1"])
def test_a_flag_that_is_not_there_is_refused_by_name(flag):
    run = subprocess.run([WEIR, "controller", flag], capture_output=True, text=True, timeout=30)
    assert run.returncode == 64 and flag.split("=")[0] in run.stderr
