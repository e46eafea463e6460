"""Both servers with their controllers, and the nodes that the scenarios play."""
import os
import pathlib
import subprocess
import sys
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(HERE))

from controllers.cluster import Cluster, Refused  # noqa: E402

WEIR = os.environ.get("WEIR", str(ROOT / ".build/release/weir"))
NODES = ["n1", "n2"]
HEARTBEAT_SECONDS = 5


class Unavailable(Exception):
    """The real control plane cannot be had here, and why."""


class Embedded:
    """`weir api-server --controllers`."""

    def __init__(self, folder):
        kubeconfig = folder / "embedded.kubeconfig"
        self.log = open(folder / "embedded.log", "w")
        self.process = subprocess.Popen(
            [WEIR, "api-server", "--controllers", "--write-kubeconfig", str(kubeconfig)],
            stdout=self.log, stderr=subprocess.STDOUT)
        end = time.monotonic() + 30
        while not kubeconfig.exists():
            assert self.process.poll() is None, (folder / "embedded.log").read_text()
            assert time.monotonic() < end, "weir api-server did not write its kubeconfig within 30 s"
            time.sleep(0.05)
        self.cluster = Cluster("embedded", kubeconfig)

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=20)
        self.log.close()


class Real:
    """etcd, kube-apiserver and kube-controller-manager, of `scripts/real-cluster`."""

    def __init__(self, folder):
        self.folder = folder / "real"
        given = os.environ.get("REAL_KUBECONFIG")
        self.is_ours = not given
        if not given:
            run = subprocess.run([str(ROOT / "scripts/real-cluster"), "start", str(self.folder)],
                                 capture_output=True, text=True)
            if run.returncode == 3:
                raise Unavailable(run.stderr.strip())
            assert run.returncode == 0, run.stderr
            given = run.stdout.strip()
        self.cluster = Cluster("real", given)

    def stop(self):
        if self.is_ours:
            subprocess.run([str(ROOT / "scripts/real-cluster"), "stop", str(self.folder)], check=True)


class Nodes:
    """Two nodes whose leases are renewed, so that nobody takes their pods away."""

    def __init__(self, clusters):
        self.clusters = clusters
        self.stopped = threading.Event()
        for cluster in clusters:
            for name in NODES:
                self.register(cluster, name)
        self.thread = threading.Thread(target=self.beat, daemon=True)
        self.thread.start()

    def register(self, cluster, name):
        condition = {"type": "Ready", "status": "True", "reason": "KubeletReady", "lastHeartbeatTime": self.now(),
                     "lastTransitionTime": self.now()}
        labels = {"kubernetes.io/hostname": name, "topology.kubernetes.io/zone": f"zone-{name}"}
        room = {"pods": "1000", "cpu": "100", "memory": "100Gi"}
        self.there(cluster, "Node", None, {"metadata": {"name": name, "labels": labels}})
        cluster.patch("Node", None, name, {
            "status": {"conditions": [condition], "capacity": room, "allocatable": room}}, "status")
        self.there(cluster, "Lease", "kube-node-lease", {"metadata": {"name": name}, "spec": {
            "holderIdentity": name, "leaseDurationSeconds": 40, "renewTime": self.now(".000000Z")}})

    @staticmethod
    def there(cluster, kind, namespace, document):
        """Creates an object unless it is there, as on a server that an earlier run has used."""
        try:
            cluster.create(kind, namespace, document)
        except Refused as refusal:
            if refusal.code != 409:
                raise

    @staticmethod
    def now(end="Z"):
        return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime()) + end

    def beat(self):
        while not self.stopped.wait(HEARTBEAT_SECONDS):
            for cluster in self.clusters:
                for name in NODES:
                    cluster.patch("Lease", "kube-node-lease", name, {"spec": {"renewTime": self.now(".000000Z")}})

    def stop(self):
        self.stopped.set()
        self.thread.join(timeout=30)
