"""The loop over every bin of every charge that turns errors into equations, compiled.

In: bins in one row, a guess, a curve, scales. Out: normal equations of what is common to all
charges, each charge's own four unknowns eliminated. Sums are taken in one order: the same bits at
every run. What the equations say: `system`.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

ALONE = 4
_HEALTH, _RESISTANCE, _MEMORY, _BEND, _WEAR, _MODES = range(6)
(
    MIDDLE_HEALTH,
    VOLTAGE_SD,
    LOAD_VOLTAGE_SD,
    READING_SD,
    WANDER_SD,
    OUTLIER_SDS,
    SHARED_BEND,
    ROBUST,
) = range(8)


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _place(soc: float, knots: int) -> tuple[int, float]:
    """Return the knot to the left and the share of the one to the right."""
    at = min(max(soc, 0.0), 1.0) * (knots - 1)
    left = min(int(at), knots - 2)
    return left, at - left


@njit(cache=True, nogil=True, error_model="numpy")
def _invert(block: Floats, inverse: Floats) -> None:
    """Invert a small positive definite matrix in place of `inverse`; `block` is used up."""
    size = block.shape[0]
    inverse[:] = 0.0
    for row in range(size):
        inverse[row, row] = 1.0
    for row in range(size):
        scale = 1.0 / block[row, row]
        for column in range(size):
            block[row, column] *= scale
            inverse[row, column] *= scale
        for other in range(size):
            if other != row:
                factor = block[other, row]
                for column in range(size):
                    block[other, column] -= factor * block[row, column]
                    inverse[other, column] -= factor * inverse[row, column]


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _add_row(  # noqa: PLR0913, PLR0917 - compiled code takes no keywords
    row: Floats,
    alone: Floats,
    error: float,
    scale: float,
    bound: float,
    matrix: Floats,
    vector: Floats,
    block: Floats,
    pull: Floats,
    cross: Floats,
) -> float:
    """Add one scaled equation to the sums, of `matrix` below its diagonal; return its square."""
    off = error / scale
    weight = 1.0
    if bound > 0.0 and abs(off) > bound:
        weight = bound / abs(off)
    heavy = weight / (scale * scale)
    for i in range(row.shape[0]):
        if row[i] != 0.0:
            part = heavy * row[i]
            vector[i] += part * error
            for j in range(i + 1):
                matrix[i, j] += part * row[j]
            for j in range(ALONE):
                cross[j, i] += part * alone[j]
    for i in range(ALONE):
        part = heavy * alone[i]
        pull[i] += part * error
        for j in range(ALONE):
            block[i, j] += part * alone[j]
    return weight * off * off


@njit(cache=True, nogil=True, error_model="numpy")
def _eliminate(  # noqa: PLR0917 - compiled code takes no keywords
    inverse: Floats, cross: Floats, pull: Floats, reduced: Floats, matrix: Floats, vector: Floats
) -> None:
    """Take out of the sums what a charge's own unknowns explain."""
    size = vector.shape[0]
    for i in range(ALONE):
        for j in range(size):
            total = 0.0
            for k in range(ALONE):
                total += inverse[i, k] * cross[k, j]
            reduced[i, j] = total
    for i in range(size):
        for k in range(ALONE):
            part = cross[k, i]
            vector[i] -= reduced[k, i] * pull[k]
            if part != 0.0:
                for j in range(i + 1):
                    matrix[i, j] -= part * reduced[k, j]


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _voltage_row(  # noqa: PLR0913, PLR0917 - compiled code takes no keywords
    values: Floats,
    soc: float,
    car: Floats,
    own: Floats,
    whole_v: Floats,
    wear_v: Floats,
    modes_v: Floats,
    directions: Floats,
    scales: Floats,
    row: Floats,
    alone: Floats,
) -> float:
    """Fill the derivatives of one voltage; return its error."""
    counted, voltage_v, load, memory = values[0], values[1], values[2], values[3]
    knots, worn = whole_v.shape[0], wear_v.shape[0]
    health = car[_HEALTH]
    off = health - scales[MIDDLE_HEALTH] + car[_WEAR]
    left, after = _place(soc, knots)
    before = 1.0 - after
    left_w, after_w = _place(soc, worn)
    before_w = 1.0 - after_w
    wear = before_w * wear_v[left_w] + after_w * wear_v[left_w + 1]
    slope = (whole_v[left + 1] - whole_v[left]) * (knots - 1)
    slope += off * (wear_v[left_w + 1] - wear_v[left_w]) * (worn - 1)
    row[_HEALTH] = wear - slope * counted / (health * health)
    row[_RESISTANCE] = load
    row[_MEMORY] = memory
    row[_WEAR] = wear
    for mode in range(modes_v.shape[1]):
        row[_MODES + mode] = before * modes_v[left, mode] + after * modes_v[left + 1, mode]
    first = car.shape[0]
    for each in range(directions.shape[1]):
        row[first + each] = (
            before * directions[left, each]
            + after * directions[left + 1, each]
            + off * before_w * directions[knots + left_w, each]
            + off * after_w * directions[knots + left_w + 1, each]
        )
    alone[0], alone[1], alone[2], alone[3] = slope, load, 0.0, 0.0
    told_v = before * whole_v[left] + after * whole_v[left + 1] + off * wear
    told_v += (car[_RESISTANCE] + own[1]) * load + car[_MEMORY] * memory
    return float(voltage_v - told_v)


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _reading_row(  # noqa: PLR0913, PLR0917 - compiled code takes no keywords
    values: Floats,
    soc: float,
    car: Floats,
    own: Floats,
    own_modes: int,
    directions: Floats,
    scales: Floats,
    row: Floats,
    alone: Floats,
) -> float:
    """Fill the derivatives of one stated state of charge; return its error."""
    counted, stated, health = values[0], values[4], car[_HEALTH]
    arch = 4.0 * soc * (1.0 - soc)
    bend = scales[SHARED_BEND] + car[_BEND] + own[2]
    by_soc = 1.0 + bend * 4.0 * (1.0 - 2.0 * soc)
    told = soc + bend * arch + own[3]
    row[_HEALTH] = -by_soc * counted / (health * health)
    row[_BEND] = arch
    inside = min(max(soc, 0.0), 1.0)
    first = _MODES + own_modes
    for wave in range(car.shape[0] - first):
        order = wave + 2
        height = np.sin(np.pi * inside * order) * 2.0 * scales[WANDER_SD] / order
        row[first + wave] = height
        told += height * car[first + wave]
    last = directions.shape[0] - 1
    for each in range(directions.shape[1]):
        row[car.shape[0] + each] = arch * directions[last, each]
    alone[0], alone[1], alone[2], alone[3] = by_soc, 0.0, arch, 1.0
    return float(stated - told)


