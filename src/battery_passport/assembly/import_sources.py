"""Files to be taken in: tables by their mapping, recordings of frames by their protocol.

In: paths and the name of a mapping. Out: sources, each with its samples and what was assumed.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from battery_passport.adapters.gbt32960 import rows as gbt32960_rows
from battery_passport.adapters.hyundai_uds import rows as uds_rows
from battery_passport.adapters.tabular.files import TabularFile, source_files
from battery_passport.adapters.tabular.mappings import load_mapping
from battery_passport.assembly.recordings import decode_recording
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.telemetry.errors import UnreadableSource
from battery_passport.telemetry.mapping.conversion import convert_rows
from battery_passport.telemetry.model import Samples
from battery_passport.telemetry.rows import Row, samples_of_rows

RECORDING_ENDINGS = {".txt", ".log", ".hex", ".asc"}
_ReadRows = Callable[[Iterator[JsonObject]], tuple[list[Row], tuple[str, ...]]]
RECORDINGS: dict[str, tuple[bytes, _ReadRows]] = {
    "hyundai-uds": (uds_rows.DECLARATION, uds_rows.recorded_rows),
    "gbt32960": (gbt32960_rows.DECLARATION, gbt32960_rows.recorded_rows),
}


@dataclass(frozen=True, slots=True)
class ImportSource:
    """One file: `declaration` stands for how it is read, `pieces` are its samples."""

    path: Path
    declaration: bytes
    assumptions: tuple[str, ...]
    pieces: Iterator[Samples]


def import_sources(paths: Sequence[Path], mapping_name: str) -> list[ImportSource]:
    """Return what is to be taken in.

    Raises: InvalidMapping, UnreadableSource, UnusableRecording.
    """
    if mapping_name in RECORDINGS:
        return [_recording(path, mapping_name) for path in _recording_files(paths)]
    mapping = load_mapping(mapping_name)
    return [
        ImportSource(
            path, mapping.declaration, mapping.assumptions, convert_rows(TabularFile(path), mapping)
        )
        for path in source_files(paths)
    ]


def _recording_files(paths: Sequence[Path]) -> list[Path]:
    found: list[Path] = []
    for path in paths:
        inside = sorted(one for one in path.glob("*") if one.suffix.lower() in RECORDING_ENDINGS)
        files = inside if path.is_dir() else [path]
        if not files:
            raise UnreadableSource(
                f"The folder {path} holds no recordings.",
                remedy=f"Give files that end in {', '.join(sorted(RECORDING_ENDINGS))}.",
            )
        found += [file for file in files if file not in found]
    return found


def _recording(path: Path, protocol: str) -> ImportSource:
    declaration, read_rows = RECORDINGS[protocol]
    rows, assumptions = read_rows(decode_recording(path, protocol))
    if not rows:
        raise UnreadableSource(
            f"{path.name} holds no measurements that could be read.",
            remedy=f"See what `decode {path.name} --protocol {protocol}` says.",
        )
    return ImportSource(path, declaration, assumptions, iter([samples_of_rows(rows)]))
