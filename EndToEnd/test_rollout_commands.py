"""The commands about Rollouts, as `weir` and as kubectl's plugins, against a sandbox with Weir's controllers."""
import json
import os
import pathlib
import shutil
import signal
import subprocess
import time

import pytest
import yaml

from conftest import WEIR, Sandbox
from waiting import wait_until

STEPS = "[{setWeight: 50}, {pause: {}}, {setWeight: 100}]"


def rollout(name, steps=STEPS, image="example.com/shop:1.0", replicas=2, strategy=None):
    strategy = strategy or f"canary: {{maxSurge: 1, maxUnavailable: 0, steps: {steps}}}"
    return f"""
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {{name: {name}}}
spec:
  replicas: {replicas}
  selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata: {{labels: {{app: {name}}}}}
    spec:
      containers:
      - name: web
        image: {image}
        ports: [{{containerPort: 8080}}]
        readinessProbe: {{httpGet: {{path: /healthz, port: 8080}}, periodSeconds: 1}}
  strategy:
    {strategy}
"""


class Shop:
    """A sandbox and the program under its three names."""

    def __init__(self, sandbox, folder):
        self.sandbox = sandbox
        self.folder = folder
        for name in ["kubectl-argo-rollouts", "kubectl-weir", "kubectl_complete-argo-rollouts"]:
            (folder / name).symlink_to(pathlib.Path(WEIR).resolve())
        self.environment = dict(os.environ, PATH=f"{folder}:{os.environ['PATH']}", KUBECONFIG=sandbox.kubeconfig,
                                **sandbox.credentials(), AWS_ENDPOINT_URL=sandbox.state()["elbv2"])

    def run(self, *arguments, text=None, timeout=60):
        return subprocess.run([*arguments], input=text, capture_output=True, text=True, timeout=timeout,
                              env=self.environment)

    def weir(self, *arguments, **keywords):
        return self.run(WEIR, *arguments, **keywords)

    def argo(self, *arguments, **keywords):
        return self.run("kubectl", "argo", "rollouts", *arguments, **keywords)

    def start(self, name, **keywords):
        self.sandbox.apply(rollout(name, **keywords))
        self.wait(name, "Healthy")

    def update(self, name, image="example.com/shop:2.0"):
        run = self.argo("set", "image", name, f"web={image}")
        assert run.returncode == 0, run.stderr
        return run.stdout

    def status(self, name):
        return self.sandbox.get("rollout", name).get("status", {})

    def wait(self, name, phase):
        def reached():
            found = self.sandbox.get("rollout", name)
            status = found.get("status", {})
            seen = status.get("observedGeneration") == str(found["metadata"]["generation"])
            return seen and status.get("phase") == phase
        wait_until(reached, f"{name} to be {phase}", 60)

    def images(self, name):
        return [c["image"] for c in self.sandbox.get("rollout", name)["spec"]["template"]["spec"]["containers"]]


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    running = Sandbox(tmp_path_factory.mktemp("sandbox"))
    yield Shop(running, tmp_path_factory.mktemp("bin"))
    assert running.stop() == 0


def ok(run, stdout=None):
    assert run.returncode == 0, run.stdout + run.stderr
    if stdout is not None:
        assert run.stdout == stdout
    return run.stdout


def test_an_update_from_image_to_undo(shop):
    shop.start("checkout")
    tree = ok(shop.argo("get", "rollout", "checkout"))
    assert tree.startswith("Name:            checkout\nNamespace:       default\nStatus:          ✔ Healthy\n")
    assert "\n⟳ checkout " in tree and "└──# revision:1" in tree and "ready:1/1" in tree and "\x1b" not in tree
    assert shop.update("checkout") == 'rollout "checkout" image updated\n'
    shop.wait("checkout", "Paused")
    tree = ok(shop.weir("get", "ro", "checkout", "-o", "wide"))
    assert "Message:         CanaryPauseStep\n" in tree and "  Step:          1/3\n" in tree
    assert "  SetWeight:     50\n" in tree and "├──# revision:2" in tree and "10.244." in tree
    assert "Images:          example.com/shop:1.0 (stable)\n                 example.com/shop:2.0 (canary)\n" in tree
    info = json.loads(ok(shop.weir("get", "rollout", "checkout", "--output", "json")))
    assert yaml.safe_load(ok(shop.weir("get", "rollout", "checkout", "-o", "yaml")))["step"] == "1/3"
    assert info["step"] == "1/3" and [r["revision"] for r in info["replicaSets"]] == [2, 1]
    ok(shop.argo("promote", "checkout"), "rollout 'checkout' promoted\n")
    run = shop.argo("status", "checkout", "--timeout", "60s", timeout=90)
    assert ok(run).endswith("Healthy\n")
    ok(shop.argo("undo", "checkout"), "rollout 'checkout' undo\n")
    assert shop.images("checkout") == ["example.com/shop:1.0"]
    shop.wait("checkout", "Paused")
    ok(shop.argo("promote", "checkout", "--full"), "rollout 'checkout' fully promoted\n")
    shop.wait("checkout", "Healthy")
    newest = int(shop.sandbox.get("rollout", "checkout")["metadata"]["annotations"]["rollout.argoproj.io/revision"])
    ok(shop.argo("undo", "checkout", f"--to-revision={newest}"),
       f"skipped rollback (current template already matches revision {newest})")
    run = shop.argo("undo", "checkout", "--to-revision", "99")
    assert run.returncode == 1 and "unable to find specified revision 99 in history" in run.stderr


