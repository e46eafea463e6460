"""Weir on a real control plane: etcd, kube-apiserver, kube-controller-manager, and `weir` for everything else.

Run from the repository root:
    WEIR=.build/release/weir pytest EndToEnd/real_cluster
Needs what scripts/real-cluster-build needs; where that cannot be had, every test is skipped and says why.
"""
import os
import pathlib

import pytest

from real_cluster.cluster import RealCluster, skip_without_packages

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent


def weir_binary():
    return pathlib.Path(os.environ.get("WEIR", ROOT / ".build/release/weir")).resolve()


@pytest.fixture(scope="session")
def packages():
    """Skips where the packages cannot be had; builds the control plane where that has not been done."""
    skip_without_packages()


@pytest.fixture(scope="module")
def cluster(packages, request, tmp_path_factory):
    """A control plane with Weir around it; a module's START_OPTIONS are given to scripts/real-cluster start."""
    options = getattr(request.module, "START_OPTIONS", [])
    running = RealCluster(tmp_path_factory.mktemp("real"), weir_binary(), options)
    yield running
    running.stop()
