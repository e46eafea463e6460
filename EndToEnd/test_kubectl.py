"""The kubectl commands that people use, against the sandbox."""
import os
import subprocess
import time

import pytest

from conftest import HERE, request, wait_until

EXAMPLE = HERE.parent / "examples/canary-alb"


@pytest.fixture(scope="module")
def example(sandbox):
    sandbox.kubectl("apply", "-f", str(EXAMPLE))
    wait_until(lambda: sandbox.get("rollout", "checkout").get("status", {}).get("phase") == "Healthy", "Healthy", 60)
    return sandbox


def test_apply_is_idempotent(example):
    output = example.kubectl("apply", "-f", str(EXAMPLE)).stdout
    assert output.count("unchanged") == 5, output


def test_server_side_apply(example):
    output = example.kubectl("apply", "--server-side", "--force-conflicts", "-f", str(EXAMPLE / "services.yaml")).stdout
    assert output.count("serverside-applied") == 3, output


@pytest.mark.parametrize("kind,columns", [
    ("rollouts", ["NAME", "DESIRED", "CURRENT", "UP-TO-DATE", "AVAILABLE", "AGE"]),
    ("replicasets", ["NAME", "DESIRED", "CURRENT", "READY", "AGE"]),
    ("pods", ["NAME", "READY", "STATUS", "RESTARTS", "AGE"]),
    ("services", ["NAME", "TYPE", "CLUSTER-IP", "EXTERNAL-IP", "PORT(S)", "AGE"]),
    ("ingresses", ["NAME", "CLASS", "HOSTS", "ADDRESS", "PORTS", "AGE"]),
])
def test_tables_have_the_right_columns(example, kind, columns):
    assert example.kubectl("get", kind).stdout.splitlines()[0].split() == columns


def test_output_forms(example):
    assert "kind: Rollout" in example.kubectl("get", "ro", "checkout", "-o", "yaml").stdout
    assert example.kubectl("get", "ro", "checkout", "-o", "name").stdout.strip() == "rollout.argoproj.io/checkout"
    assert example.kubectl("get", "ro", "checkout", "-o", "jsonpath={.spec.replicas}").stdout == "4"
    columns = example.kubectl("get", "pods", "-o", "custom-columns=N:.metadata.name,IP:.status.podIP").stdout
    assert columns.splitlines()[0].split() == ["N", "IP"] and "10.244." in columns
    assert "NODE" in example.kubectl("get", "pods", "-o", "wide").stdout
    assert "10.244." in example.kubectl("get", "endpoints", "checkout-stable").stdout


def test_describe(example):
    text = example.kubectl("describe", "rollout", "checkout").stdout
    assert "Kind:         Rollout" in text and "Events:" in text
    pod = example.get("pods", "-l", "app=checkout")["items"][0]["metadata"]["name"]
    text = example.kubectl("describe", "pod", pod).stdout
    assert "Readiness:" in text and "example.com/checkout:1.0" in text
    assert "Rules:" in example.kubectl("describe", "ingress", "checkout").stdout


def test_patch_label_annotate(example):
    for kind, patch in [("merge", '{"metadata":{"labels":{"a":"1"}}}'),
                        ("json", '[{"op":"add","path":"/metadata/labels/b","value":"2"}]')]:
        example.kubectl("patch", "rollout", "checkout", "--type", kind, "-p", patch)
    example.kubectl("patch", "service", "checkout-root", "--type", "strategic", "-p",
                    '{"spec":{"ports":[{"port":80,"name":"http","targetPort":"http"}]}}')
    refused = example.kubectl("patch", "rollout", "checkout", "--type", "strategic", "-p", "{}", check=False)
    # Newer kubectls say themselves that custom resources cannot be merged so; older ones pass on the server's refusal.
    assert refused.returncode != 0 and "merge-patch+json" in refused.stderr
    example.kubectl("label", "rollout", "checkout", "team=shop")
    example.kubectl("annotate", "rollout", "checkout", "note=hello")
    labels = example.get("rollout", "checkout")["metadata"]["labels"]
    assert labels["a"] == "1" and labels["b"] == "2" and labels["team"] == "shop"
    assert example.kubectl("get", "rollouts", "-l", "team=shop", "-o", "name").stdout.strip()
    assert not example.kubectl("get", "rollouts", "-l", "team=none", "-o", "name").stdout.strip()


def edit(example, tmp_path, script):
    editor = tmp_path / "editor"
    editor.write_text(f"#!/bin/sh\n{script}\n")
    editor.chmod(0o755)
    return subprocess.run(["kubectl", "--kubeconfig", example.kubeconfig, "edit", "service", "checkout-root"],
                          capture_output=True, text=True, timeout=60, env=dict(os.environ, KUBE_EDITOR=str(editor)))


