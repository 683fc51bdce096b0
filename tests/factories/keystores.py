"""Keystores of every kind for tests: files, a SoftHSM2 token, a signer that really listens.

In: a folder. Out: functions that open the same keystore anew, as another process would.
"""

import os
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pytest
import uvicorn

from battery_passport.adapters.keystore.encrypted_file import EncryptedFileKeystore
from battery_passport.adapters.keystore.insecure_demo import InsecureDemoKeystore
from battery_passport.adapters.keystore.pkcs11_token import Pkcs11Keystore, TokenAccess
from battery_passport.adapters.keystore.remote import RemoteKeystore, SignerAccess
from battery_passport.adapters.keystore.unlocking import KeyFile, Passphrase
from battery_passport.assembly.listening import listening
from battery_passport.assembly.signer.application import SignerEndpoint
from battery_passport.credentials.keystore import Keystore

PASSPHRASE = "correct horse battery staple"
KEY_FILE = bytes(range(32))
TOKEN_PIN = "4711-0815"
TOKEN_LABEL = "battery passport tests"
SECRET = "s" * 43
_LIBRARIES = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/libsofthsm2.so")

Opened = Callable[[], Keystore]


def insecure_demo(folder: Path) -> Iterator[Opened]:
    yield lambda: InsecureDemoKeystore(folder, "demo")


def passphrase_file(folder: Path) -> Iterator[Opened]:
    yield lambda: EncryptedFileKeystore(folder, Passphrase(PASSPHRASE))


def key_file(folder: Path) -> Iterator[Opened]:
    yield lambda: EncryptedFileKeystore(folder, KeyFile(KEY_FILE))


def token(folder: Path) -> Iterator[Opened]:
    access = require_token()
    yield lambda: Pkcs11Keystore(folder, access)


def remote(folder: Path) -> Iterator[Opened]:
    behind = EncryptedFileKeystore(folder, KeyFile(KEY_FILE))
    with running_signer(behind) as signer:
        yield lambda: RemoteKeystore(signer.access)


KEYSTORES = {
    "insecure-demo": insecure_demo,
    "passphrase": passphrase_file,
    "key-file": key_file,
    "pkcs11": token,
    "remote": remote,
}


@contextmanager
def keystore_of_kind(kind: str, folder: Path) -> Iterator[Opened]:
    """Open keystores of a kind as often as is asked, and close them all."""
    with contextmanager(KEYSTORES[kind])(folder) as opened, ExitStack() as stack:

        def closed_later() -> Keystore:
            keystore = opened()
            stack.callback(keystore.close)
            return keystore

        yield closed_later


@cache
def require_token() -> TokenAccess:
    """Return a fresh SoftHSM2 token of this process's own, or skip the test."""
    library = next((Path(path) for path in _LIBRARIES if Path(path).exists()), None)
    if library is None or shutil.which("softhsm2-util") is None:
        pytest.skip("SoftHSM2 is not installed: apt-get install softhsm2")
    folder = Path(mkdtemp(prefix="battery-passport-token-"))
    configuration = folder / "softhsm2.conf"
    configuration.write_text(
        f"directories.tokendir = {folder}\nobjectstore.backend = file\nlog.level = ERROR\n"
    )
    os.environ["SOFTHSM2_CONF"] = str(configuration)
    words = ["--init-token", "--free", "--label", TOKEN_LABEL]
    pins = ["--pin", TOKEN_PIN, "--so-pin", TOKEN_PIN]
    subprocess.run(["softhsm2-util", *words, *pins], check=True, capture_output=True)
    return TokenAccess(library=library, label=TOKEN_LABEL, pin=TOKEN_PIN)


@dataclass
class RunningSigner:
    """A signer that listens in a thread; `stop` and `start` as a machine that goes away."""

    keystore: Keystore
    port: int = 0

    def __post_init__(self) -> None:
        self.start()

    @property
    def access(self) -> SignerAccess:
        return SignerAccess(url=f"http://127.0.0.1:{self.port}", secret=SECRET, timeout_s=2.0)

    def start(self) -> None:
        self._listening = listening("127.0.0.1", self.port)
        listener = self._listening.__enter__()
        self.port = listener.getsockname()[1]
        application = SignerEndpoint(self.keystore, secret=SECRET).application()
        self._server = uvicorn.Server(
            uvicorn.Config(application, ws="none", log_config=None, lifespan="off")
        )
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [listener]}, daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(10)
        self._listening.__exit__(None, None, None)


@contextmanager
def running_signer(keystore: Keystore) -> Iterator[RunningSigner]:
    signer = RunningSigner(keystore)
    try:
        yield signer
    finally:
        signer.stop()
