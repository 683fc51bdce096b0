"""Who owes which data point by when: per battery, per model, per operator.

In: the registry and what a version issued now would say. Out: `DutySheet`s of `web.reading`.
"""

from uuid import UUID

from sqlalchemy import Connection

from battery_passport.access.model import Resource, ResourceKind
from battery_passport.adapters.sql.batteries_by_operator import OperatorBatteries
from battery_passport.adapters.sql.registry import RegistryStore
from battery_passport.assembly.finding import model_of, responsible_for
from battery_passport.assembly.installation import Installation
from battery_passport.assembly.things import battery_resource, region_of
from battery_passport.foundation.identifiers import BatteryIdentifier
from battery_passport.passport.data_points import DATA_POINTS
from battery_passport.passport.model import Level, Supplier
from battery_passport.passport.obligations import Circumstances, assess_all
from battery_passport.passport.rule_sets import DEFAULT_RULE_SET, rule_set
from battery_passport.registry.model import Battery, BatteryModel
from battery_passport.web.reading.views import DutySheet, ModelDuties, OperatorDuties

_FROM_REGISTRATION = frozenset(
    row.number for row in DATA_POINTS.values() if row.supplier is Supplier.REGISTRATION
)
_OF_THE_MODEL = frozenset(row.number for row in DATA_POINTS.values() if row.level is Level.MODEL)


class SqlObligationBook:
    """Fulfils `web.reading.ports.ObligationBook`."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation

    def operators(self) -> tuple[OperatorDuties, ...]:
        """Return every operator that answers for a model or a battery."""
        with self._installation.database.read() as connection:
            registry = RegistryStore(connection)
            counted = OperatorBatteries(connection).count_by_operator()
            found = ((registry.organisation(key), count) for key, count in counted.items())
            return tuple(
                OperatorDuties(
                    organisation_id=operator.organisation_id,
                    name=operator.name,
                    resource=_resource(connection, operator.organisation_id),
                    battery_count=count,
                )
                for operator, count in found
                if operator is not None
            )

    def models_of(self, organisation_id: UUID) -> tuple[ModelDuties, ...]:
        """Return an operator's models."""
        with self._installation.database.read() as connection:
            batteries = OperatorBatteries(connection)
            return tuple(
                ModelDuties(
                    sheet=self._model_sheet(connection, model),
                    battery_count=batteries.count_of_model(model.model_id),
                )
                for model in batteries.models_of(organisation_id)
            )

    def batteries_of(
        self, organisation_id: UUID, *, offset: int, limit: int
    ) -> tuple[DutySheet, ...]:
        """Return where the data points of an operator's batteries stand."""
        with self._installation.database.read() as connection:
            batteries = OperatorBatteries(connection).of_operator(
                organisation_id, offset=offset, limit=limit
            )
            return tuple(self._battery_sheet(connection, battery) for battery in batteries)

    def of_model(self, model_id: UUID) -> DutySheet | None:
        """Return where the data points of a model as a whole stand."""
        with self._installation.database.read() as connection:
            model = RegistryStore(connection).model(model_id)
            return None if model is None else self._model_sheet(connection, model)

    def of_battery(self, identifier: BatteryIdentifier) -> DutySheet | None:
        """Return where the data points of a battery stand today."""
        with self._installation.database.read() as connection:
            battery = RegistryStore(connection).battery_by_identifier(identifier)
            return None if battery is None else self._battery_sheet(connection, battery)

    def _battery_sheet(self, connection: Connection, battery: Battery) -> DutySheet:
        registry = RegistryStore(connection)
        model = model_of(registry, battery)
        moment = self._installation.clock.now()
        content, _ = self._installation.issuer.content(connection, battery, moment)
        return DutySheet(
            title="" if model is None else model.name,
            operator_name=responsible_for(registry, model).name,
            resource=battery_resource(connection, battery),
            rule_set=DEFAULT_RULE_SET,
            obligations=content.obligations,
            filled={n: (value.source, value.as_of) for n, value in content.values.items()},
            identifier=battery.identifier,
            model_id=battery.model_id,
        )

    def _model_sheet(self, connection: Connection, model: BatteryModel) -> DutySheet:
        circumstances = Circumstances(
            category=model.category,
            rules=rule_set(DEFAULT_RULE_SET),
            on=self._installation.clock.now().date(),
        )
        registered = model.registered_at
        filled = dict.fromkeys(_FROM_REGISTRATION, ("registration", registered))
        filled |= dict.fromkeys(model.data_points, ("model", registered))
        obligations = assess_all(circumstances, filled=filled)
        return DutySheet(
            title=model.name,
            operator_name=responsible_for(RegistryStore(connection), model).name,
            resource=_resource(connection, model.manufacturer_id),
            rule_set=DEFAULT_RULE_SET,
            obligations=tuple(o for o in obligations if o.point.number in _OF_THE_MODEL),
            filled={n: told for n, told in filled.items() if n in _OF_THE_MODEL},
            model_id=model.model_id,
        )


def _resource(connection: Connection, organisation_id: UUID) -> Resource:
    return Resource(
        kind=ResourceKind.BATTERY,
        responsible_id=organisation_id,
        region=region_of(connection, organisation_id),
    )
