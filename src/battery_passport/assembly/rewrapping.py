"""Another key around the keys of people's data: all of them at once, or none.

In: records and a keystore. Out: every subject's key wrapped in the keystore's next key, which then
is the present one. What a crash interrupted is finished when the installation is next opened.
"""

from battery_passport.adapters.sealing.aes_gcm import AesGcmSealing
from battery_passport.adapters.sql.database import Database
from battery_passport.adapters.sql.subject_keys import WrappedKeys
from battery_passport.credentials.keystore import Keystore, Secret

NAME = "personal-data"
_NO_LOOKUPS = bytes(32)


def rewrap(database: Database, keystore: Keystore) -> int:
    """Change the key and return how many people's and organisations' keys it now protects."""
    keystore.make_next(NAME)
    successor = _wrapping(keystore.secret(NAME, following=True))
    present = _wrapping(keystore.secret(NAME))
    with database.write() as connection:
        store = WrappedKeys(connection)
        keys = store.all()
        # A crash between the commit and the adoption leaves keys that are wrapped anew already.
        store.replace(
            [present.rewrapped(key, successor) for key in keys if not successor.opens(key)]
        )
    keystore.adopt_next(NAME)
    return len(keys)


def finish_rewrapping(database: Database, keystore: Keystore) -> None:
    """Finish a change of the key that a crash interrupted."""
    if keystore.has_next(NAME):
        rewrap(database, keystore)


def _wrapping(secret: Secret) -> AesGcmSealing:
    return AesGcmSealing(wrapping_secret=secret, lookup_secret=_NO_LOOKUPS)
