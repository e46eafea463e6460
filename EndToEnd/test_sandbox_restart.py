"""`weir sandbox --data-dir`: after kill -9 the load balancers are the same, and everything is served again."""
import json
import os
import random
import threading
import time

import botocore.exceptions
import pytest

from conftest import HERE, Sandbox, request, wait_until
from load import Load

ROUNDS = int(os.environ.get("SANDBOX_RESTART_ROUNDS", "6"))
SEED = int(os.environ.get("SANDBOX_RESTART_SEED", "1"))
FOLDER = HERE.parent / "examples/canary-alb"


class Kept:
    """A sandbox that can be killed and started again on the same data."""

    def __init__(self, folder, *arguments):
        self.folder, self.arguments, self.starts = folder, arguments, 0
        self.sandbox = None

    def start(self):
        self.starts += 1
        folder = self.folder / f"start{self.starts}"
        folder.mkdir()
        self.sandbox = Sandbox(folder, "--data-dir", str(self.folder / "data"), *self.arguments)
        return self.sandbox

    def kill(self):
        self.sandbox.process.kill()
        self.sandbox.process.wait(timeout=20)
        self.sandbox.log.close()

    def restart(self):
        self.kill()
        return self.start()


@pytest.fixture
def kept(tmp_path):
    running = Kept(tmp_path)
    running.start()
    yield running
    assert running.sandbox.stop() == 0


def phase(sandbox):
    found = sandbox.get("rollout", "checkout")
    status = found.get("status", {})
    return status.get("phase") if status.get("observedGeneration") == str(found["metadata"]["generation"]) else None


def balancing(sandbox):
    """What the AWS CLI shows of load balancers, without the health of targets."""
    balancers = sandbox.aws("describe-load-balancers")["LoadBalancers"]
    found = {"balancers": balancers, "groups": sandbox.aws("describe-target-groups")["TargetGroups"]}
    arns = [one["LoadBalancerArn"] for one in balancers]
    for arn in arns:
        found[f"{arn} attributes"] = sandbox.aws("describe-load-balancer-attributes", "--load-balancer-arn", arn)
        for listener in sandbox.aws("describe-listeners", "--load-balancer-arn", arn)["Listeners"]:
            found[listener["ListenerArn"]] = listener
            rules = sandbox.aws("describe-rules", "--listener-arn", listener["ListenerArn"])["Rules"]
            found[f"{listener['ListenerArn']} rules"] = rules
            arns = arns + [listener["ListenerArn"]] + [rule["RuleArn"] for rule in rules]
    for group in found["groups"]:
        arn = group["TargetGroupArn"]
        arns.append(arn)
        found[f"{arn} attributes"] = sandbox.aws("describe-target-group-attributes", "--target-group-arn", arn)
    found["tags"] = sandbox.aws("describe-tags", "--resource-arns", *arns)
    return json.loads(json.dumps(found))


def pods(sandbox):
    """name -> (IP, restarts, ready) of the pods of the Rollout."""
    found = {}
    for pod in sandbox.get("pods", "-l", "app=checkout")["items"]:
        status = pod["status"]["containerStatuses"][0]
        found[pod["metadata"]["name"]] = (pod["status"]["podIP"], status["restartCount"], status["ready"])
    return found


def set_image(sandbox, version):
    sandbox.kubectl("patch", "rollout", "checkout", "--type", "json", "-p",
                    '[{"op":"replace","path":"/spec/template/spec/containers/0/image",'
                    f'"value":"example.com/checkout:{version}"}}]')


def deploy(sandbox):
    sandbox.kubectl("apply", "-f", str(FOLDER))
    wait_until(lambda: phase(sandbox) == "Healthy", "the first version Healthy", 60)
    address = sandbox.listener(80)
    wait_until(lambda: request(address)[0] == 200, "an answer", 40)
    return address


