"""What runs the controllers in a cluster: printed, as a Kustomize base and as a Helm chart, all three the same."""
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from conftest import WEIR

ROOT = Path(__file__).resolve().parent.parent
BASE = ROOT / "deploy/kustomize/base"
CHART = ROOT / "deploy/helm/weir"
FLAGS = ["--cluster-name=prod", "--aws-vpc-id=vpc-0123", "--subnet=subnet-0a", "--subnet=subnet-0b"]


def run(*command, **keywords):
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, **keywords)
    assert done.returncode == 0, done.stderr
    return done.stdout


def by_name(text):
    documents = [document for document in yaml.safe_load_all(text) if document]
    found = {(document["kind"], document["metadata"]["name"]): document for document in documents}
    assert len(found) == len(documents)
    return found


def install(*arguments):
    return by_name(run(WEIR, "manifests", "install", *arguments))


def test_the_kustomize_base_is_what_is_printed():
    assert (BASE / "crds.yaml").read_text() == run(WEIR, "manifests", "crds"), "run scripts/update-deploy"
    assert (BASE / "weir.yaml").read_text() == run(WEIR, "manifests", "install", "--no-crds"), "run scripts/update-deploy"
    assert by_name(run("kubectl", "kustomize", BASE)) == install()


@pytest.fixture(scope="module")
def chart(tmp_path_factory):
    """Helm is no Debian package; its template language and functions are."""
    go = shutil.which("go") or "/usr/lib/go-1.19/bin/go"
    libraries = Path("/usr/share/gocode")
    if not Path(go).exists() or not (libraries / "src/github.com/Masterminds/sprig").is_dir():
        pytest.skip("needs golang-go, golang-github-masterminds-sprig-dev and golang-gopkg-yaml.v3-dev")
    folder = tmp_path_factory.mktemp("chart")
    environment = os.environ | {"GO111MODULE": "off", "GOPATH": str(libraries), "GOCACHE": str(folder / "cache")}
    run(go, "build", "-o", folder / "chart", ROOT / "EndToEnd/chart/render.go", env=environment)
    return lambda namespace="argo-rollouts", **values: by_name(run(folder / "chart", CHART, namespace, json.dumps(values)))


def without(documents, *kinds):
    return {key: document for key, document in documents.items() if key[0] not in kinds}


@pytest.mark.parametrize("arguments,values", [
    ([], {}),
    (["--namespaced", "--replicas", "3"], {"namespaced": True, "replicas": 3}),
    (["--role-arn", "arn:aws:iam::123456789012:role/weir", "--image", "example.com/weir:7", "--", *FLAGS],
     {"roleARN": "arn:aws:iam::123456789012:role/weir", "image": {"repository": "example.com/weir", "tag": "7"},
      "flags": FLAGS}),
], ids=["defaults", "namespaced", "everything"])
def test_the_chart_is_what_is_printed(chart, arguments, values):
    # A release's namespace and its CustomResourceDefinitions are Helm's to make.
    assert chart(**values) == without(install(*arguments), "Namespace", "CustomResourceDefinition")
    assert by_name((CHART / "crds/crds.yaml").read_text()) == {
        key: document for key, document in install().items() if key[0] == "CustomResourceDefinition"}


def test_everything_is_in_the_namespace_that_is_given():
    documents = install("--namespace", "delivery", "--namespaced")
    assert ("Namespace", "delivery") in documents
    for (kind, _), document in without(
            documents, "Namespace", "CustomResourceDefinition", "ClusterRole", "ClusterRoleBinding").items():
        assert document["metadata"]["namespace"] == "delivery", kind
    assert documents["ClusterRole", "weir"]["rules"] == [
        {"apiGroups": ["networking.k8s.io"], "resources": ["ingressclasses"], "verbs": ["list", "watch"]}]


def test_the_api_server_takes_all_of_it(sandbox):
    text = run(WEIR, "manifests", "install")
    workloads = [document for document in by_name(text).values()
                 if document["kind"] in ["Namespace", "ServiceAccount", "Service", "PodDisruptionBudget", "Deployment"]]
    sandbox.apply(yaml.safe_dump_all(workloads))


def test_mistakes_are_named():
    for arguments, words in [
            (["--replicas", "0"], "--replicas is 0"), (["--namespace", "No"], "--namespace"), (["--image", ""], "--image"),
            (["--", "--no-such-flag"], "--no-such-flag")]:
        done = subprocess.run([WEIR, "manifests", "install", *arguments], capture_output=True, text=True, timeout=60)
        assert done.returncode == 64 and words in done.stderr, (arguments, done.stderr)
