"""Do Ubuntu's kernels, older than any of Debian's that is still offered, answer as the map says? `GO_INSPECTOR_KERNELS=all` boots them."""

import os

import pytest
from kernels.measure import OF_KVM, OF_THE_MACHINE, UBUNTU
from kernels.test_matrix import ALL, MOUNTS, NOBODY
from support.kernels import guest, ubuntu

from inspector.kernel import kconfig, measured, releases, rows
from inspector.kernel.judge import judge

TASKS = (guest.Task("mounted", ALL, mounts=MOUNTS), guest.Task("nobody", ALL, uid=NOBODY), guest.Task("no-capabilities", ALL, drop=True))

pytestmark = [
    pytest.mark.kernels, pytest.mark.slow, pytest.mark.timeout(900),
    pytest.mark.skipif(os.environ.get("GO_INSPECTOR_KERNELS") != "all", reason="GO_INSPECTOR_KERNELS=all boots Ubuntu's kernels too"),
]  # fmt: skip


@pytest.fixture(scope="module", params=UBUNTU)
def booted(request):
    if why := ubuntu.reachable():
        pytest.skip(why)
    kernel = ubuntu.fetch(request.param)
    return request.param, kernel, guest.boot(kernel, TASKS)


def test_the_map_says_the_same(booted):
    series, kernel, answers = booted
    told = next(one for one in measured.load() if one.id == f"ubuntu-{series}").states
    left_out = OF_THE_MACHINE | (set() if kernel.modules else OF_KVM)
    assert {name: answers["mounted"][name].state for name in ALL if name not in left_out} == told


def test_less_privilege_is_never_absence(booted):
    _, _, answers = booted
    for task in ("nobody", "no-capabilities"):
        assert {n for n, a in answers[task].items() if a.state == "absent" and answers["mounted"][n].state != "absent"} == set()


def test_the_configuration_does_not_deny_what_the_kernel_does(booted):
    _, kernel, answers = booted
    config = kconfig.parse(kernel.config.read_bytes(), source=kernel.config.name)
    assert config.usable()
    assert config.damaged == ()
    version = releases.parse(kernel.release)
    predicted = {name: judge(rows.row(name), live=None, config=config, version=version).verdict for name in ALL}
    assert {n for n in ALL if predicted[n] == "absent" and answers["mounted"][n].state in ("works", "restricted", "busy")} == set()
