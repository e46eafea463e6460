"""A blue-green Rollout behind a load balancer: update, abort and rollback under traffic that must not notice."""
import collections

import pytest
from conftest import HERE, request, wait_until
from load import Load

FOLDER = HERE.parent / "examples/blue-green-alb"
PREVIEW = "preview.search.example.com"


def rollout(sandbox):
    return sandbox.get("rollout", "search")


def phase(sandbox):
    found = rollout(sandbox)
    status = found.get("status", {})
    if status.get("observedGeneration") != str(found["metadata"]["generation"]):
        return None
    return status.get("phase")


def images(sandbox):
    """The images of the pods that are there, with their number."""
    pods = sandbox.get("pods", "-l", "app=search")["items"]
    return collections.Counter(pod["spec"]["containers"][0]["image"].rsplit(":")[-1] for pod in pods)


def set_image(sandbox, version):
    sandbox.kubectl("patch", "rollout", "search", "--type", "json", "-p",
                    '[{"op":"replace","path":"/spec/template/spec/containers/0/image",'
                    f'"value":"example.com/search:{version}"}}]')


def traffic(address):
    """Requests of production."""
    return Load(address, rate=80, workers=4, host="search.example.com")


@pytest.fixture(scope="module")
def search(sandbox):
    sandbox.kubectl("apply", "-f", str(FOLDER))
    wait_until(lambda: phase(sandbox) == "Healthy", "the first version Healthy", 60)
    address = sandbox.listener(80)
    wait_until(lambda: request(address)[0] == 200, "an answer", 40)
    wait_until(lambda: request(address, host=PREVIEW)[0] == 200, "an answer of the preview", 40)
    return address


def test_an_update_is_tested_behind_the_preview_and_promoted_without_a_failed_request(sandbox, search):
    with traffic(search) as load:
        set_image(sandbox, "2.0")
        wait_until(lambda: phase(sandbox) == "Paused", "the pause before the switch", 60)
        wait_until(lambda: request(search, host=PREVIEW)[1]["x-weir-image"].endswith(":2.0"), "2.0 at the preview", 40)
        assert request(search)[1]["x-weir-image"].endswith(":1.0")
        assert rollout(sandbox)["status"]["message"] == "BlueGreenPause"
        sandbox.patch_status("search", '{"status":{"pauseConditions":null}}')
        wait_until(lambda: phase(sandbox) == "Healthy", "2.0 Healthy", 90)
        wait_until(lambda: images(sandbox) == {"2.0": 3}, "only pods of 2.0", 90)
    assert not load.failures and load.total > 500
    assert load.last == (200, "example.com/search:2.0")
    status = rollout(sandbox)["status"]
    assert status["blueGreen"]["activeSelector"] == status["blueGreen"]["previewSelector"] == status["stableRS"]


def test_an_abort_takes_the_preview_down_and_production_does_not_notice(sandbox, search):
    with traffic(search) as load:
        set_image(sandbox, "3.0")
        wait_until(lambda: phase(sandbox) == "Paused", "the pause before the switch", 60)
        sandbox.patch_status("search", '{"status":{"abort":true}}')
        wait_until(lambda: phase(sandbox) == "Degraded", "the abort", 30)
        wait_until(lambda: images(sandbox) == {"2.0": 3}, "only pods of 2.0", 90)
        wait_until(lambda: request(search, host=PREVIEW)[1]["x-weir-image"].endswith(":2.0"), "2.0 at the preview", 40)
    assert not load.failures and set(load.images) == {"example.com/search:2.0"}


def test_going_back_to_the_stable_version_ends_the_abort(sandbox, search):
    set_image(sandbox, "2.0")
    wait_until(lambda: phase(sandbox) == "Healthy", "2.0 Healthy again", 60)


def test_a_full_promotion_skips_the_pause(sandbox, search):
    with traffic(search) as load:
        set_image(sandbox, "4.0")
        wait_until(lambda: rollout(sandbox)["status"].get("phase") != "Healthy", "the update begun", 30)
        sandbox.patch_status("search", '{"status":{"promoteFull":true}}')
        wait_until(lambda: phase(sandbox) == "Healthy" and images(sandbox) == {"4.0": 3}, "only pods of 4.0", 120)
    assert not load.failures and load.last == (200, "example.com/search:4.0")
