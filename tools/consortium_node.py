"""The node that validators of the consortium run: found in the user's cache, or built once.

In: the Go module deploy/consortium/node; Go from the PATH or from PyPI. Out: the program's path.
No C compiler is needed: one file of ours stands in for the two C functions that the source calls.
"""

import hashlib
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from tools.go_toolchain import ROOT, NoGo, built, run_go

MODULE = ROOT / "deploy" / "consortium" / "node"
SOURCES = ("go.mod", "go.sum", "tools.go", "withoutc/without_c.go")
COMMAND = "github.com/cosmos/evm/cmd/evmd"
FLAGS = ("-mod=readonly", "-buildvcs=false", "-trimpath", "-ldflags=-s -w")
_ETHEREUM = "github.com/ethereum/go-ethereum"
_STAND_IN = Path("crypto", "secp256k1", "without_c.go")
_ENVIRONMENT = {
    "CGO_ENABLED": "0",
    "GOFLAGS": "-mod=readonly -buildvcs=false",
    "GOTOOLCHAIN": "local",
    "GOWORK": "off",
}
_LIST_S = 600


def main(arguments: Sequence[str]) -> int:
    """Print where the node is, after building it if need be; copy it to a path that is given."""
    try:
        program = node_program()
    except NoGo as error:
        print(f"consortium-node: {error}", file=sys.stderr)
        return 1
    for target in arguments[:1]:
        shutil.copy2(program, target)
    print(program)
    return 0


def node_program() -> Path:
    """Return the node's path, built now unless an earlier run did. Raises: NoGo."""
    return built(f"evmd-{build_digest()}", _build)


def build_digest() -> str:
    """Return a name for all that the program follows from."""
    digest = hashlib.sha256(f"{platform.system()} {platform.machine()} {FLAGS}".encode())
    for name in SOURCES:
        digest.update((MODULE / name).read_bytes())
    return digest.hexdigest()[:16]


def _build(go: Path, output: Path) -> None:
    print("building the consortium's node; the first time takes some minutes", file=sys.stderr)
    run_go(go, "mod", "download", _ETHEREUM, folder=MODULE, extra=_ENVIRONMENT)
    with TemporaryDirectory() as scratch:
        module = _module_with_stand_in(go, Path(scratch))
        words = ("build", *FLAGS, f"-modfile={module}", "-o", str(output), COMMAND)
        run_go(go, *words, folder=MODULE, extra=_ENVIRONMENT)


def _module_with_stand_in(go: Path, scratch: Path) -> Path:
    """Return a go.mod like ours that takes one module from a copy with our file in it.

    The copy is of what Go checked against go.sum; its cache itself must not be changed.
    """
    source, copy = _folder_of(go, _ETHEREUM), scratch / "ethereum"
    shutil.copytree(source, copy, copy_function=shutil.copyfile)
    # Go keeps its cache read-only, and so are the copies of its folders.
    (copy / _STAND_IN).parent.chmod(0o755)
    shutil.copyfile(MODULE / "withoutc" / "without_c.go", copy / _STAND_IN)
    ours = (MODULE / "go.mod").read_text(encoding="utf-8")
    changed = re.sub(rf"({re.escape(_ETHEREUM)} => ).*", rf"\g<1>{copy}", ours)
    if changed == ours:
        raise NoGo(f"go.mod does not replace {_ETHEREUM}.")
    (scratch / "go.mod").write_text(changed, encoding="utf-8")
    shutil.copyfile(MODULE / "go.sum", scratch / "go.sum")
    return scratch / "go.mod"


def _folder_of(go: Path, module: str) -> Path:
    """Return where a module's source lies. Raises: NoGo."""
    done = subprocess.run(
        [str(go), "list", "-m", "-f", "{{.Dir}}", module],
        cwd=MODULE,
        capture_output=True,
        text=True,
        timeout=_LIST_S,
        check=False,
    )
    if done.returncode or not done.stdout.strip():
        raise NoGo(f"The source of {module} cannot be had: {done.stderr.strip()[-500:]}")
    return Path(done.stdout.strip())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
