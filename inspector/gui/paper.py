"""How does the page of a report become a PDF? Laid out by Qt on A4, with plain colours: what QTextDocument understands of HTML is enough for it."""

import os
import re

from PySide6.QtCore import QMarginsF, QUrl
from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPdfWriter, QTextDocument

_STYLE = """
body { color: #1c2128; font-size: 8.5pt; }
h1 { font-size: 14pt; margin: 0 0 2px 0; }
h2 { font-size: 11pt; margin: 14px 0 4px 0; }
h3 { font-size: 9pt; margin: 10px 0 2px 0; }
table { border-collapse: collapse; border-style: solid; border-width: 0.5px; border-color: #c8ced6; margin: 4px 0 8px 0; }
th { background-color: #f0f2f5; color: #57606a; font-weight: normal; text-align: left; }
td, th { padding: 2px 6px; }
code, .code { font-family: monospace; font-size: 7.5pt; }
.dim, .info, .unknown { color: #57606a; }
.error, .absent { color: #c4272c; }
.warning, .restricted { color: #9a6700; }
.available, .ok { color: #1a7f45; }
"""
_BLOCKS = re.compile(r"<(/?)(?:section|article|main|header)\b")
_FINDING = re.compile(r'<article class="(\w+)">\s*<strong>')
_MARGIN_MM = 14.0
_DPI = 1200


def write_pdf(html: str, pictures: dict[str, bytes], path: str) -> bool:
    """Write the page, and after it the pictures as wide as the sheet; False if the file cannot be written."""
    writer = QPdfWriter(path)
    margins = QMarginsF(_MARGIN_MM, _MARGIN_MM, _MARGIN_MM, _MARGIN_MM)
    sheet = QPageLayout(QPageSize(QPageSize.PageSizeId.A4), QPageLayout.Orientation.Portrait, margins, QPageLayout.Unit.Millimeter)
    writer.setPageLayout(sheet)
    writer.setResolution(_DPI)
    writer.setTitle("Go Inspector")
    writer.setCreator("Go Inspector")
    document = QTextDocument()
    document.documentLayout().setPaintDevice(writer)
    document.setPageSize(sheet.paintRectPixels(_DPI).size().toSizeF())
    document.setDefaultStyleSheet(_STYLE)
    for name, png in pictures.items():
        document.addResource(QTextDocument.ResourceType.ImageResource, QUrl(f"{name}.png"), QImage.fromData(png))
    width = int(document.pageSize().width() * 0.98)
    plain = re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL).replace("<table>", '<table cellspacing="0" width="100%">')
    plain = _BLOCKS.sub(r"<\1div", _FINDING.sub(r'<article><strong class="\1">', plain))
    shown = "".join(f'<p><img src="{name}.png" width="{width}"></p>' for name in pictures)
    document.setHtml(plain.replace("</body>", shown + "</body>"))
    document.print_(writer)
    return os.path.getsize(path) > 0
