"""Weir's definitions and the peers' on both servers, and the Rollouts that people copy from examples/ and docs/."""
import json
import os
import pathlib
import re
import shutil
import subprocess
import time

import pytest
import yaml

from differential import servers
from differential.servers import ROOT

WEIR = os.environ.get("WEIR", str(ROOT / ".build/release/weir"))
KUBECTL = shutil.which("kubectl")
DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
ROLLOUTS = "/apis/argoproj.io/v1alpha1/namespaces/default/rollouts"
PEERS = os.environ.get("WEIR_PEER_CRDS")

pytestmark = pytest.mark.skipif(KUBECTL is None, reason="kubectl is not installed")


@pytest.fixture(scope="module", params=["weir", "real"])
def server(request, tmp_path_factory):
    """A server and how kubectl reaches it."""
    if request.param == "weir":
        with servers.weir() as server:
            yield server, ["--server", f"http://{server.host}:{server.port}", "--kubeconfig", os.devnull]
        return
    try:
        with servers.real_kubeconfig() as path:
            yield servers.Server.of_kubeconfig(path), ["--kubeconfig", path]
    except servers.Unavailable as reason:
        pytest.skip(f"no real control plane: {reason}")


def kubectl(server, *arguments, input=None):
    cache = ["--cache-dir", str(pathlib.Path(os.environ.get("TMPDIR", "/tmp")) / f"kubectl-{os.getpid()}-{id(server)}")]
    done = subprocess.run([KUBECTL, *server[1], *cache, *arguments], input=input, capture_output=True, text=True)
    assert done.returncode == 0, f"kubectl {' '.join(arguments)}: {done.stdout}{done.stderr}"
    return done.stdout


def ask(server, method, path, body=None):
    headers = {"Content-Type": "application/json"} if body is not None else {}
    connection, answer = server[0].send(method, path, None if body is None else json.dumps(body), headers)
    content = answer.read()
    connection.close()
    return answer.status, json.loads(content) if content.startswith(b"{") else content.decode()


def put_in_place(server, definition):
    """The definition instead of what is there under its name, once it is served."""
    name = definition["metadata"]["name"]
    ask(server, "DELETE", f"{DEFINITIONS}/{name}")
    end = time.monotonic() + 20
    while ask(server, "GET", f"{DEFINITIONS}/{name}")[0] != 404:
        assert time.monotonic() < end, f"{name} does not go"
        time.sleep(0.1)
    status, answer = ask(server, "POST", DEFINITIONS, definition)
    assert status == 201, answer
    wait_until_served(server, definition)


def wait_until_served(server, definition):
    spec = definition["spec"]
    path = f"/apis/{spec['group']}/{spec['versions'][0]['name']}/{spec['names']['plural']}"
    end = time.monotonic() + 20
    while ask(server, "GET", path)[0] != 200:
        assert time.monotonic() < end, f"{path} is not served"
        time.sleep(0.1)


def manifests(output):
    command = [WEIR, "manifests", "crds", "--output", output]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def documents(text):
    return [one for one in yaml.safe_load_all(text) if one]


def rollouts():
    """Every Rollout in examples/, in EndToEnd/manifests and in the blocks of YAML of docs/ and README.md."""
    found = []
    for path in sorted([*ROOT.glob("examples/**/*.yaml"), *ROOT.glob("EndToEnd/manifests/*.yaml")]):
        found += [(path.name, one) for one in documents(path.read_text()) if one.get("kind") == "Rollout"]
    for path in sorted([*ROOT.glob("docs/**/*.md"), ROOT / "README.md"]):
        for block in re.findall(r"```yaml\n(.*?)```", path.read_text(), re.DOTALL):
            if "kind: Rollout" in block:
                found += [(path.name, one) for one in documents(block) if one.get("kind") == "Rollout"]
    return found


def test_the_printed_formats_are_equal():
    assert documents(manifests("yaml")) == json.loads(manifests("json"))["items"]


def test_weirs_definitions_install_with_kubectl_and_take_every_rollout(server):
    for definition in documents(manifests("yaml")):
        put_in_place(server, definition)
    # Once more the way people do it: kubectl keeps a copy in an annotation.
    kubectl(server, "apply", "-f", "-", input=manifests("yaml"))
    assert "unchanged" in kubectl(server, "apply", "-f", "-", input=manifests("yaml"))
    assert len(rollouts()) >= 3
    for number, (_, rollout) in enumerate(rollouts()):
        body = {**rollout, "metadata": {**rollout["metadata"], "name": f"example-{number}", "namespace": "default"}}
        text = yaml.safe_dump(body)
        kubectl(server, "apply", "--dry-run=server", "-f", "-", input=text)
        kubectl(server, "apply", "-f", "-", input=text)
        status, kept = ask(server, "GET", f"{ROLLOUTS}/example-{number}")
        assert status == 200 and kept["spec"] == rollout["spec"], "nothing may be pruned or defaulted"
        assert ask(server, "DELETE", f"{ROLLOUTS}/example-{number}")[0] == 200


def test_the_scale_subresource_is_where_autoscalers_look(server):
    for definition in documents(manifests("yaml")):
        put_in_place(server, definition)
    _, rollout = rollouts()[0]
    body = {**rollout, "metadata": {"name": "scaled"}}
    assert ask(server, "POST", ROLLOUTS, body)[0] == 201
    kubectl(server, "scale", "rollout/scaled", "--replicas=7")
    assert ask(server, "GET", f"{ROLLOUTS}/scaled")[1]["spec"]["replicas"] == 7
    assert "DESIRED" in kubectl(server, "get", "ro")


@pytest.mark.skipif(not PEERS, reason="WEIR_PEER_CRDS does not name a folder with the peers' definitions")
def test_the_peers_definitions_are_taken_and_take_the_examples(server):
    for path in sorted(pathlib.Path(PEERS).glob("*.yaml")):
        for definition in documents(path.read_text()):
            put_in_place(server, json.loads(json.dumps(definition, default=str)))
    for number, (_, rollout) in enumerate(rollouts()):
        body = {**rollout, "metadata": {"name": f"peer-{number}"}}
        status, answer = ask(server, "POST", ROLLOUTS, body)
        assert status == 201, answer
    broken = json.loads(json.dumps(rollouts()[0][1]))
    broken["metadata"] = {"name": "broken"}
    broken["spec"]["template"]["spec"]["containers"][0].pop("name")
    status, answer = ask(server, "POST", ROLLOUTS, broken)
    assert status == 422
    assert answer["message"] == (
        'Rollout.argoproj.io "broken" is invalid: spec.template.spec.containers.name: Required value')