def test_edit(example, tmp_path):
    run = edit(example, tmp_path, "true")
    assert run.returncode == 0 and "no changes" in run.stdout + run.stderr, run.stdout + run.stderr
    run = edit(example, tmp_path, 'sed -i "s/port: 80$/port: 8080/" "$1"')
    assert run.returncode == 0 and "edited" in run.stdout, run.stdout + run.stderr
    assert example.get("service", "checkout-root")["spec"]["ports"][0]["port"] == 8080
    # The port's number is the merge key of the list: applying 80 adds it beside 8080, under a name which is taken then.
    refused = example.kubectl("apply", "-f", str(EXAMPLE / "services.yaml"), check=False)
    assert refused.returncode != 0 and 'Duplicate value: "http"' in refused.stderr, refused.stderr
    run = edit(example, tmp_path, 'sed -i "s/port: 8080$/port: 80/" "$1"')
    assert run.returncode == 0 and "edited" in run.stdout, run.stdout + run.stderr
    assert example.get("service", "checkout-root")["spec"]["ports"][0]["port"] == 80


def test_scale_and_wait(example):
    example.kubectl("scale", "rollout", "checkout", "--replicas", "5")
    wait_until(lambda: example.get("rollout", "checkout")["status"].get("availableReplicas") == 5, "five replicas", 40)
    example.kubectl("scale", "rollout", "checkout", "--replicas", "4")
    wait_until(lambda: len(example.get("pods", "-l", "app=checkout")["items"]) == 4, "four pods", 60)
    example.kubectl("wait", "--for=condition=Ready", "pod", "-l", "app=checkout", "--timeout=30s")


def test_create_delete_and_watch(example):
    watch = subprocess.Popen(["kubectl", "--kubeconfig", example.kubeconfig, "get", "configmaps", "-w", "-o", "name"],
                             stdout=subprocess.PIPE, text=True)
    time.sleep(1)
    example.kubectl("create", "configmap", "seen", "--from-literal=a=b")
    example.kubectl("delete", "configmap", "seen")
    time.sleep(1)
    watch.terminate()
    lines = watch.communicate(timeout=10)[0].split()
    assert lines.count("configmap/seen") >= 2, lines


def test_logs_are_the_access_log(example):
    address = example.listener(80)
    wait_until(lambda: request(address, "/seen-in-the-log")[0] == 200, "the load balancer's answer", 40)

    def lines():
        text = ""
        for pod in example.get("pods", "-l", "app=checkout")["items"]:
            text += example.kubectl("logs", pod["metadata"]["name"]).stdout
        return text
    wait_until(lambda: "/seen-in-the-log" in lines(), "the request in a pod's log", 20)
    pod = example.get("pods", "-l", "app=checkout")["items"][0]["metadata"]["name"]
    assert len(example.kubectl("logs", pod, "--tail=1").stdout.splitlines()) == 1


def test_events(example):
    text = example.kubectl("get", "events").stdout
    assert "RolloutUpdated" in text or "NewReplicaSetCreated" in text, text
    assert example.kubectl("events", check=False).returncode in (0, 1)


def test_api_resources(example):
    text = example.kubectl("api-resources").stdout
    for kind in ["Rollout", "ReplicaSet", "Ingress", "EndpointSlice", "TargetGroupBinding", "CustomResourceDefinition"]:
        assert kind in text
    # kubectl before 1.27 explains from a complete OpenAPI v2 document, which the sandbox does not have.
    explained = example.kubectl("explain", "pods", check=False)
    assert explained.returncode == 0 or "couldn't find resource" in explained.stderr, explained.stderr


def test_bad_input_is_refused_clearly(example):
    run = example.kubectl("apply", "-f", "-", check=False, text="apiVersion: v1\nkind: Service\nmetadata: {name: Bad_Name}\n"
                          "spec: {ports: [{port: 99999}]}\n")
    assert run.returncode != 0 and "Invalid value" in run.stderr
    missing = example.kubectl("get", "rollout", "nothing", check=False)
    assert missing.returncode == 1 and 'rollouts.argoproj.io "nothing" not found' in missing.stderr


def test_a_rollout_with_a_missing_service_says_so(example):
    text = example.kubectl("get", "rollout", "checkout", "-o", "yaml").stdout
    document = example.get("rollout", "checkout")
    spec = document["spec"]
    spec["strategy"]["canary"]["canaryService"] = "missing"
    import json
    example.apply(json.dumps({"apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout",
                              "metadata": {"name": "broken", "namespace": "default"}, "spec": spec}))

    def invalid():
        conditions = example.get("rollout", "broken").get("status", {}).get("conditions", [])
        return [c for c in conditions if c["type"] == "InvalidSpec" and c["status"] == "True"]
    condition = wait_until(invalid, "condition InvalidSpec", 20)[0]
    assert "missing" in condition["message"] and text
    example.kubectl("delete", "rollout", "broken")
