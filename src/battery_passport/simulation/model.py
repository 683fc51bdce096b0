"""The city's battery models, cars and districts as frozen values; nothing in them is hidden truth.

In: a seed. Out: what an honest observer of the city may know.
"""

from dataclasses import dataclass
from datetime import date

from battery_passport.registry.districts import District
from battery_passport.registry.model import Chemistry
from battery_passport.simulation.fault_model import NO_FAULTS, FaultPlan
from battery_passport.simulation.open_circuit import Electrodes


@dataclass(frozen=True, slots=True, kw_only=True)
class PackModel:
    """A battery model as its maker's engineers know it.

    Resistances are of one cell at 25 °C; `*_step_*` are the resolutions the car reports in.
    """

    name: str
    gtin: str
    manufacturer: str
    rated_capacity_ah: float
    cells_in_series: int
    cells_per_module: int
    electrodes: Electrodes
    cell_limits_v: tuple[float, float]
    ohmic_mohm: float
    polarisation_mohm: float
    polarisation_s: float
    mass_kg: float
    probes: int
    fast_charge_w: float
    use_wh_per_km: float
    cell_step_mv: int
    soc_step_permyriad: int
    odometer_step_m: int
    calendar_loss_ratio: float
    cycle_loss_ratio: float

    def __hash__(self) -> int:
        """Return a quick hash: models differ by name."""
        return hash(self.name)

    @property
    def chemistry(self) -> Chemistry:
        """The cathode's chemistry."""
        return self.electrodes.chemistry

    @property
    def nominal_cell_v(self) -> float:
        """The voltage a cell's energy is reckoned with."""
        return 3.22 if self.chemistry is Chemistry.LFP else 3.67

    @property
    def rated_energy_wh(self) -> float:
        """Rated capacity times nominal voltage."""
        return self.rated_capacity_ah * self.nominal_cell_v * self.cells_in_series


@dataclass(frozen=True, slots=True, kw_only=True)
class Car:
    """One electric car: number in the city, battery, district, first day on the road.

    `seed`, `opens` and `faults` are the city's, so that a car alone is enough to go on with its
    life; what goes wrong with this very car is drawn from them and hidden.
    """

    number: int
    seed: int
    opens: date
    model: PackModel
    serial: str
    district: District
    manufactured_on: date
    in_service_on: date
    faults: FaultPlan = NO_FAULTS

    def __hash__(self) -> int:
        """Return a quick hash: cars of one city differ by number."""
        return hash((self.seed, self.number))


@dataclass(frozen=True, slots=True, kw_only=True)
class City:
    """The cars of one seed and the battery models among them."""

    seed: int
    opens: date
    models: tuple[PackModel, ...]
    cars: tuple[Car, ...]