@njit(cache=True, nogil=True, error_model="numpy")
def _add_charge(  # noqa: PLR0917 - compiled code takes no keywords
    bins: Floats,
    car: Floats,
    own: Floats,
    curve: tuple[Floats, Floats, Floats, Floats],
    scales: Floats,
    sums: tuple[Floats, Floats, Floats, Floats, Floats],
) -> tuple[float, int]:
    """Add all bins of one charge to the sums; return squares and their count."""
    whole_v, wear_v, modes_v, directions = curve
    matrix, vector, block, pull, cross = sums
    bound = scales[OUTLIER_SDS] if scales[ROBUST] > 0.0 else 0.0
    row, alone = np.zeros(vector.shape[0]), np.zeros(ALONE)
    squares, count = 0.0, 0
    for place in range(bins.shape[0]):
        values = bins[place]
        soc = own[0] + values[0] / car[_HEALTH]
        row[:] = 0.0
        error = _voltage_row(
            values, soc, car, own, whole_v, wear_v, modes_v, directions, scales, row, alone
        )
        scale = np.sqrt(scales[VOLTAGE_SD] ** 2 + (scales[LOAD_VOLTAGE_SD] * values[2]) ** 2)
        squares += _add_row(row, alone, error, scale, bound, matrix, vector, block, pull, cross)
        count += 1
        if np.isnan(values[4]):
            continue
        row[:] = 0.0
        error = _reading_row(
            values, soc, car, own, modes_v.shape[1], directions, scales, row, alone
        )
        scale = scales[READING_SD]
        squares += _add_row(row, alone, error, scale, bound, matrix, vector, block, pull, cross)
        count += 1
    return squares, count


@njit(cache=True, nogil=True, error_model="numpy")
def accumulate(  # noqa: PLR0913, PLR0917 - compiled code takes no keywords
    bounds: Integers,
    bins: Floats,
    car: Floats,
    alone_now: Floats,
    curve: tuple[Floats, Floats, Floats, Floats],
    prior: Floats,
    scales: Floats,
    sums: tuple[Floats, Floats, Floats, Floats, Floats],
) -> tuple[float, int]:
    """Add all charges to the sums; return squares and their count.

    `bins`: counted, voltage, load, memory, stated. `curve`: rested, wear, own modes, directions.
    `sums`: matrix and vector, and of each charge the inverse block, what it has in common with
    the rest, and its pull.
    Shape: bounds (charges + 1,), bins (bins, 5).
    """
    rested_v, wear_v, modes_v, directions = curve
    matrix, vector, inner, crossed, pulled = sums
    whole_v = rested_v.copy()
    for knot in range(whole_v.shape[0]):
        for mode in range(modes_v.shape[1]):
            whole_v[knot] += modes_v[knot, mode] * car[_MODES + mode]
    block, reduced = np.zeros((ALONE, ALONE)), np.zeros((ALONE, vector.shape[0]))
    squares, count = 0.0, 0
    crossed[:] = 0.0
    pulled[:] = 0.0
    for number in range(bounds.shape[0] - 1):
        own, cross, pull = alone_now[number], crossed[number], pulled[number]
        block[:] = 0.0
        more, added = _add_charge(
            bins[bounds[number] : bounds[number + 1]],
            car,
            own,
            (whole_v, wear_v, modes_v, directions),
            scales,
            (matrix, vector, block, pull, cross),
        )
        squares += more
        count += added
        for i in range(ALONE):
            block[i, i] += prior[i]
            if i > 0:
                pull[i] -= prior[i] * own[i]
        _invert(block, inner[number])
        _eliminate(inner[number], cross, pull, reduced, matrix, vector)
    for i in range(matrix.shape[0]):
        for j in range(i):
            matrix[j, i] = matrix[i, j]
    return squares, count