def served_without_failure(address, seconds=3.0):
    """Whether all requests of some seconds were answered; the wait for the first good one is the caller's."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if request(address)[0] != 200:
            return False
    return True


def test_everything_is_served_again_and_an_update_fails_no_request(kept):
    address = deploy(kept.sandbox)
    before, pods_before = balancing(kept.sandbox), pods(kept.sandbox)
    assert len(pods_before) == 4 and all(ready for _, _, ready in pods_before.values())

    sandbox = kept.restart()
    assert sandbox.listener(80) == address
    wait_until(lambda: all(ready for _, _, ready in pods(sandbox).values()), "the pods ready", 40)
    after = pods(sandbox)
    assert {name: ip for name, (ip, _, _) in after.items()} == {name: ip for name, (ip, _, _) in pods_before.items()}
    assert [restarts for _, restarts, _ in after.values()] == [1, 1, 1, 1]
    wait_until(lambda: served_without_failure(address), "an answer to everything", 60)
    assert balancing(sandbox) == before
    wait_until(lambda: phase(sandbox) == "Healthy", "the Rollout Healthy", 60)

    with Load(address, rate=80, workers=4) as load:
        set_image(sandbox, "2.0")
        wait_until(lambda: phase(sandbox) == "Healthy", "2.0 Healthy", 120)
        wait_until(lambda: len(pods(sandbox)) == 4, "the former pods gone", 60)
    assert not load.failures and load.total > 100
    assert load.last == (200, "example.com/checkout:2.0")


def test_an_update_goes_on_where_it_was_killed(kept):
    address = deploy(kept.sandbox)
    set_image(kept.sandbox, "2.0")
    wait_until(lambda: kept.sandbox.get("rollout", "checkout")["status"].get("currentStepIndex", 0) >= 1,
               "the first pause", 60)
    arns = [one["LoadBalancerArn"] for one in kept.sandbox.aws("describe-load-balancers")["LoadBalancers"]]
    sandbox = kept.restart()
    wait_until(lambda: phase(sandbox) == "Healthy", "2.0 Healthy", 120)
    wait_until(lambda: served_without_failure(address), "an answer to everything", 60)
    assert request(address)[1]["x-weir-image"].endswith(":2.0")
    assert [one["LoadBalancerArn"] for one in sandbox.aws("describe-load-balancers")["LoadBalancers"]] == arns


class Caller(threading.Thread):
    """Makes target groups and tags them, and notes what was answered, until the endpoint is gone."""

    def __init__(self, sandbox, start):
        super().__init__()
        self.client = sandbox.elbv2()
        self.start_number = start
        self.known = {}             # name -> (ARN, value of the tag "round")
        self.deleted = set()
        self.open = None            # the name whose call got no answer

    def run(self):
        number = self.start_number
        try:
            while True:
                name = f"g{number}"
                number += 1
                self.open = name
                made = self.client.create_target_group(
                    Name=name, Protocol="HTTP", Port=80, VpcId="vpc-0123456789abcdef0", TargetType="ip")
                arn = made["TargetGroups"][0]["TargetGroupArn"]
                self.known[name] = (arn, None)
                self.client.add_tags(ResourceArns=[arn], Tags=[{"Key": "round", "Value": name}])
                self.known[name] = (arn, name)
                if number % 3 == 0:
                    self.client.delete_target_group(TargetGroupArn=arn)
                    del self.known[name]
                    self.deleted.add(name)
                self.open = None
        except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError):
            pass


def test_no_acknowledged_call_is_lost_when_killed_at_any_moment(tmp_path, monkeypatch):
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")  # of botocore: the endpoint is gone for good
    draw = random.Random(SEED)
    running = Kept(tmp_path, "--no-controllers")
    sandbox = running.start()
    known, deleted, number = {}, set(), 0
    for round_number in range(ROUNDS):
        callers = [Caller(sandbox, 1_000_000 * lane + number) for lane in range(3)]
        for caller in callers:
            caller.start()
        time.sleep(draw.uniform(0.2, 1.0))
        running.kill()
        for caller in callers:
            caller.join(timeout=120)
            assert not caller.is_alive()
            known.update(caller.known)
            deleted |= caller.deleted
        unanswered = {caller.open for caller in callers}
        sandbox = running.start()
        client = sandbox.elbv2()
        pages = client.get_paginator("describe_target_groups").paginate()
        found = {group["TargetGroupName"]: group["TargetGroupArn"] for page in pages for group in page["TargetGroups"]}
        where = f"SANDBOX_RESTART_SEED={SEED}, round {round_number}"
        for name, (arn, tag) in known.items():
            if name in unanswered and name not in found:
                continue
            assert found.get(name) == arn, f"{where}: {name} is lost or another one"
            if tag:
                tags = client.describe_tags(ResourceArns=[arn])["TagDescriptions"][0]["Tags"]
                assert tags == [{"Key": "round", "Value": tag}], f"{where}: {name}"
        assert not deleted & set(found), f"{where}: deleted, and there again"
        assert set(found) <= set(known) | unanswered, f"{where}: nobody made them"
        assert len(set(found.values())) == len(found)
        known = {name: (arn, known.get(name, (None, None))[1]) for name, arn in found.items()}
        number += 10_000
    assert len(known) > ROUNDS, "hardly anything was made"
    assert sandbox.stop() == 0
