"""Starts and stops the two servers."""
import contextlib
import os
import pathlib
import signal
import subprocess
import tempfile

from differential.client import Server

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


class Unavailable(Exception):
    """The real control plane cannot be had here, and why."""


@contextlib.contextmanager
def weir(*arguments):
    """`weir api-server`; the program is $WEIR, or the newest build."""
    program = os.environ.get("WEIR") or str(ROOT / ".build/release/weir")
    process = subprocess.Popen([program, "api-server", *arguments], stdout=subprocess.PIPE, text=True)
    try:
        url = process.stdout.readline().strip()
        if not url:
            raise RuntimeError(f"{program} api-server ended with {process.wait()} before it said where it is")
        yield Server(url)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=20)


@contextlib.contextmanager
def real_kubeconfig():
    """etcd and kube-apiserver, without the controller manager, so that nothing but the table's requests writes."""
    script = ROOT / "scripts/real-cluster"
    with tempfile.TemporaryDirectory(prefix="weir-real-") as folder:
        cluster = pathlib.Path(folder) / "cluster"
        started = subprocess.run(
            [script, "start", cluster, "--without-controller-manager"], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True)
        try:
            if started.returncode == 3:
                raise Unavailable(started.stderr.strip())
            if started.returncode != 0:
                raise RuntimeError(f"{script} start: {started.stderr.strip()}")
            yield started.stdout.strip()
        finally:
            if (cluster / "cluster.json").exists():
                subprocess.run([script, "stop", cluster], check=True)


@contextlib.contextmanager
def real():
    """The server of `real_kubeconfig`."""
    with real_kubeconfig() as path:
        yield Server.of_kubeconfig(path)
