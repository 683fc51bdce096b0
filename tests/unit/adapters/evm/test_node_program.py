"""The validators' program: what is said when it is not there, or refuses."""

from pathlib import Path

import pytest

from battery_passport.adapters.evm.consortium.errors import NodeProgramFailed, NodeProgramMissing
from battery_passport.adapters.evm.consortium.program import NodeProgram


def test_a_program_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(NodeProgramMissing, match="There is no node program"):
        NodeProgram(tmp_path / "node").order(tmp_path, "init")


def test_a_program_that_refuses_says_why_in_its_own_words(tmp_path: Path) -> None:
    path = tmp_path / "node"
    path.write_text("#!/bin/sh\necho no such order >&2\nexit 3\n")
    path.chmod(0o700)
    with pytest.raises(NodeProgramFailed, match="`init` failed: no such order"):
        NodeProgram(path).order(tmp_path, "init")
