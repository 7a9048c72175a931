"""What did the window look like the last time? Typed reading of its settings file; a value of another kind counts as never written."""

from PySide6.QtCore import QByteArray, QSettings


def flag(settings: QSettings, name: str, *, default: bool) -> bool:
    """A remembered yes or no."""
    value = settings.value(name)
    return default if value is None else str(value).lower() == "true"


def number(settings: QSettings, name: str, default: int) -> int:
    """A remembered whole number."""
    value = str(settings.value(name, ""))
    return int(value) if value.isdecimal() else default


def words(settings: QSettings, name: str) -> list[str]:
    """Remembered texts."""
    value = settings.value(name)
    if isinstance(value, str):
        return [value]
    return [str(item) for item in value] if isinstance(value, list) else []


def state(settings: QSettings, name: str) -> QByteArray | None:
    """A widget's own remembered state."""
    value = settings.value(name)
    return value if isinstance(value, QByteArray) else None
