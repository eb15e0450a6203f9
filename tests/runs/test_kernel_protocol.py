"""Jupyter's own suite for kernels, on a forked one."""

from __future__ import annotations

import jupyter_kernel_test
import pytest
from jupyter_client.provisioning import KernelProvisionerFactory

from xhs_toolkit.runs import forked, kernel


@pytest.fixture(scope="class", autouse=True)
def _forked_by_default() -> None:
    factory = KernelProvisionerFactory.instance()
    factory.provisioners.setdefault(kernel.NAME, kernel.ENTRY_POINT)
    factory.default_provisioner_name = kernel.NAME
    yield
    factory.default_provisioner_name = "local-provisioner"


@pytest.mark.skipif(not forked.FORKS, reason="processes cannot be forked here")
class TestForkedKernel(jupyter_kernel_test.KernelTests):
    kernel_name = "python3"
    language_name = "python"
    file_extension = ".py"
    code_hello_world = "print('hello, world')"
    code_stderr = "import sys; print('test', file=sys.stderr)"
    code_page_something = "zip?"
    code_generate_error = "raise"
    code_execute_result = ({"code": "6 * 7", "result": "42"},)
    code_display_data = (
        {"code": "from IPython.display import HTML, display; display(HTML('<b>a</b>'))", "mime": "text/html"},
    )
    code_inspect_sample = "zip"
    code_clear_output = "from IPython.display import clear_output; clear_output()"
    completion_samples = ({"text": "zi", "matches": {"zip"}},)
    complete_code_samples = ("1", "print('hello')", "def f(x):\n  return x * 2\n\n")
    incomplete_code_samples = ("print('''hello", "def f(x):\n  x * 2")
    invalid_code_samples = ("import = 7q",)

    def test_it_is_forked(self) -> None:
        assert isinstance(self.km.provisioner, kernel.ForkingProvisioner)
        assert isinstance(self.km.provisioner.process, forked.Forked)


del jupyter_kernel_test.KernelTests  # the suite itself is no test of ours
