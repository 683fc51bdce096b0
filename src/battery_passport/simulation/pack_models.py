"""The battery models of the simulated city. All names are made up; no maker's data is in them.

In: nothing. Out: the table of models.
"""

from battery_passport.foundation.identifiers import gtin_check_digit
from battery_passport.registry.model import Chemistry
from battery_passport.simulation.model import PackModel
from battery_passport.simulation.open_circuit import Electrodes

# GS1 keeps the prefix 952 for demonstrations and examples.
_GTIN_PREFIX = "0952600"


def _gtin(item: int) -> str:
    digits = f"{_GTIN_PREFIX}{item:06d}"
    return digits + gtin_check_digit(digits)


_NCM = {"anode_empty": 0.015, "cathode_empty": 0.92, "cathode_full": 0.30}
_LFP = {"anode_empty": 0.015, "cathode_empty": 0.97, "cathode_full": 0.03}

PACK_MODELS: tuple[PackModel, ...] = (
    PackModel(
        name="Haedong HN-64",
        gtin=_gtin(6401),
        manufacturer="Haedong Battery Works",
        rated_capacity_ah=180.0,
        cells_in_series=96,
        cells_per_module=12,
        electrodes=Electrodes(chemistry=Chemistry.NMC, anode_full=0.85, **_NCM),
        cell_limits_v=(2.8, 4.25),
        ohmic_mohm=0.52,
        polarisation_mohm=0.38,
        polarisation_s=110.0,
        mass_kg=438.0,
        probes=8,
        fast_charge_w=76_000.0,
        use_wh_per_km=158.0,
        cell_step_mv=1,
        soc_step_permyriad=50,
        odometer_step_m=1_000,
        calendar_loss_ratio=0.026,
        cycle_loss_ratio=1.5e-4,
    ),
    PackModel(
        name="Haedong HN-77 Twin",
        gtin=_gtin(7702),
        manufacturer="Haedong Battery Works",
        rated_capacity_ah=110.0,
        cells_in_series=192,
        cells_per_module=12,
        electrodes=Electrodes(
            chemistry=Chemistry.NMC,
            anode_full=0.83,
            cathode_shift_v=0.012,
            stage_shift=0.015,
            **_NCM,
        ),
        cell_limits_v=(2.8, 4.25),
        ohmic_mohm=0.78,
        polarisation_mohm=0.55,
        polarisation_s=95.0,
        mass_kg=476.0,
        probes=16,
        fast_charge_w=100_000.0,
        use_wh_per_km=172.0,
        cell_step_mv=20,
        soc_step_permyriad=50,
        odometer_step_m=1_000,
        calendar_loss_ratio=0.024,
        cycle_loss_ratio=1.3e-4,
    ),
    PackModel(
        name="Nakdong Compact 39",
        gtin=_gtin(3903),
        manufacturer="Nakdong Energy Storage",
        rated_capacity_ah=126.0,
        cells_in_series=84,
        cells_per_module=12,
        electrodes=Electrodes(
            chemistry=Chemistry.NMC,
            anode_full=0.87,
            cathode_shift_v=-0.015,
            stage_shift=-0.02,
            **_NCM,
        ),
        cell_limits_v=(2.8, 4.25),
        ohmic_mohm=0.74,
        polarisation_mohm=0.60,
        polarisation_s=130.0,
        mass_kg=312.0,
        probes=6,
        fast_charge_w=50_000.0,
        use_wh_per_km=138.0,
        cell_step_mv=1,
        soc_step_permyriad=10,
        odometer_step_m=100,
        calendar_loss_ratio=0.031,
        cycle_loss_ratio=1.7e-4,
    ),
    PackModel(
        name="Gwangan LF-58",
        gtin=_gtin(5804),
        manufacturer="Gwangan Cell Company",
        rated_capacity_ah=174.0,
        cells_in_series=104,
        cells_per_module=13,
        electrodes=Electrodes(chemistry=Chemistry.LFP, anode_full=0.80, **_LFP),
        cell_limits_v=(2.0, 3.65),
        ohmic_mohm=0.46,
        polarisation_mohm=0.36,
        polarisation_s=140.0,
        mass_kg=421.0,
        probes=8,
        fast_charge_w=80_000.0,
        use_wh_per_km=149.0,
        cell_step_mv=1,
        soc_step_permyriad=10,
        odometer_step_m=1_000,
        calendar_loss_ratio=0.019,
        cycle_loss_ratio=0.7e-4,
    ),
    PackModel(
        name="Gwangan LF-50 Van",
        gtin=_gtin(5005),
        manufacturer="Gwangan Cell Company",
        rated_capacity_ah=130.0,
        cells_in_series=120,
        cells_per_module=10,
        electrodes=Electrodes(
            chemistry=Chemistry.LFP,
            anode_full=0.78,
            cathode_shift_v=-0.004,
            stage_shift=0.02,
            **_LFP,
        ),
        cell_limits_v=(2.0, 3.65),
        ohmic_mohm=0.62,
        polarisation_mohm=0.45,
        polarisation_s=120.0,
        mass_kg=398.0,
        probes=10,
        fast_charge_w=60_000.0,
        use_wh_per_km=214.0,
        cell_step_mv=2,
        soc_step_permyriad=100,
        odometer_step_m=1_000,
        calendar_loss_ratio=0.021,
        cycle_loss_ratio=0.8e-4,
    ),
)

SHARES: tuple[float, ...] = (9, 7, 6, 5, 3)
"""Relative number of cars by model, in the same order."""
