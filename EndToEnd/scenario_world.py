"""A Rollout with its Services and its Ingress in a namespace of its own, and what people do to it under traffic."""
import collections
import copy
import time

from conftest import request
from load import Load
from waiting import wait_until

IMAGE = "example.com/shop"
STEPS = [{"setWeight": 20}, {"pause": {"duration": "2s"}}, {"setWeight": 50}, {"pause": {}}, {"setWeight": 100}]


def given(fields):
    """The fields that have a value; `None` leaves one out."""
    return {name: value for name, value in fields.items() if value is not None}


def rollout(strategy, replicas=3, **spec):
    container = {
        "name": "shop", "image": f"{IMAGE}:1", "ports": [{"name": "http", "containerPort": 8080}],
        "readinessProbe": {"httpGet": {"path": "/healthz", "port": "http"}, "periodSeconds": 1},
        "lifecycle": {"preStop": {"exec": {"command": ["sleep", "1"]}}},
    }
    return {
        "replicas": replicas, "revisionHistoryLimit": 2, "selector": {"matchLabels": {"app": "shop"}},
        "template": {"metadata": {"labels": {"app": "shop"}},
                     "spec": {"terminationGracePeriodSeconds": 10, "containers": [container]}},
        "strategy": strategy, **spec,
    }


def canary(steps=None, alb=None, replicas=3, spec=None, **changes):
    strategy = {
        "stableService": "stable", "canaryService": "canary", "scaleDownDelaySeconds": 2,
        "abortScaleDownDelaySeconds": 2, "steps": copy.deepcopy(STEPS if steps is None else steps),
        "trafficRouting": {"alb": given({"ingress": "front", "rootService": "root", "servicePort": 80, **(alb or {})})},
    }
    return rollout({"canary": given(strategy | changes)}, replicas, **(spec or {}))


def blue_green(replicas=3, spec=None, **changes):
    strategy = {"activeService": "root", "previewService": "canary", "autoPromotionEnabled": False,
                "scaleDownDelaySeconds": 2, "abortScaleDownDelaySeconds": 2}
    return rollout({"blueGreen": given(strategy | changes)}, replicas, **(spec or {}))


