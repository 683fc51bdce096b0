"""Changing what opens an encrypted keystore.

In: settings with the present secret, the new one. Out: when it was done; an act in the log.
The secret never leaves the process that was given it, so no server is asked.
"""

from pathlib import Path

from battery_passport.access.acts import Act
from battery_passport.adapters.keystore.encrypted_file import EncryptedFileKeystore
from battery_passport.adapters.keystore.unlocking import Opener, Passphrase
from battery_passport.assembly.acts import record_act
from battery_passport.assembly.installation import opened_installation
from battery_passport.assembly.keystores import key_file_at
from battery_passport.assembly.secret_files import secret_in
from battery_passport.assembly.settings import Settings
from battery_passport.credentials.errors import KeystoreRefused
from battery_passport.foundation.clock import format_utc
from battery_passport.foundation.strict_json import JsonObject


def new_opener(*, passphrase_file: str | None, key_file: str | None) -> Opener:
    """Return what is to open the keystore, from the one file that is named.

    Raises: KeystoreRefused.
    """
    if key_file is not None:
        return key_file_at(Path(key_file))
    return Passphrase(secret_in("keystore_passphrase", Path(str(passphrase_file))))


def protect_keystore(settings: Settings, opener: Opener) -> JsonObject:
    """Let the opener open the keystore from now on, beside a running server or without one.

    Raises: KeystoreRefused, WrongKeystorePassphrase.
    """
    with opened_installation(settings) as installation:
        keystore = installation.keystore
        if not isinstance(keystore, EncryptedFileKeystore):
            raise KeystoreRefused(
                f"A keystore of the kind {settings.keystore.kind} is opened by nothing of ours.",
                remedy="Use the tool of the token, or run the verb on the signer's machine.",
            )
        keystore.protect_with(opener)
        moment = installation.clock.now()
        act = Act(name="keystore-protected", details={"opened-by": opener.what.replace(" ", "-")})
        with installation.database.write() as connection:
            record_act(connection, act, moment)
        installation.pipeline.settle()
    return {"opened_by": opener.what, "at": format_utc(moment)}
