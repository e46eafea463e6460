"""boto3 and the AWS CLI against the sandbox's ELBv2 endpoint."""
import botocore
import pytest

from conftest import Sandbox, request, wait_until


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    running = Sandbox(tmp_path_factory.mktemp("bare"), "--no-controllers", "--propagation-delay", "200ms")
    yield running
    assert running.stop() == 0


def test_a_load_balancer_by_hand(bare):
    client = bare.elbv2()
    balancer = client.create_load_balancer(Name="by-hand", Subnets=["subnet-0aaaaaaaaaaaaaaaa", "subnet-0bbbbbbbbbbbbbbbb"],
                                           Tags=[{"Key": "team", "Value": "shop"}])["LoadBalancers"][0]
    client.get_waiter("load_balancer_available").wait(
        LoadBalancerArns=[balancer["LoadBalancerArn"]], WaiterConfig={"Delay": 1, "MaxAttempts": 30})
    group = client.create_target_group(Name="nobody", Protocol="HTTP", Port=80, VpcId=balancer["VpcId"],
                                       TargetType="ip")["TargetGroups"][0]
    listener = client.create_listener(
        LoadBalancerArn=balancer["LoadBalancerArn"], Protocol="HTTP", Port=80,
        DefaultActions=[{"Type": "fixed-response", "FixedResponseConfig": {
            "StatusCode": "404", "ContentType": "text/plain", "MessageBody": "nothing here"}}])["Listeners"][0]
    rule = client.create_rule(
        ListenerArn=listener["ListenerArn"], Priority=10,
        Conditions=[{"Field": "path-pattern", "Values": ["/empty*"]}],
        Actions=[{"Type": "forward", "TargetGroupArn": group["TargetGroupArn"]}])["Rules"][0]
    assert rule["Priority"] == "10" and rule["Actions"][0]["ForwardConfig"]["TargetGroups"][0]["Weight"] == 1
    address = bare.listener(80)
    wait_until(lambda: request(address)[0] == 404, "the default rule", 20)
    assert request(address)[2] == "nothing here"
    wait_until(lambda: request(address, "/empty/1")[0] == 503, "the empty group", 20)
    rules = client.describe_rules(ListenerArn=listener["ListenerArn"])["Rules"]
    assert [r["Priority"] for r in rules] == ["10", "default"]
    described = client.describe_tags(ResourceArns=[balancer["LoadBalancerArn"]])["TagDescriptions"][0]
    assert described["Tags"] == [{"Key": "team", "Value": "shop"}]
    with pytest.raises(client.exceptions.ResourceInUseException):
        client.delete_target_group(TargetGroupArn=group["TargetGroupArn"])
    client.delete_load_balancer(LoadBalancerArn=balancer["LoadBalancerArn"])
    client.delete_load_balancer(LoadBalancerArn=balancer["LoadBalancerArn"])


def test_errors_have_their_codes(bare):
    client = bare.elbv2()
    with pytest.raises(client.exceptions.TargetGroupNotFoundException):
        client.describe_target_groups(Names=["missing"])
    with pytest.raises(client.exceptions.LoadBalancerNotFoundException):
        client.describe_load_balancers(Names=["missing"])
    with pytest.raises(botocore.exceptions.ClientError) as refusal:
        client.describe_trust_stores()
    assert refusal.value.response["Error"]["Code"] in ("InvalidAction", "UnsupportedOperation")


def test_a_wrong_key_is_refused(bare):
    import boto3
    state = bare.state()
    client = boto3.client("elbv2", endpoint_url=state["elbv2"], region_name=state["region"],
                          aws_access_key_id=state["accessKeyId"], aws_secret_access_key="wrong")
    with pytest.raises(botocore.exceptions.ClientError) as refusal:
        client.describe_load_balancers()
    assert refusal.value.response["Error"]["Code"] == "SignatureDoesNotMatch"


def test_the_cli(bare):
    assert "LoadBalancers" in bare.aws("describe-load-balancers")
    assert "TargetGroups" in bare.aws("describe-target-groups")
