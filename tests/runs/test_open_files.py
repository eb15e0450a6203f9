"""A month of campaigns in one process: what a kernel needed is given back, down to its sockets."""

from __future__ import annotations

from pathlib import Path

import pytest

from xhs_toolkit.runs.kernel import start_kernel, stop_kernel

OPEN = Path("/proc/self/fd")
A_LOOP = 4
"""Files that a loop of events of its own may keep open."""


@pytest.mark.skipif(not OPEN.exists(), reason="open files are counted in /proc")
def test_a_kernel_leaves_no_socket_open(tmp_path: Path) -> None:
    def use_kernel() -> int:
        kernel = start_kernel(tmp_path)
        kernel.client().start_channels()
        stop_kernel(kernel)
        return len(list(OPEN.iterdir()))

    before = use_kernel()
    assert max(use_kernel() for _ in range(3)) <= before + A_LOOP
