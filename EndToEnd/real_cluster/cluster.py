"""The processes of scripts/real-cluster, and a client for its API server that outlives restarts."""
import json
import os
import pathlib
import ssl
import subprocess
import time
import urllib.error
import urllib.request

import pytest
from waiting import wait_until

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
SCRIPT = ROOT / "scripts/real-cluster"


def skip_without_packages():
    """Ends the test where the packages cannot be had; builds the control plane where that has not been done."""
    build = subprocess.run([ROOT / "scripts/real-cluster-build"], capture_output=True, text=True)
    if build.returncode == 3:
        reason = build.stderr.strip().splitlines()[-1:] or ["scripts/real-cluster-build ended with exit code 3"]
        pytest.skip(f"no real control plane: {reason[0]}")
    assert build.returncode == 0, build.stderr[-2000:]


class RealCluster:
    def __init__(self, folder, weir, options):
        self.folder, self.weir = folder, weir
        self.script("start", "--with-weir", weir, *options)
        state = json.loads((folder / "cluster.json").read_text())
        self.kubeconfig, self.server, self.token = state["kubeconfig"], state["kubernetes"], state["token"]
        self.tls = ssl.create_default_context(cafile=folder / "certificates" / "apiserver.crt")
        self.balancer_state = folder / "load-balancer.json"

    def script(self, command, *arguments):
        run = subprocess.run([SCRIPT, command, self.folder, *arguments], capture_output=True, text=True, timeout=300)
        assert run.returncode == 0, f"real-cluster {command}: {run.stderr[-4000:]}"
        return run.stdout

    def stop(self):
        self.script("stop")

    def kubectl(self, *arguments, text=None):
        run = subprocess.run(["kubectl", "--kubeconfig", self.kubeconfig, *arguments], input=text, capture_output=True,
                             text=True, timeout=120)
        assert run.returncode == 0, f"kubectl {' '.join(arguments)}: {run.stdout}{run.stderr}"
        return run.stdout

    def call(self, path, method="GET", body=None, kind="application/json", patience=60):
        """One request to the API server, sent again while the server is away; `None` for 404."""
        end = time.monotonic() + patience
        while True:
            request = urllib.request.Request(
                self.server + path, method=method, data=None if body is None else json.dumps(body).encode(),
                headers={"Authorization": f"Bearer {self.token}", "Content-Type": kind})
            try:
                with urllib.request.urlopen(request, context=self.tls, timeout=10) as answer:
                    return json.loads(answer.read())
            except urllib.error.HTTPError as error:
                if error.code == 404:
                    return None
                if error.code < 500 and error.code != 429:
                    raise AssertionError(f"{method} {path}: {error.code} {error.read().decode()}") from error
                problem = error
            except OSError as error:
                problem = error
            assert time.monotonic() < end, f"{method} {path}: {problem}"
            time.sleep(0.1)

    def items(self, group, plural, namespace="default", selector=""):
        found = self.call(f"/{group}/namespaces/{namespace}/{plural}?labelSelector={selector}")
        return found["items"]

    def rollout(self, name, namespace="default"):
        return self.call(f"/apis/argoproj.io/v1alpha1/namespaces/{namespace}/rollouts/{name}")

    def listener(self, seconds=60):
        """`host:port` of the first load balancer's first listener, once it is served."""
        def find():
            balancers = json.loads(self.balancer_state.read_text())["loadBalancers"]
            return next((one["address"] for balancer in balancers for one in balancer["listeners"] if one["address"]), None)
        return wait_until(find, "a load balancer's listener", seconds)

    def logs(self, lines=30):
        """What there is, and the ends of the processes' logs, for a failure's message."""
        parts = [self.describe("get", "nodes,replicasets,pods,services,endpoints,ingresses", "-o", "wide"),
                 self.describe("get", "ingresses,services,replicasets", "-o", "yaml"),
                 self.describe("get", "pods", "-o", "yaml"), self.describe("get", "nodes,leases", "-A", "-o", "yaml"),
                 self.why()]
        for name in ("weir-controller", "weir-node", "weir-load-balancer", "kube-controller-manager"):
            log = (self.folder / f"{name}.log").read_text(errors="replace").splitlines()[-lines:]
            parts.append(f"--- {name}\n" + "\n".join(log))
        return "\n".join(parts)

    def describe(self, *arguments):
        """What kubectl prints, or why it cannot."""
        try:
            return f"--- kubectl {' '.join(arguments)}\n{self.kubectl(*arguments)}"
        except AssertionError as error:
            return str(error)

    def why(self):
        """What Weir says about its Rollouts."""
        names = [one["metadata"]["name"] for one in self.items("apis/argoproj.io/v1alpha1", "rollouts")]
        said = [subprocess.run([os.environ["WEIR"], "why", name, "--kubeconfig", self.kubeconfig, "--no-aws"],
                               capture_output=True, text=True, timeout=60) for name in names]
        return "--- weir why --no-aws\n" + "".join(one.stdout + one.stderr for one in said)

    def is_settled(self, name, namespace="default"):
        """The Rollout when it is Healthy for its spec as it is now and entirely on one version."""
        found = self.rollout(name, namespace)
        status = found.get("status", {})
        is_observed = status.get("observedGeneration") == str(found["metadata"]["generation"])
        is_promoted = status.get("stableRS") and status.get("stableRS") == status.get("currentPodHash")
        return found if is_observed and is_promoted and status.get("phase") == "Healthy" else None

    def problems_at_rest(self, name, image, namespace="default"):
        """What is not as it should be when nothing is going on: orphans, pods left over, old ReplicaSets kept."""
        rollout = self.rollout(name, namespace)
        spec, uid, current = rollout["spec"], rollout["metadata"]["uid"], rollout["status"]["currentPodHash"]
        selector = ",".join(f"{key}={value}" for key, value in spec["selector"]["matchLabels"].items())
        problems = []
        replica_sets = self.items("apis/apps/v1", "replicasets", namespace, selector)
        for one in replica_sets:
            meta, wanted, there = one["metadata"], one["spec"]["replicas"], one["status"]["replicas"]
            owners = [owner["uid"] for owner in meta.get("ownerReferences", []) if owner.get("controller")]
            is_current = meta["labels"].get("rollouts-pod-template-hash") == current
            if owners != [uid]:
                problems.append(f"ReplicaSet {meta['name']} is owned by {owners}")
            if (wanted, there) != ((spec["replicas"],) * 2 if is_current else (0, 0)):
                problems.append(f"ReplicaSet {meta['name']} wants {wanted} and has {there}, current: {is_current}")
        old = len(replica_sets) - 1
        if old > spec["revisionHistoryLimit"]:
            problems.append(f"{old} old ReplicaSets, the limit is {spec['revisionHistoryLimit']}")
        pods = self.items("api/v1", "pods", namespace, selector)
        images = sorted(pod["spec"]["containers"][0]["image"] for pod in pods)
        if images != [image] * spec["replicas"]:
            problems.append(f"pods run {images}, expected {spec['replicas']} of {image}")
        for pod in pods:
            conditions = {one["type"]: one["status"] for one in pod["status"].get("conditions", [])}
            if "deletionTimestamp" in pod["metadata"] or conditions.get("Ready") != "True":
                problems.append(f"pod {pod['metadata']['name']} is not Ready or terminating")
        return problems
