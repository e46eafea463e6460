"""weir doctor, and the budget of AWS calls, against a sandbox."""
import json
import os
import socket
import subprocess
import urllib.request

import boto3
import botocore.config
import botocore.exceptions
import pytest

from conftest import WEIR, Sandbox, wait_until


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    running = Sandbox(tmp_path_factory.mktemp("doctor"), "--no-controllers", "--throttle")
    yield running
    assert running.stop() == 0


def doctor(sandbox, *arguments, **variables):
    environment = {**os.environ, **sandbox.credentials(), "AWS_ENDPOINT_URL": sandbox.state()["elbv2"], **variables}
    run = subprocess.run([WEIR, "doctor", "--kubeconfig", sandbox.kubeconfig, "--output", "json", *arguments],
                         capture_output=True, text=True, env=environment, timeout=60)
    report = json.loads(run.stdout)
    return run.returncode, {finding["point"]: finding for finding in report["findings"]}, report


def test_everything_is_there(bare):
    code, findings, report = doctor(bare)
    assert code == 0 and not report["failed"]
    assert findings["definition rollouts.argoproj.io"]["outcome"] == "ok"
    assert findings["rights"]["outcome"] == "ok"
    assert findings["region"]["detail"].startswith(bare.state()["region"])
    for operation in ("DescribeRules", "DescribeTargetHealth", "ModifyRule", "RegisterTargets"):
        assert findings["elasticloadbalancing:" + operation]["outcome"] == "ok"


def test_a_wrong_key_is_said_with_a_remedy(bare):
    _, findings, _ = doctor(bare, "--no-kubernetes", AWS_SECRET_ACCESS_KEY="wrong")
    assert findings["elasticloadbalancing:DescribeLoadBalancers"]["outcome"] != "ok"
    assert "SignatureDoesNotMatch" in findings["elasticloadbalancing:DescribeLoadBalancers"]["detail"]


def test_a_role_of_a_profile_and_a_program_that_prints_keys(bare, tmp_path):
    state = bare.state()
    keys = json.dumps({"Version": 1, "AccessKeyId": state["accessKeyId"], "SecretAccessKey": state["secretAccessKey"]})
    (tmp_path / "keys").write_text(keys)
    (tmp_path / "config").write_text(
        f"[profile printed]\ncredential_process = cat {tmp_path / 'keys'}\nregion = {state['region']}\n")
    code, findings, _ = doctor(bare, "--no-kubernetes", AWS_PROFILE="printed", AWS_CONFIG_FILE=str(tmp_path / "config"),
                               AWS_ACCESS_KEY_ID="", AWS_SECRET_ACCESS_KEY="", AWS_DEFAULT_REGION="")
    assert code == 0
    assert findings["credentials"]["detail"].startswith("credential_process of profile 'printed'")


def test_without_a_region_the_places_that_were_looked_at_are_named(bare):
    code, findings, report = doctor(bare, "--no-kubernetes", AWS_DEFAULT_REGION="", AWS_REGION="",
                                    AWS_CONFIG_FILE="/nowhere", AWS_SHARED_CREDENTIALS_FILE="/nowhere")
    assert code == 1 and report["failed"]
    assert "AWS_REGION" in findings["region"]["detail"] and findings["region"]["remedy"]


@pytest.fixture
def untouched(tmp_path):
    running = Sandbox(tmp_path, "--no-controllers", "--throttle")
    yield running
    assert running.stop() == 0


def test_the_controllers_stay_within_what_aws_grants(untouched, tmp_path):
    """An account that refuses what is too much refuses nothing to the controllers, and others are refused."""
    bare = untouched
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    state = bare.state()
    environment = {**os.environ, **bare.credentials(), "AWS_ENDPOINT_URL": state["elbv2"]}
    controller = subprocess.Popen(
        [WEIR, "controller", "--kubeconfig", bare.kubeconfig, "--leader-elect", "false", "--metrics-port", str(port),
         "--healthz-port", "0", "--operations-address", "127.0.0.1", "--aws-vpc-id", state["vpcId"],
         "--subnet", state["subnets"][0], "--subnet", state["subnets"][1], "--aws-verify-target-group"],
        env=environment, stderr=(tmp_path / "controller.log").open("w"))
    try:
        bare.kubectl("apply", "-f", "examples/canary-alb")
        wait_until(lambda: bare.state()["loadBalancers"], "a load balancer", 60)

        def metrics():
            text = urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5).read().decode()
            return dict(line.rsplit(" ", 1) for line in text.splitlines() if line and not line.startswith("#"))

        def modified():
            return [n for n, v in metrics().items() if 'operation="ModifyRule",result="ok"' in n and float(v) > 0]

        wait_until(modified, "the first weights", 60)
        seen = metrics()
        assert not [name for name in seen if 'result="throttled"' in name]
        assert [name for name in seen if name.startswith("weir_aws_budget_wait_seconds_count")]
        assert float(seen['weir_aws_budget_percent{bucket="mutating"}']) == 100
    finally:
        controller.terminate()
        controller.wait(timeout=40)
    assert "self-test ended" in (tmp_path / "controller.log").read_text()
    client = boto3.client("elbv2", endpoint_url=state["elbv2"], region_name=state["region"],
                          aws_access_key_id=state["accessKeyId"], aws_secret_access_key=state["secretAccessKey"],
                          config=botocore.config.Config(retries={"total_max_attempts": 1}))
    with pytest.raises(botocore.exceptions.ClientError) as refusal:
        for _ in range(500):
            client.describe_load_balancers()
    assert refusal.value.response["Error"]["Code"] == "Throttling"
