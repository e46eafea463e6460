"""What the program says to people who mistype."""
import socket
import subprocess

from conftest import WEIR


def weir(*arguments, **keywords):
    return subprocess.run([WEIR, *arguments], capture_output=True, text=True, timeout=60, **keywords)


def test_help_and_version():
    assert "demo" in weir("--help").stdout
    assert weir("--version").stdout.strip()
    for command in ["demo", "sandbox", "controller"]:
        run = weir(command, "--help")
        assert run.returncode == 0 and "USAGE" in run.stdout


def test_a_port_in_use_is_named():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        run = weir("sandbox", "--kubernetes-port", str(port))
    assert run.returncode != 0 and str(port) in run.stderr and "Traceback" not in run.stderr


def test_a_missing_kubeconfig_is_named():
    run = weir("controller", "--kubeconfig", "/nowhere/config", "--aws-region", "us-west-2")
    assert run.returncode != 0 and "/nowhere/config" in run.stderr


def test_a_broken_kubeconfig_is_named(tmp_path):
    path = tmp_path / "config"
    path.write_text("clusters: [{")
    run = weir("controller", "--kubeconfig", str(path), "--aws-region", "us-west-2")
    assert run.returncode != 0 and str(path) in run.stderr


def test_missing_manifests_are_named(tmp_path):
    run = weir("demo", "--manifests", str(tmp_path / "none"))
    assert run.returncode != 0 and "none" in run.stderr


def test_bad_options_are_refused():
    assert weir("demo", "--rate", "0").returncode == 64
    assert weir("sandbox", "--aws-latency", "soon").returncode == 64
    assert weir("sandbox", "--elb-port", "80000").returncode == 64