def test_abort_status_and_retry(shop):
    shop.start("basket")
    shop.update("basket")
    shop.wait("basket", "Paused")
    ok(shop.argo("abort", "basket"), "rollout 'basket' aborted\n")
    shop.wait("basket", "Degraded")
    run = shop.argo("status", "basket")
    assert run.returncode == 1 and run.stdout.startswith("Degraded - RolloutAborted: ")
    assert "The rollout is in a degraded state with message: RolloutAborted: " in run.stderr
    ok(shop.argo("retry", "rollout", "basket"), "rollout 'basket' retried\n")
    shop.wait("basket", "Paused")
    assert ok(shop.argo("status", "basket", "--watch=false")) == "Paused - CanaryPauseStep\n"
    run = shop.argo("status", "basket", "-t", "1s")
    assert run.returncode == 1 and "Rollout status watch exceeded timeout" in run.stderr
    ok(shop.argo("promote", "basket", "-c"), "rollout 'basket' promoted\n")
    shop.wait("basket", "Healthy")


def test_pause_restart_and_several_names(shop):
    shop.start("cart")
    shop.start("till")
    ok(shop.argo("pause", "cart", "till"), "rollout 'cart' paused\nrollout 'till' paused\n")
    shop.wait("till", "Paused")
    ok(shop.argo("promote", "till"), "rollout 'till' promoted\n")
    assert shop.sandbox.get("rollout", "till")["spec"]["paused"] is False
    before = {p["metadata"]["uid"] for p in shop.sandbox.get("pods", "-l", "app=till")["items"]}
    ok(shop.argo("restart", "till"), "rollout 'till' restarts in 0s\n")

    def replaced():
        pods = shop.sandbox.get("pods", "-l", "app=till")["items"]
        return len(pods) == 2 and not before & {p["metadata"]["uid"] for p in pods}
    wait_until(replaced, "new pods", 60)
    ok(shop.argo("restart", "cart", "--in", "1h"), "rollout 'cart' restarts in 1h\n")
    at = shop.sandbox.get("rollout", "cart")["spec"]["restartAt"]
    assert at > time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 3500))
    assert shop.argo("restart", "cart", "--in", "soon").returncode == 1


def test_list(shop):
    shop.start("list-one")
    lines = ok(shop.argo("list", "rollouts", "--name", "list-one")).splitlines()
    assert lines[0].split() == ["NAME", "STRATEGY", "STATUS", "STEP", "SET-WEIGHT", "READY", "DESIRED", "UP-TO-DATE",
                                "AVAILABLE"]
    assert lines[1].split() == ["list-one", "Canary", "Healthy", "3/3", "100", "2/2", "2", "2", "2"]
    every = ok(shop.weir("list", "ro", "-A", "--timestamps"))
    assert every.splitlines()[0].split()[:3] == ["TIMESTAMP", "NAMESPACE", "NAME"] and "default" in every
    run = shop.argo("list", "rollouts", "-n", "kube-system")
    assert run.returncode == 0 and run.stdout == "" and run.stderr == "No resources found.\n"