class World:
    """One scenario's namespace. The verbs below are what a scenario is written in."""

    host = "shop.example.com"
    patience = 90

    def __init__(self, sandbox, namespace, spec):
        self.sandbox, self.namespace, self.spec = sandbox, namespace, spec
        self.load = None

    # The objects

    def path(self, group, plural, name=""):
        return f"/{group}/namespaces/{self.namespace}/{plural}" + (f"/{name}" if name else "")

    def rollout_path(self):
        return self.path("apis/argoproj.io/v1alpha1", "rollouts", "shop")

    def create(self, group, plural, body):
        self.sandbox.call(self.path(group, plural), "POST", body, "application/json")

    def begin(self):
        """Applies everything and waits until the load balancer answers steadily."""
        self.sandbox.call("/api/v1/namespaces", "POST", {"metadata": {"name": self.namespace}}, "application/json")
        for name in ["root", "stable", "canary", "ping", "pong"]:
            self.create("api/v1", "services", {"metadata": {"name": name}, "spec": {
                "selector": {"app": "shop"}, "ports": [{"name": "http", "port": 80, "targetPort": "http"}]}})
        routing = self.spec["strategy"].get("canary", {}).get("trafficRouting")
        backend = routing["alb"].get("rootService", "stable") if routing else "root"
        port = {"name": "use-annotation"} if routing else {"number": 80}
        annotations = {f"alb.ingress.kubernetes.io/{key}": value for key, value in {
            "scheme": "internet-facing", "target-type": "ip", "healthcheck-path": "/healthz",
            "healthcheck-interval-seconds": "5", "healthcheck-timeout-seconds": "2",
            "target-group-attributes": "deregistration_delay.timeout_seconds=3"}.items()}
        annotations["kubernetes.io/ingress.class"] = "alb"
        self.create("apis/networking.k8s.io/v1", "ingresses", {
            "metadata": {"name": "front", "annotations": annotations},
            "spec": {"rules": [{"http": {"paths": [{
                "path": "/", "pathType": "Prefix", "backend": {"service": {"name": backend, "port": port}}}]}}]}})
        self.create("apis/argoproj.io/v1alpha1", "rollouts", {
            "apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout", "metadata": {"name": "shop"}, "spec": self.spec})
        self.until_healthy(1)
        # The load balancer's name has the first letters and digits of the namespace, and no others.
        address = self.sandbox.listener(80, "k8s-" + self.namespace.replace("-", "")[:8])
        good = 0

        def steady():
            nonlocal good
            good = good + 1 if request(address, host=self.host)[0] == 200 else 0
            return good >= 5
        wait_until(steady, f"{self.namespace}: steady answers", 60)
        self.load = Load(address, rate=20, workers=2, host=self.host, seconds=400)

    def rollout(self):
        return self.sandbox.call(self.rollout_path())

    def status(self):
        return self.rollout().get("status", {})

    def pods(self):
        return self.sandbox.call(self.path("api/v1", "pods"))["items"]

    def versions(self):
        return collections.Counter(pod["spec"]["containers"][0]["image"].rsplit(":")[-1] for pod in self.pods())

    def patch(self, body, subresource=""):
        self.sandbox.call(self.rollout_path() + subresource, "PATCH", body)

    # What people do

    def image(self, version, env=None):
        containers = self.rollout()["spec"]["template"]["spec"]["containers"]
        containers[0] |= {"image": f"{IMAGE}:{version}", "env": env}
        self.patch({"spec": {"template": {"spec": {"containers": containers}}}})

    def broken_image(self, version):
        """A version whose pods never become ready."""
        self.image(version, [{"name": "WEIR_STARTUP_SECONDS", "value": "9999"}])

    def scale(self, replicas):
        self.patch({"spec": {"replicas": replicas}})

    def abort(self):
        self.patch({"status": {"abort": True}}, "/status")

    def retry(self):
        self.patch({"status": {"abort": False}}, "/status")

    def resume(self):
        self.patch({"status": {"pauseConditions": None}}, "/status")

    def promote_full(self):
        self.patch({"status": {"promoteFull": True}}, "/status")

    def skip_step(self):
        status = self.status()
        self.patch({"status": {"pauseConditions": None, "currentStepIndex": status.get("currentStepIndex", 0) + 1}}, "/status")

    def pause(self):
        self.patch({"spec": {"paused": True}})

    def unpause(self):
        self.patch({"spec": {"paused": False}})

    def restart(self):
        self.former = {pod["metadata"]["name"] for pod in self.pods()}
        self.patch({"spec": {"restartAt": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())}})

    def delete_pod(self):
        """A person deletes a pod of the stable version, as `kubectl delete pod` does."""
        name = sorted(pod["metadata"]["name"] for pod in self.pods())[0]
        self.sandbox.call(self.path("api/v1", "pods", name), "DELETE", {}, "application/json")

    def wait(self, seconds):
        time.sleep(seconds)

    # What is waited for

    def until(self, condition, what):
        def holds():
            found = self.rollout()
            status = found.get("status", {})
            is_observed = status.get("observedGeneration") == str(found["metadata"]["generation"])
            return is_observed and condition(status)
        try:
            wait_until(holds, f"{self.namespace}: {what}", self.patience, 0.3)
        except AssertionError as error:
            status = {key: value for key, value in self.status().items() if key != "conditions"}
            raise AssertionError(f"{error}; status {status}; pods {dict(self.versions())}") from error

    def until_paused(self):
        """At a pause that somebody has to end."""
        steps = self.spec["strategy"].get("canary", {}).get("steps", [])

        def is_waiting(status):
            index = status.get("currentStepIndex", 0)
            ends = [step["pause"].get("duration") for step in steps[index:index + 1] if "pause" in step]
            return status.get("phase") == "Paused" and status.get("pauseConditions") and not any(ends)
        self.until(is_waiting, "a pause")

    def until_weight(self, weight):
        self.until(lambda status: status.get("canary", {}).get("weights", {}).get("verified")
                   and status["canary"]["weights"]["canary"]["weight"] == weight, f"a weight of {weight}")

    def until_degraded(self):
        self.until(lambda status: status.get("phase") == "Degraded", "Degraded")

    def until_healthy(self, version):
        self.until(lambda status: status.get("phase") == "Healthy"
                   and status.get("stableRS") == status.get("currentPodHash"), f"version {version} Healthy")

    def until_only(self, version):
        """Pods of one version only, as many as the spec asks for, and every answer from it."""
        wanted = self.rollout()["spec"]["replicas"]
        wait_until(lambda: self.versions() == {str(version): wanted}, f"{self.namespace}: {wanted} pods of version "
                   f"{version} only", self.patience, 0.3)
        wait_until(lambda: self.load.last == (200, f"{IMAGE}:{version}"), f"{self.namespace}: answers of {version}", 30)

    def until_settled(self, version):
        self.until_healthy(version)
        self.until_only(version)

    def until_aborted(self, version):
        self.until_degraded()
        self.until_only(version)

    def until_restarted(self):
        def is_new():
            names = {pod["metadata"]["name"] for pod in self.pods()}
            return len(names) == self.rollout()["spec"]["replicas"] and not names & self.former
        wait_until(is_new, f"{self.namespace}: new pods only", self.patience, 0.3)
        self.until_healthy("any")
