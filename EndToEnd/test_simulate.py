"""weir simulate, as people call it: their own manifests, and the scenarios."""
import json
import signal
import subprocess
import xml.etree.ElementTree
from pathlib import Path

import pytest

from conftest import WEIR

ROOT = Path(__file__).resolve().parent.parent
IMAGE = "image=example.com/checkout:2.0"


def simulate(*arguments, status=0):
    done = subprocess.run([WEIR, "simulate", *arguments], capture_output=True, text=True, timeout=300, cwd=ROOT)
    assert done.returncode == status, f"{done.stdout}\n{done.stderr}"
    return done


@pytest.mark.parametrize("example", ["canary-alb", "blue-green-alb", "ping-pong-alb"])
def test_an_update_of_every_example_puts_no_request_at_risk(example):
    report = json.loads(simulate("-f", f"examples/{example}", "--set", IMAGE, "--seeds", "3", "--format", "json").stdout)
    assert report["success"]
    assert [run["requestsAtRisk"] for run in report["runs"]] == [0, 0, 0]
    assert all(run["untilHealthy"] > 0 and not run["violations"] for run in report["runs"])
    assert report["aborts"] and all("timeToSafe" in abort for abort in report["aborts"])


def test_equal_options_give_equal_reports_on_one_job_and_on_many():
    options = ["-f", "examples/canary-alb", "--set", IMAGE, "--seeds", "4"]
    assert simulate(*options, "--jobs", "1").stdout == simulate(*options, "--jobs", "4").stdout


def test_the_course_is_drawn(tmp_path):
    for name in ["update.svg", "update.html"]:
        simulate("-f", "examples/canary-alb", "--set", IMAGE, "--seed", "1", "--timeline", str(tmp_path / name))
    drawing = xml.etree.ElementTree.parse(tmp_path / "update.svg").getroot()
    texts = [element.text for element in drawing.iter("{http://www.w3.org/2000/svg}text")]
    assert any("checkout:2.0" in text for text in texts) and any("Healthy" in text for text in texts)
    page = (tmp_path / "update.html").read_text()
    assert "<svg" in page and "ModifyRule" in page


def test_a_spec_that_cannot_work_is_a_failure(tmp_path):
    for path in (ROOT / "examples/canary-alb").iterdir():
        text = path.read_text()
        if path.name == "rollout.yaml":
            assert "setWeight: 10" in text
            text = text.replace("setWeight: 10", "setWeight: 1000", 1)
        (tmp_path / path.name).write_text(text)
    done = simulate("-f", str(tmp_path), "--set", IMAGE, "--seed", "1", status=1)
    assert "setWeight" in done.stdout + done.stderr, "the remedy names the field"


def test_scenarios_and_faults_are_listed_and_run():
    listed = simulate("--list").stdout
    assert "node-drain" in listed and "aws-throttling" in listed
    report = json.loads(
        simulate("--scenario", "node-drain", "--seeds", "2", "--faults", "none", "--format", "json").stdout)
    assert report["runs"] == 2 and report["broken"] == 0
    trace = simulate("--scenario", "node-drain", "--seed", "2", "--faults", "none", "--trace").stdout
    assert "weir aws ModifyRule" in trace


def test_mistakes_say_what_is_known():
    assert "node-drain" in simulate("--scenario", "nonsense", status=1).stderr
    assert "aws-throttling" in simulate("--faults", "nonsense", status=1).stderr
    assert "--set image=" in simulate("-f", "examples/canary-alb", "--set", "tag=2", status=64).stderr


def test_ctrl_c_reports_what_has_been_run():
    process = subprocess.Popen(
        [WEIR, "simulate", "--scenario", "conflict-storm", "--seeds", "100000"], cwd=ROOT,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert "a minute" in process.stderr.readline(), "it tells how far it is"
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=60)
    assert process.returncode == 130, errors
    assert "interrupted after" in errors and "conflict-storm" in output
