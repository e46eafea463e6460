"""The life of one of the manifests in `documented/`, in a namespace of its own: what is done to it and seen of it."""
import copy
import json
import pathlib
import subprocess
import time

import yaml
from conftest import WEIR, request
from scenario_world import World
from waiting import wait_until

FOLDER = pathlib.Path(__file__).resolve().parent / "documented"
IMAGE = "registry.example/tea"
HASH = "rollouts-pod-template-hash"
PREFIX = "alb.ingress.kubernetes.io/"


class Life(World):
    """`number` makes the first letters of the namespace, and so the load balancer's name, its own."""

    patience = 150

    def __init__(self, sandbox, number, manifest):
        self.file = FOLDER / f"{manifest}.yaml"
        documents = [one for one in yaml.safe_load_all(self.file.read_text()) if one]
        rollout = next(one for one in documents if one["kind"] == "Rollout")
        self.name = rollout["metadata"]["name"]
        super().__init__(sandbox, f"d{number:02}-{manifest}", rollout["spec"])

    def rollout_path(self):
        return self.path("apis/argoproj.io/v1alpha1", "rollouts", self.name)

    def begin(self):
        """Applies the manifest with kubectl, and waits until the Rollout is accepted."""
        self.sandbox.kubectl("create", "namespace", self.namespace)
        applied = self.sandbox.kubectl("apply", "--validate=strict", "-n", self.namespace, "-f", str(self.file))
        assert "Warning" not in applied.stderr, applied.stderr
        # The Rollout may arrive at the controller before the Services that it names.
        self.until(lambda status: status.get("phase") and "InvalidSpec" not in status.get("message", ""),
                   "an accepted spec")

    def end(self):
        self.sandbox.call(f"/api/v1/namespaces/{self.namespace}", "DELETE", {}, "application/json")

    # What is done

    def image(self, version, environment=None):
        path, around = self.template_place()
        holder = self.sandbox.call(path)
        containers = copy.deepcopy(around(holder)["template"]["spec"]["containers"])
        containers[0] |= {"image": f"{IMAGE}:{version}", "env": environment}
        if environment is None:
            del containers[0]["env"]
        template = {"template": {"spec": {"containers": containers}}}
        self.sandbox.call(path, "PATCH", template if around(holder) is holder else {"spec": template})

    def template_place(self):
        """Where the pod template stands: a path, and what in that object has the key `template`."""
        reference = self.rollout()["spec"].get("workloadRef", {})
        if reference.get("kind") == "PodTemplate":
            return self.path("api/v1", "podtemplates", self.name), lambda found: found
        if reference:
            return self.path("apis/apps/v1", "deployments", self.name), lambda found: found["spec"]
        return self.rollout_path(), lambda found: found["spec"]

    def broken_image(self, version):
        self.image(version, [{"name": "WEIR_STARTUP_SECONDS", "value": "9999"}])

    def start(self, version=1):
        self.begin()
        self.until_healthy(version)

    def update_to_pause(self, version=2):
        self.image(version)
        self.until_paused()

    def finish(self, version=2):
        self.resume()
        self.until_healthy(version)

    # What is seen

    def get(self, group, plural, name):
        return self.sandbox.call(self.path(group, plural, name))

    def replica_sets(self):
        """By the version they run."""
        items = self.sandbox.call(self.path("apis/apps/v1", "replicasets"))["items"]
        own = [one for one in items if one["metadata"]["ownerReferences"][0]["kind"] == "Rollout"]
        return {one["spec"]["template"]["spec"]["containers"][0]["image"].rsplit(":")[-1]: one for one in own}

    def wanted(self):
        """`spec.replicas` of the ReplicaSets that have pods, by version."""
        found = {version: one["spec"]["replicas"] for version, one in self.replica_sets().items()}
        return {version: count for version, count in found.items() if count}

    def available(self):
        found = {version: one["status"].get("availableReplicas", 0) for version, one in self.replica_sets().items()}
        return {version: count for version, count in found.items() if count}

    def hash(self, version):
        return self.replica_sets()[str(version)]["metadata"]["labels"][HASH]

    def selected(self, service):
        """The hash that a Service selects."""
        return self.get("api/v1", "services", service)["spec"]["selector"].get(HASH)

    def annotations(self, ingress):
        return self.get("apis/networking.k8s.io/v1", "ingresses", ingress)["metadata"].get("annotations", {})

    def action(self, ingress, name, prefix=PREFIX):
        text = self.annotations(ingress).get(f"{prefix}actions.{name}")
        return json.loads(text) if text else None

    def weights(self, ingress, name, prefix=PREFIX):
        """By Service."""
        action = self.action(ingress, name, prefix)
        return action and {one["ServiceName"]: one["Weight"] for one in action["ForwardConfig"]["TargetGroups"]}

    def deadline(self, version):
        """When the ReplicaSet of a version is to go, if it is."""
        return self.replica_sets()[str(version)]["metadata"]["annotations"].get("scale-down-deadline")

    def live_pods(self):
        return [one for one in self.pods() if not one["metadata"].get("deletionTimestamp")]

    def event_reasons(self):
        items = self.sandbox.call(self.path("api/v1", "events"))["items"]
        return {one["reason"] for one in items if one["involvedObject"]["kind"] == "Rollout"}

    def answers(self, count=20, **headers):
        """The versions that answer at the load balancer, and codes that are not 200."""
        address = self.sandbox.listener(80, "k8s-" + self.namespace.replace("-", "")[:8])
        found = [request(address, headers=headers) for _ in range(count)]
        return {headers["x-weir-image"].rsplit(":")[-1] if code == 200 else f"status {code}"
                for code, headers, _ in found}

    # What is waited for

    def until_pods(self, **counts):
        """`until_pods(v1=3, v2=1)`: the ReplicaSets want so many pods and have them, and nobody else has any."""
        goal = {version[1:]: count for version, count in counts.items() if count}
        wait_until(lambda: self.wanted() == goal and self.available() == goal,
                   f"{self.namespace}: pods {goal}, not {self.wanted()}", self.patience, 0.3)

    def until_sees(self, condition, what):
        return wait_until(condition, f"{self.namespace}: {what}", self.patience, 0.3)

    def until_events(self, *reasons):
        """Events are written beside what they are about, and may come later."""
        self.until_sees(lambda: self.event_reasons() >= set(reasons), f"events {reasons}")

    def holds_for(self, seconds, condition, what):
        """Something stays as it is for a while."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            assert condition(), f"{self.namespace}: {what}"
            self.wait(0.2)

    def watched_update(self, version=2):
        """Updates to the end; the smallest number of available pods and the largest number of wanted ones seen."""
        self.image(version)
        least, most = 10**6, 0

        def is_over():
            nonlocal least, most
            sets = self.replica_sets().values()
            least = min(least, sum(one["status"].get("availableReplicas", 0) for one in sets))
            most = max(most, sum(one["spec"]["replicas"] for one in sets))
            found = self.rollout()
            status = found["status"]
            return (status.get("observedGeneration") == str(found["metadata"]["generation"])
                    and status.get("phase") == "Healthy" and status["stableRS"] == status["currentPodHash"])
        wait_until(is_over, f"{self.namespace}: Healthy", self.patience, 0.05)
        return least, most


def lint(manifest):
    return subprocess.run([WEIR, "lint", "-f", str(FOLDER / f"{manifest}.yaml")], capture_output=True, text=True,
                          timeout=30)
