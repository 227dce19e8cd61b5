"""A QR code as a picture that scales and needs no style of its own."""

import io

import segno
from django.utils.safestring import SafeString, mark_safe


def svg(text: str, *, title: str) -> SafeString:
    """Return the text as a QR code (ISO/IEC 18004, level M) in SVG, with a title for who cannot see it."""
    picture = io.BytesIO()
    segno.make_qr(text, error="m").save(
        picture,
        kind="svg",
        xmldecl=False,
        svgns=True,
        omitsize=True,
        title=title,
        svgclass="qr",
        lineclass="qr-line",
        border=2,
    )
    # The text is in the pattern only; the title is escaped by segno.
    return mark_safe(picture.getvalue().decode())  # noqa: S308