def test_watching_ends_with_ctrl_c(shop):
    shop.start("seen")
    for arguments in (["get", "rollout", "seen", "-w"], ["list", "rollouts", "--watch", "--name", "seen"]):
        process = subprocess.Popen(["kubectl-argo-rollouts", *arguments], env=shop.environment,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        time.sleep(2)
        shop.sandbox.kubectl("patch", "rollout", "seen", "--type=merge", "-p",
                             json.dumps({"spec": {"replicas": 3 if arguments[0] == "get" else 2}}))
        shop.wait("seen", "Healthy")
        time.sleep(1)
        process.send_signal(signal.SIGINT)
        out, error = process.communicate(timeout=10)
        assert process.returncode == 0, error
        assert "Error" not in error
        assert out.count("Progressing") >= 1 and "Healthy" in out
    run = shop.argo("get", "rollout", "seen", "--watch", "--timeout-seconds", "1")
    assert run.returncode == 0 and "seen" in run.stdout


def test_mistakes_say_what_and_how(shop):
    run = shop.argo("get", "rollout", "nowhere")
    assert run.returncode == 1 and 'rollouts.argoproj.io "nowhere" not found in namespace "default"' in run.stderr
    for arguments in (["abort", "nowhere"], ["pause", "nowhere"], ["status", "nowhere"], ["undo", "nowhere"],
                      ["promote", "nowhere"], ["retry", "rollout", "nowhere"], ["restart", "nowhere"],
                      ["set", "image", "nowhere", "web=a"], ["why", "nowhere"]):
        run = shop.argo(*arguments)
        assert run.returncode == 1 and "not found" in run.stderr and run.stdout == "", arguments
    for arguments in (["abort"], ["get", "rollout"], ["promote"], ["set", "image", "x"], ["completion", "tcsh"],
                      ["promote", "x", "-a", "-c"], ["set", "image", "x", "web"]):
        run = shop.argo(*arguments)
        assert run.returncode == 1 and run.stdout == "" and "usage" in run.stderr.lower(), arguments
        assert shop.weir(*arguments).returncode == 1
    for arguments in (["dashboard", "-p", "3100"], ["terminate", "experiment", "x"], ["get", "exp", "x"]):
        run = shop.argo(*arguments)
        assert run.returncode == 1 and "is not there yet" in run.stderr, arguments
    shop.start("plain", steps="[]")
    run = shop.argo("promote", "plain", "--skip-all-steps")
    assert run.returncode == 1 and "Cannot skip steps of a rollout without steps" in run.stderr
    run = shop.argo("set", "image", "plain", "sidecar=a:1")
    assert run.returncode == 1 and 'unable to find container named "sidecar"' in run.stderr
    ok(shop.argo("set", "image", "plain", "*=example.com/shop:3.0"), 'rollout "plain" image updated\n')
    run = shop.weir("get", "rollout", "plain", "--server", "http://127.0.0.1:1")
    assert run.returncode == 1 and "127.0.0.1:1" in run.stderr


def test_options_stand_before_the_command_too(shop):
    shop.start("early")
    assert "early" in ok(shop.argo("-n", "default", "--kubeconfig", shop.sandbox.kubeconfig, "get", "rollout", "early"))
    run = shop.argo("get", "rollout", "early", "-n", "elsewhere")
    assert run.returncode == 1 and 'namespace "elsewhere"' in run.stderr
    address = shop.sandbox.state()["kubernetes"]
    environment = {k: v for k, v in shop.environment.items() if k != "KUBECONFIG"}
    environment["HOME"] = str(shop.folder)
    run = subprocess.run([WEIR, "list", "rollouts", "-s", address, "--as", "jane"], capture_output=True, text=True,
                         env=environment, timeout=30)
    assert run.returncode == 0 and "early" in run.stdout, run.stderr


def test_create_and_lint(shop, tmp_path):
    good, odd, bad = tmp_path / "good.yaml", tmp_path / "odd.yaml", tmp_path / "bad.yaml"
    good.write_text(rollout("made"))
    odd.write_text(rollout("odd").replace("  replicas:", "  replicsa:"))
    bad.write_text(rollout("bad", steps="[{setWeight: 101}]"))
    ok(shop.argo("create", "-f", str(good)), "rollout.argoproj.io/made created\n")
    run = shop.argo("create", "-f", str(good))
    assert run.returncode == 1 and "already exists" in run.stderr
    run = shop.argo("create", "-f", str(odd))
    assert run.returncode == 1 and 'unknown field "spec.replicsa"' in run.stderr
    pods = tmp_path / "map.yaml"
    pods.write_text("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\n")
    run = shop.argo("create", "-f", str(pods))
    assert run.returncode == 1 and "unsupported" in run.stderr
    ok(shop.argo("lint", "-f", str(good)), "")
    run = shop.argo("lint", "--filename", str(odd))
    assert run.returncode == 1 and 'unknown field "spec.replicsa"' in run.stdout
    run = shop.argo("lint", "-f", str(bad))
    assert run.returncode == 1 and "SetWeight needs to be between 0 and 100" in run.stdout
    assert "spec.strategy.steps[0].setWeight" in run.stderr
    several = tmp_path / "several.yaml"
    several.write_text(rollout("several", steps="[{setWeight: 101}, {pause: {duration: soon}}]", replicas=-1))
    run = shop.argo("lint", "-f", str(several))
    assert run.returncode == 1 and len(run.stdout.splitlines()) == 3
    for path in ["spec.replicas:", "spec.strategy.steps[0].setWeight:", "spec.strategy.steps[1].pause.duration:"]:
        assert path in run.stderr
    run = shop.weir("lint", "-f", "-", text=rollout("piped").replace("image:", "imgae:"))
    assert run.returncode == 1 and "imgae" in run.stdout
    assert shop.weir("lint", "-f", str(tmp_path / "none")).returncode == 1
    for example in ["canary-alb", "blue-green-alb"]:
        ok(shop.weir("lint", "-f", str(pathlib.Path(__file__).parent.parent / "examples" / example)), "")


def test_why(shop):
    shop.start("asked")
    assert "Nothing is awaited." in ok(shop.weir("why", "asked"))
    shop.update("asked")
    shop.wait("asked", "Paused")
    text = ok(shop.argo("why", "asked"))
    assert "waits for    a promotion" in text and "kubectl argo rollouts promote asked -n default" in text
    answer = json.loads(ok(shop.weir("why", "asked", "--output", "json")))
    reason = answer["reasons"][0]
    assert reason["whoActs"] == "person" and reason["code"] == "Paused" and reason["since"]
    assert answer["next"][0].startswith("step 3/3: setWeight 100")
    shop.argo("abort", "asked")
    shop.wait("asked", "Degraded")
    assert "weir retry rollout asked" in ok(shop.weir("why", "asked"))


def test_plan_before_anything_is_applied(shop, tmp_path):
    shop.start("planned")
    manifest = tmp_path / "rollout.yaml"
    manifest.write_text(rollout("planned", image="example.com/shop:2.0"))
    before = shop.sandbox.get("rollout", "planned")
    forecast = json.loads(ok(shop.weir("plan", "-f", str(manifest), "-o", "json", timeout=120)))
    assert shop.sandbox.get("rollout", "planned")["metadata"]["resourceVersion"] == \
        before["metadata"]["resourceVersion"]
    assert forecast["pods"] == {"before": 2, "most": 3, "after": 2}
    assert forecast["consents"] == 1 and forecast["awsChanges"] == {}
    assert forecast["end"] == "Rollout default/planned Healthy" and forecast["violations"] == []
    steps = [step["text"] for step in forecast["steps"]]
    assert any(step.startswith("create ReplicaSet default/planned-") for step in steps)
    examples = pathlib.Path(__file__).parent.parent / "examples" / "canary-alb"
    text = ok(shop.weir("plan", "--offline", "-f", str(examples), timeout=240))
    assert "CreateLoadBalancer" in text and "Healthy" in text and "at most" in text
    run = shop.weir("plan", "--offline", "-f", str(manifest), "--seed", "x")
    assert run.returncode == 1
    broken = tmp_path / "broken.yaml"
    broken.write_text(rollout("broken", steps="[{setWeight: 101}]"))
    run = shop.weir("plan", "--offline", "-f", str(broken))
    assert run.returncode == 1 and "not Healthy" in run.stdout and "SetWeight needs to be" in run.stdout


def test_version_completion_and_help(shop):
    out = ok(shop.argo("version"))
    assert out.startswith("kubectl-argo-rollouts: v") and "\n  Platform: " in out
    assert len(ok(shop.argo("version", "--short")).splitlines()) == 1
    for shell in ["bash", "zsh", "fish", "powershell"]:
        assert "kubectl-argo-rollouts" in ok(shop.argo("completion", shell))
    shop.start("completed")
    words = ok(shop.run("kubectl_complete-argo-rollouts", "get", "rollout", "compl")).splitlines()
    assert words == ["completed", ":4"]
    words = ok(shop.argo("__complete", "pro")).splitlines()
    assert words[0].startswith("promote\t") and words[-1] == ":4"
    assert ok(shop.argo("__completeNoDesc", "pro")).splitlines() == ["promote", ":4"]
    assert "--to-revision" in ok(shop.argo("__complete", "undo", "--to"))
    if shutil.which("bash"):
        script = ok(shop.weir("completion", "bash"))
        ok(shop.run("bash", "-n", text=script))
    for command in ["get rollout", "list rollouts", "status", "promote", "abort", "retry rollout", "undo", "set image",
                    "pause", "restart", "lint", "create", "version", "completion", "why", "plan"]:
        text = ok(shop.argo(*command.split(), "--help"))
        assert "USAGE: kubectl-argo-rollouts" in text, command
    assert "sandbox" in ok(shop.run("kubectl", "weir", "--help"))
