"""A running `weir sandbox`, and the real clients that talk to it."""
import json
import os
import pathlib
import signal
import subprocess
import urllib.error
import urllib.request

import boto3
import pytest

from waiting import wait_until

HERE = pathlib.Path(__file__).resolve().parent
WEIR = os.environ.get("WEIR", str(HERE.parent / ".build/release/weir"))


class Sandbox:
    authority = None  # no TLS

    def __init__(self, folder, *arguments):
        self.kubeconfig = str(folder / "kubeconfig")
        self.state_path = folder / "state.json"
        self.log = open(folder / "sandbox.log", "w+")
        self.process = subprocess.Popen(
            [WEIR, "sandbox", "--kubeconfig", self.kubeconfig, "--state-file", str(self.state_path), *arguments],
            stdout=self.log, stderr=subprocess.STDOUT)
        wait_until(lambda: self.state_path.exists() and self.state()["ready"], "the sandbox's state file", 30)

    def state(self):
        return json.loads(self.state_path.read_text())

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        status = self.process.wait(timeout=20)
        self.log.close()
        return status

    def kubectl(self, *arguments, check=True, text=None, binary="kubectl"):
        run = subprocess.run([binary, "--kubeconfig", self.kubeconfig, *arguments], input=text,
                             capture_output=True, text=True, timeout=120)
        if check:
            assert run.returncode == 0, f"kubectl {' '.join(arguments)}: {run.stdout}{run.stderr}"
        return run

    def get(self, *arguments):
        return json.loads(self.kubectl("get", *arguments, "-o", "json").stdout)

    def apply(self, text):
        return self.kubectl("apply", "-f", "-", text=text).stdout

    def call(self, path, method="GET", body=None, kind="application/merge-patch+json"):
        """The API server's answer to one request; `None` for 404."""
        call = urllib.request.Request(
            self.state()["kubernetes"] + path, data=None if body is None else json.dumps(body).encode(), method=method,
            headers={"Content-Type": kind})
        try:
            with urllib.request.urlopen(call, timeout=30) as answer:
                return json.loads(answer.read())
        except urllib.error.HTTPError as error:
            if error.code == 404:
                return None
            raise AssertionError(f"{method} {path}: {error.code} {error.read().decode()}") from error

    def patch_status(self, name, body, namespace="default"):
        """Merges `body` (JSON text) into a Rollout's status, as `kubectl argo rollouts` does."""
        path = f"/apis/argoproj.io/v1alpha1/namespaces/{namespace}/rollouts/{name}/status"
        assert self.call(path, "PATCH", json.loads(body))

    def credentials(self):
        state = self.state()
        return {"AWS_ACCESS_KEY_ID": state["accessKeyId"], "AWS_SECRET_ACCESS_KEY": state["secretAccessKey"],
                "AWS_DEFAULT_REGION": state["region"], "AWS_EC2_METADATA_DISABLED": "true"}

    def elbv2(self):
        state = self.state()
        return boto3.client("elbv2", endpoint_url=state["elbv2"], region_name=state["region"],
                            aws_access_key_id=state["accessKeyId"], aws_secret_access_key=state["secretAccessKey"])

    def aws(self, *arguments):
        environment = dict(os.environ, **self.credentials())
        run = subprocess.run(["aws", "--endpoint-url", self.state()["elbv2"], "--output", "json", "elbv2", *arguments],
                             capture_output=True, text=True, timeout=60, env=environment)
        assert run.returncode == 0, run.stderr
        return json.loads(run.stdout) if run.stdout.strip() else None

    def listener(self, port, name_part=""):
        """`host:port` of the listener with a port, once it is served."""
        def find():
            for balancer in self.state()["loadBalancers"]:
                if name_part in balancer["name"]:
                    for listener in balancer["listeners"]:
                        if listener["port"] == port and listener["address"]:
                            return listener["address"]
            return None
        return wait_until(find, f"a listener on port {port}", 40)


def request(address, path="/", host=None, headers=None):
    """(status, headers, body) of one GET on a fresh connection."""
    all_headers = dict(headers or {}, Connection="close")
    if host:
        all_headers["Host"] = host
    call = urllib.request.Request(f"http://{address}{path}", headers=all_headers)
    try:
        with urllib.request.urlopen(call, timeout=15) as answer:
            return answer.status, answer.headers, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read().decode()


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory):
    running = Sandbox(tmp_path_factory.mktemp("sandbox"))
    yield running
    assert running.stop() == 0
