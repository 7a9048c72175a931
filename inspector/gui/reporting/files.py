"""How does a picture become a file, and how is a file written? Whole or not at all, and without a word in it beside the pixels."""

from PySide6.QtCore import QBuffer, QIODevice, QSaveFile
from PySide6.QtGui import QImage, QImageWriter


def image_as_png(image: QImage) -> bytes:
    """A picture as a file, without any text in it beside the pixels."""
    for key in image.textKeys():
        image.setText(key, "")
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, b"png").write(image)
    return bytes(buffer.data().data())


def write(path: str, content: bytes) -> str:
    """Write the file whole or not at all; why it could not be, empty if it could."""
    file = QSaveFile(path)
    if not file.open(QIODevice.OpenModeFlag.WriteOnly):
        return file.errorString()
    file.write(content)
    return "" if file.commit() else file.errorString()
