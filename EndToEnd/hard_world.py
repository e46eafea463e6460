"""A Rollout under traffic whose controllers are processes of their own, so that they can be stopped and killed."""
import json
import os
import signal
import subprocess
import urllib.request

from conftest import WEIR, Sandbox
from scenario_world import IMAGE, World
from waiting import wait_until

# No Rollout carries this instance id: a controller that has it serves no Rollout.
NO_INSTANCE = "nobody"


class Place:
    """A sandbox without controllers, with a control endpoint, and the controllers beside it by name."""

    def __init__(self, folder):
        self.folder = folder
        self.sandbox = Sandbox(folder, "--no-controllers", "--control-port", "0", "--propagation-delay", "500ms")
        self.controllers = {}
        self.starts = 0

    def start(self, name, *arguments):
        """Runs `weir controller`; what it says is in a log of its own."""
        state = self.sandbox.state()
        self.starts += 1
        subnets = [part for subnet in state["subnets"] for part in ("--subnet", subnet)]
        with open(self.folder / f"{self.starts:02}-{name}.log", "w") as log:
            self.controllers[name] = subprocess.Popen(
                [WEIR, "controller", "--kubeconfig", self.sandbox.kubeconfig, "--leader-elect", "false",
                 "--metrics-port", "0", "--healthz-port", "0", "--settle-seconds", "1",
                 "--aws-vpc-id", state["vpcId"], *subnets, *arguments],
                stdout=log, stderr=subprocess.STDOUT, env=self.environment())

    def start_jobs(self):
        """One process that serves Rollouts, and one that serves Ingresses."""
        self.start("rollouts", "--alb-ingress-classes", "none")
        self.start("ingresses", "--instance-id", NO_INSTANCE)

    def signal(self, name, number):
        self.controllers[name].send_signal(number)

    def kill(self, name):
        """Ends a controller as a crash does: whatever it was doing stays half done."""
        process = self.controllers.pop(name)
        assert process.poll() is None, f"controller {name} has ended by itself with {process.returncode}"
        process.kill()
        process.wait(timeout=60)

    def end(self):
        """Ends the controllers, as an administrator does."""
        for name, process in self.controllers.items():
            assert process.poll() is None, f"controller {name} has ended by itself with {process.returncode}"
            process.send_signal(signal.SIGCONT)
            process.terminate()
        for process in self.controllers.values():
            process.wait(timeout=60)
        self.controllers = {}

    def stop(self):
        for process in self.controllers.values():
            process.kill()
            process.wait(timeout=60)
        assert self.sandbox.stop() == 0

    def environment(self):
        return {**os.environ, **self.sandbox.credentials(), "AWS_ENDPOINT_URL": self.sandbox.state()["elbv2"]}

    def control(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        call = urllib.request.Request(self.sandbox.state()["control"] + path, data=data, method=method)
        with urllib.request.urlopen(call, timeout=60) as answer:
            return json.loads(answer.read())

    def throttle(self):
        """From now on AWS refuses every call."""
        self.control("POST", "/faults", {"count": 1_000_000_000, "code": "Throttling"})

    def give_back(self):
        self.control("DELETE", "/faults")

    def calls(self):
        """How often each operation was called, refused calls included."""
        return self.control("GET", "/state")["calls"]


class HardDay(World):
    """A World whose machine may be busy with other things, and what is asked about it."""

    patience = 240

    def __init__(self, place, namespace, spec):
        super().__init__(place.sandbox, namespace, spec)
        self.place = place

    def image(self, version, env=None):
        """As people do it: the image alone with kubectl."""
        path = "/spec/template/spec/containers/0"
        changes = [{"op": "replace", "path": f"{path}/image", "value": f"{IMAGE}:{version}"}]
        if env is not None:
            changes.append({"op": "add", "path": f"{path}/env", "value": env})
        self.sandbox.kubectl("patch", "rollout", "shop", "-n", self.namespace, "--type=json", "-p", json.dumps(changes))

    def until_sees(self, condition, what, pause=0.2):
        try:
            return wait_until(condition, f"{self.namespace}: {what}", self.patience, pause)
        except AssertionError as error:
            raise AssertionError(f"{error}; {self.why()}") from error

    def why(self):
        """What `weir why` says."""
        run = subprocess.run(
            [WEIR, "why", "shop", "-n", self.namespace, "--kubeconfig", self.sandbox.kubeconfig,
             "--settle-seconds", "1", "--no-color"],
            capture_output=True, text=True, timeout=120, env=self.place.environment())
        assert run.returncode == 0, run.stderr
        return run.stdout

    def events(self, reason=None):
        """The messages of the Rollout's Events."""
        items = self.sandbox.call(self.path("api/v1", "events"))["items"]
        return [item["message"] for item in items if item["involvedObject"]["kind"] == "Rollout"
                and reason in (None, item["reason"])]

    def weight(self):
        """The canary's weight that was asked for last, and whether reads of AWS confirm it."""
        weights = self.status().get("canary", {}).get("weights")
        return weights and (weights["canary"]["weight"], weights.get("verified", False))

    def names(self, version=None):
        """The names of pods that nobody has told to end."""
        return {pod["metadata"]["name"] for pod in self.pods() if not pod["metadata"].get("deletionTimestamp")
                and version in (None, pod["spec"]["containers"][0]["image"].rsplit(":")[-1])}

    # The load balancer, as a person with the console sees it

    def rule(self):
        """The one rule with a weighted forward."""
        elb = self.sandbox.elbv2()
        prefix = "k8s-" + self.namespace.replace("-", "")[:8]
        balancer = next(one for one in elb.describe_load_balancers()["LoadBalancers"]
                        if one["LoadBalancerName"].startswith(prefix))
        listener, = elb.describe_listeners(LoadBalancerArn=balancer["LoadBalancerArn"])["Listeners"]
        rules = elb.describe_rules(ListenerArn=listener["ListenerArn"])["Rules"]
        rule, = (one for one in rules if not one["IsDefault"])
        return rule

    def live_weights(self):
        """The weights of the rule's target groups, by ARN."""
        groups = self.rule()["Actions"][0]["ForwardConfig"]["TargetGroups"]
        return {group["TargetGroupArn"]: group["Weight"] for group in groups}

    def edit_rule(self, weights):
        """Writes other weights, as somebody does who does not know of the Ingress."""
        rule = self.rule()
        groups = [{"TargetGroupArn": arn, "Weight": weight} for arn, weight in weights.items()]
        self.sandbox.elbv2().modify_rule(RuleArn=rule["RuleArn"], Actions=[
            {"Type": "forward", "ForwardConfig": {"TargetGroups": groups}}])
