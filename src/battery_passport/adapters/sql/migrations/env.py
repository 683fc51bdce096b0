"""Alembic's entry: runs migrations on the connection that `migrate.upgrade` hands in.

In: a connection within a write transaction. Out: the migrated tables, not yet committed.
"""

from alembic import context

from battery_passport.adapters.sql import schema_access as _access  # noqa: F401 - adds its tables
from battery_passport.adapters.sql import schema_alarms as _alarms  # noqa: F401 - adds its tables
from battery_passport.adapters.sql import schema_answers as _answers  # noqa: F401 - adds its tables
from battery_passport.adapters.sql import schema_consoles as _consoles  # noqa: F401 - adds its tables
from battery_passport.adapters.sql import schema_devices as _devices  # noqa: F401 - adds its tables
from battery_passport.adapters.sql import schema_diagnoses as _diagnoses  # noqa: F401 - adds its tables
from battery_passport.adapters.sql import schema_fleet_curves as _curves  # noqa: F401 - adds its table
from battery_passport.adapters.sql import schema_gateways as _gateways  # noqa: F401 - adds its tables
from battery_passport.adapters.sql import schema_inspection as _inspection  # noqa: F401 - adds its table
from battery_passport.adapters.sql import (  # noqa: F401 - adds its tables
    schema_ledger_keys as _ledger_keys,
)
from battery_passport.adapters.sql import schema_onchain as _onchain  # noqa: F401 - adds its tables
from battery_passport.adapters.sql import schema_privileged as _privileged  # noqa: F401 - adds its tables
from battery_passport.adapters.sql import schema_quality as _quality  # noqa: F401 - adds its tables
from battery_passport.adapters.sql import schema_segments as _segments  # noqa: F401 - adds its tables
from battery_passport.adapters.sql import schema_sending as _sending  # noqa: F401 - adds its tables
from battery_passport.adapters.sql import schema_sharing as _sharing  # noqa: F401 - adds its tables
from battery_passport.adapters.sql import schema_states as _states  # noqa: F401 - adds its tables
from battery_passport.adapters.sql import schema_status as _status  # noqa: F401 - adds its tables
from battery_passport.adapters.sql.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
    render_as_batch=True,
)
context.run_migrations()
