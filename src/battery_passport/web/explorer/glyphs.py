"""Small drawings of the stations on a record's way, in a square of 56.

In: the name of a station. Out: pieces of SVG whose colours the style sheet gives.
"""

from collections.abc import Mapping
from types import MappingProxyType

SIDE = 56

GLYPHS: Mapping[str, str] = MappingProxyType(
    {
        # a pack with its cells, and a wave
        "source": '<rect x="9" y="17" width="38" height="24" rx="4"/>'
        '<path d="M47 24h3v10h-3M16 24v10M23 24v10"/>'
        '<path class="way__accent" d="m29 30 4-7 3 12 4-5"/>',
        # a sheet under a seal
        "sealed": '<path d="M15 8h18l8 8v32H15V8Z"/><path d="M33 8v8h8M21 23h14M21 30h9"/>'
        '<circle class="way__seal" cx="37" cy="40" r="8"/>'
        '<path class="way__on" d="m33.5 40 2.6 2.6 4.6-5"/>',
        # the tree of the log with the way from one leaf to the root
        "entry": '<path d="m28 13-12 13m12-13 12 13M16 30l-6 11m6-11 6 11m18-11-6 11m6-11 6 11"/>'
        '<path class="way__accent" d="M28 13 16 28l6 14"/>'
        '<circle class="way__dot" cx="28" cy="12" r="3.5"/>'
        '<circle class="way__dot" cx="16" cy="28" r="3.5"/>'
        '<circle class="way__seal" cx="22" cy="43" r="4.5"/>'
        '<circle cx="40" cy="28" r="3"/><circle cx="10" cy="43" r="3"/>'
        '<circle cx="34" cy="43" r="3"/><circle cx="46" cy="43" r="3"/>',
        # a sorted list with one line marked
        "state": '<path d="M12 14h32M12 24h32M12 44h32"/>'
        '<rect class="way__seal" x="9" y="29" width="38" height="10" rx="3"/>'
        '<path class="way__on" d="m24 34 3 3 5-6"/>',
        # a signed note and the eyes that saw it
        "checkpoint": '<path d="M12 9h32v22H12z"/><path d="M18 16h20M18 22h12"/>'
        '<path class="way__accent" d="M28 31v5"/>'
        '<circle class="way__seal" cx="16" cy="42" r="6"/>'
        '<circle class="way__seal" cx="28" cy="42" r="6"/>'
        '<circle class="way__seal" cx="40" cy="42" r="6"/>'
        '<path class="way__on" d="m13.4 42 2 2 3.4-3.8m6.6 1.8 2 2 3.4-3.8m6.6 1.8 2 2 3.4-3.8"/>',
        # two links of a chain
        "anchor": '<rect x="7" y="20" width="26" height="16" rx="8"/>'
        '<rect class="way__accent" x="23" y="20" width="26" height="16" rx="8"/>'
        '<path d="M17 28h6"/><path class="way__accent" d="M33 28h6"/>',
        # three blocks, the last of them marked
        "block": '<path d="M4 24h12v12H4zM22 24h12v12H22zM16 30h6M34 30h5"/>'
        '<rect class="way__seal" x="39" y="22" width="15" height="16" rx="2"/>'
        '<path class="way__on" d="m43 30 2.6 2.6L50 27.5"/>',
    }
)
