"""The QR code of a GS1 Digital Link as inline SVG.

In: an address. Out: SVG markup without inline style, drawn in the colour of the text around it.
"""

import segno

QUIET_ZONE = 4
"""Modules of white around the code. Source: ISO/IEC 18004 §6.3.8."""


def qr_svg(address: str) -> str:
    """Return the code, error correction level M, sized by the style sheet."""
    code = segno.make(address, error="m", micro=False)
    return code.svg_inline(
        border=QUIET_ZONE,
        svgclass="qr__code",
        lineclass=None,
        omitsize=True,
        dark="#000",
        light="#fff",
    )
