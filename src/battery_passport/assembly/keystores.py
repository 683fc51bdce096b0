"""Chooses and opens the keystore of an installation.

In: settings. Out: a keystore, or a plain refusal.
"""

from pathlib import Path

from battery_passport.adapters.keystore.encrypted_file import EncryptedFileKeystore
from battery_passport.adapters.keystore.insecure_demo import (
    InsecureDemoKeystore,
    InsecureKeystoreInProduction,
)
from battery_passport.adapters.keystore.unlocking import KeyFile, Opener, Passphrase
from battery_passport.assembly.home import Home
from battery_passport.assembly.keystore_settings import FILE, PKCS11, REMOTE, KeystoreSettings
from battery_passport.assembly.settings import Settings
from battery_passport.credentials.errors import KeystoreRefused
from battery_passport.credentials.keystore import Keystore


def open_keystore(settings: Settings, home: Home) -> Keystore:
    """Return the keystore of an installation.

    Raises: KeystoreRefused, WrongKeystorePassphrase, KeystoreUnavailable,
    InsecureKeystoreInProduction.
    """
    asked = settings.keystore
    if asked.kind == FILE:
        return EncryptedFileKeystore(home.keys, opener_of(asked))
    if asked.kind == PKCS11:
        return _token(asked, home.keys)
    if asked.kind == REMOTE:
        return _remote(asked, settings.mode)
    return InsecureDemoKeystore(home.keys, settings.mode)


def opener_of(asked: KeystoreSettings) -> Opener:
    """Return what opens an encrypted keystore. Raises: KeystoreRefused."""
    if asked.key_file is None:
        return Passphrase(asked.passphrase)
    return key_file_at(asked.key_file)


def key_file_at(path: Path) -> KeyFile:
    """Return the key file at a path. Raises: KeystoreRefused."""
    try:
        if path.stat().st_mode & 0o007:
            raise KeystoreRefused(f"The key file {path} of the keystore is open to every account.")
        return KeyFile(path.read_bytes())
    except OSError as error:
        raise KeystoreRefused(
            f"The key file {path} of the keystore cannot be read: {error.strerror}."
        ) from error


def _token(asked: KeystoreSettings, folder: Path) -> Keystore:
    if asked.pkcs11_library is None:
        raise KeystoreRefused("No PKCS#11 library is set.")
    # Loaded where they are asked for: each brings a library that few installations need.
    from battery_passport.adapters.keystore.pkcs11_token import Pkcs11Keystore, TokenAccess

    access = TokenAccess(
        library=asked.pkcs11_library, label=asked.pkcs11_token, pin=asked.pkcs11_pin
    )
    return Pkcs11Keystore(folder, access)


def _remote(asked: KeystoreSettings, mode: str) -> Keystore:
    from battery_passport.adapters.keystore.remote import RemoteKeystore, SignerAccess

    keystore = RemoteKeystore(
        SignerAccess(
            url=asked.signer_url,
            secret=asked.signer_secret,
            timeout_s=asked.signer_timeout_s,
            authority=asked.signer_authority,
            certificate=asked.signer_certificate,
            certificate_key=asked.signer_certificate_key,
        )
    )
    if mode == "production" and keystore.insecure:
        keystore.close()
        raise InsecureKeystoreInProduction("The signer keeps demonstration keys, in clear.")
    return keystore
