"""Flags of the commands about Rollouts that no other test needs, and commands that are not there."""
import json
import signal
import subprocess
import time

import pytest

from conftest import WEIR
from test_rollout_commands import ok, rollout, shop  # noqa: F401 (a fixture)
from waiting import wait_until


def test_every_step_is_skipped(shop):
    shop.start("hasty", steps="[{setWeight: 50}, {pause: {}}, {setWeight: 60}, {pause: {}}]")
    shop.update("hasty")
    shop.wait("hasty", "Paused")
    ok(shop.argo("promote", "hasty", "--skip-all-steps"), "rollout 'hasty' promoted\n")
    shop.wait("hasty", "Healthy")
    assert shop.status("hasty")["currentStepIndex"] == 4


def test_create_and_follow(shop, tmp_path):
    manifest = tmp_path / "followed.yaml"
    manifest.write_text(rollout("followed"))
    process = subprocess.Popen(["kubectl-argo-rollouts", "create", "-f", str(manifest), "-w", "--no-color"],
                               env=shop.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    wait_until(lambda: shop.sandbox.kubectl("get", "rollout", "followed", check=False).returncode == 0, "followed", 20)
    shop.wait("followed", "Healthy")
    time.sleep(1)
    process.send_signal(signal.SIGINT)
    out, error = process.communicate(timeout=10)
    assert process.returncode == 0, error
    assert out.startswith("rollout.argoproj.io/followed created\n") and "Healthy" in out
    second = tmp_path / "second.yaml"
    second.write_text(rollout("second"))
    run = shop.argo("create", "-f", str(second), "-f", str(manifest), "-w")
    assert run.returncode == 1 and "Cannot watch multiple resources" in run.stderr


def test_no_colour(shop):
    """On a terminal there are colours, unless they are declined."""
    shop.start("plain-text")
    for arguments, has_colours in ([], True), (["--no-color"], False):
        command = " ".join(["kubectl-argo-rollouts", "get", "rollout", "plain-text", *arguments])
        run = shop.run("script", "--quiet", "--return", "--command", command, "/dev/null")
        assert run.returncode == 0 and "plain-text" in run.stdout
        assert ("\x1b[3" in run.stdout or "\x1b[9" in run.stdout) == has_colours, (arguments, run.stdout)


@pytest.mark.parametrize("arguments", [
    ["dashboard"], ["get", "experiment", "x"], ["list", "experiments"], ["retry", "experiment", "x"],
    ["terminate", "analysisrun", "x"], ["terminate", "experiment", "x"], ["notifications", "template", "get"]],
    ids=" ".join)
def test_what_is_not_there_says_so(shop, arguments):
    run = shop.argo(*arguments)
    assert run.returncode == 1 and "is not there yet" in run.stderr and run.stdout == "", run


def test_the_connection_has_kubectls_flags(shop, tmp_path):
    shop.start("reached")
    view = json.loads(shop.sandbox.kubectl("config", "view", "--raw", "-o", "json").stdout)
    context = view["contexts"][0]
    for flags in (
            ["--context", context["name"]], ["--cluster", context["context"]["cluster"]],
            ["--user", context["context"]["user"]], ["-n", "default"], ["--namespace=default"],
            ["--as", "jane", "--as-group", "ops", "--as-uid", "7"], ["--token", "x"], ["--request-timeout", "20s"],
            ["--insecure-skip-tls-verify"], ["--tls-server-name", "weir.example"],
            ["--cache-dir", str(tmp_path)], ["--disable-compression"], ["-v", "4"], ["--kloglevel=2"],
            ["--loglevel", "debug"], ["--kubeconfig", shop.sandbox.kubeconfig]):
        assert "reached" in ok(shop.argo("list", "rollouts", *flags)), flags
    assert list(tmp_path.iterdir()) == []
    for flags, word in ((["--context", "nowhere"], "nowhere"), (["--cluster", "nowhere"], "nowhere"),
                        (["--user", "nobody"], "nobody"), (["--request-timeout", "soon"], "soon"),
                        (["--certificate-authority", "/none/ca"], "/none/ca"),
                        (["--client-certificate", "/none/crt", "--client-key", "/none/key"], "/none/")):
        run = subprocess.run([WEIR, "list", "rollouts", *flags], capture_output=True, text=True, timeout=30,
                             env=shop.environment)
        assert run.returncode == 1 and word in run.stderr, (flags, run)
