"""Which colour, font and space does each meaning have? Tokens become the palette, the one stylesheet and the icons' tint."""

import json
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any, Literal

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontMetrics, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from inspector import resources
from inspector.settings import ThemeChoice

ThemeName = Literal["light", "dark", "contrast"]
Choice = ThemeChoice
Tone = Literal["", "ok", "warn", "bad", "dim", "accent"]

GRID = 8
"""Every margin and gap is a multiple of half of this (pixels at 96 dpi)."""

_SMALLEST_ICON = 16
_STILL_TICKS = 5
UI_FAMILIES = ("Inter", "Cantarell", "Ubuntu", "Noto Sans", "DejaVu Sans", "Noto Sans CJK SC")
MONO_FAMILIES = ("JetBrains Mono", "Ubuntu Mono", "Noto Sans Mono", "DejaVu Sans Mono", "Noto Sans Mono CJK SC")
_GENERIC = ("sans serif", "sans", "monospace", "")


@dataclass(frozen=True, slots=True)
class Tokens:
    """Colours by meaning, `#rrggbb`. A surface is drawn on, everything else is drawn."""

    background: str
    panel: str
    raised: str
    hover: str
    line: str
    control: str
    text: str
    dim: str
    accent: str
    on_accent: str
    ok: str
    warn: str
    bad: str
    selection: str
    ok_surface: str
    warn_surface: str
    bad_surface: str
    series: tuple[str, ...]

    def tone(self, tone: Tone) -> str:
        """The colour text of this tone is drawn in."""
        return str(getattr(self, tone or "text"))


@lru_cache(maxsize=1)
def all_tokens() -> dict[str, Tokens]:
    """The tokens of every theme, by name."""
    stored: dict[str, dict[str, Any]] = json.loads(resources.read_text("theme", "tokens.json"))
    return {name: Tokens(**{**colours, "series": tuple(colours["series"])}) for name, colours in stored.items()}


def contrast(one: str, other: str) -> float:
    """WCAG 2 contrast ratio of two colours, 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def system_theme() -> ThemeName:
    """What the desktop asks for; light where it does not say."""
    hints = QGuiApplication.styleHints()
    if hints.accessibility().contrastPreference() == Qt.ContrastPreference.HighContrast:
        return "contrast"
    return "dark" if hints.colorScheme() == Qt.ColorScheme.Dark else "light"


def _ui_font() -> QFont:
    font = QFont(QApplication.font())
    if font.family().lower() in _GENERIC:
        font.setFamilies([*UI_FAMILIES, "sans-serif"])
        font.setPointSizeF(max(font.pointSizeF(), 9.75))
    return font


def _mono_font(ui: QFont) -> QFont:
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    if font.family().lower() in _GENERIC:
        font.setFamilies([*MONO_FAMILIES, "monospace"])
        font.setStyleHint(QFont.StyleHint.Monospace)
    font.setPointSizeF(ui.pointSizeF() * 0.96)
    return font


class Theme(QObject):
    """The theme in force. Widgets that paint themselves listen to `changed`; the rest follow palette and stylesheet."""

    changed = Signal()

    def __init__(self, app: QApplication, *, choice: Choice = "system", scale: float = 1.0) -> None:
        super().__init__(app)
        self._app = app
        self.choice: Choice = choice
        app.setStyle("Fusion")
        self.still = False
        self._base = _ui_font()
        self._enlarge(scale)
        self.name: ThemeName = "light"
        self.tokens = all_tokens()["light"]
        self._apply()
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._follow_system)
        QGuiApplication.styleHints().accessibility().contrastPreferenceChanged.connect(self._follow_system)

    def choose(self, choice: Choice) -> None:
        """Use this theme from now on; `system` follows the desktop."""
        self.choice = choice
        self._apply()
        self.changed.emit()

    def rescale(self, scale: float) -> None:
        """Draw text this many times as large as the desktop does; what measured it before must be made again."""
        self._enlarge(scale)
        self._apply()

    def keep_still(self, still: bool) -> None:
        """Let menus, boxes and tooltips appear at once instead of sliding."""
        for effect in (Qt.UIEffect.UI_AnimateMenu, Qt.UIEffect.UI_AnimateCombo, Qt.UIEffect.UI_AnimateTooltip, Qt.UIEffect.UI_FadeTooltip):
            self._app.setEffectEnabled(effect, not still)
        self.still = still
        self._apply()

    def due(self, tick: int) -> bool:
        """Whether a live picture moves on at this tick: at each, or where stillness is wanted at every fifth."""
        return not self.still or tick % _STILL_TICKS == 0

    def _enlarge(self, scale: float) -> None:
        self.ui_font = QFont(self._base)
        self.ui_font.setPointSizeF(self._base.pointSizeF() * scale)
        self.mono_font = _mono_font(self.ui_font)
        self._app.setFont(self.ui_font)

    def colour(self, tone: Tone) -> QColor:
        """The colour of a tone in the theme in force."""
        return QColor(self.tokens.tone(tone))

    def _follow_system(self, _preference: object) -> None:
        if self.choice == "system" and system_theme() != self.name:
            self._apply()
            self.changed.emit()

    def _apply(self) -> None:
        self.name = system_theme() if self.choice == "system" else self.choice
        self.tokens = all_tokens()[self.name]
        self._app.setPalette(palette(self.tokens))
        still = "* { widget-animation-duration: 0; }\n" if self.still else ""
        self._app.setStyleSheet(still + stylesheet(self.tokens, mono=self.mono_font, ui=self.ui_font))


def palette(tokens: Tokens) -> QPalette:
    """The tokens as a Qt palette, so that widgets nobody styled fit in as well."""
    role, group = QPalette.ColorRole, QPalette.ColorGroup
    made = QPalette(QColor(tokens.raised), QColor(tokens.background))
    for target, colour in (
        (role.Window, tokens.background),
        (role.WindowText, tokens.text),
        (role.Base, tokens.panel),
        (role.AlternateBase, tokens.background),
        (role.Text, tokens.text),
        (role.Button, tokens.raised),
        (role.ButtonText, tokens.text),
        (role.ToolTipBase, tokens.raised),
        (role.ToolTipText, tokens.text),
        (role.PlaceholderText, tokens.dim),
        (role.Highlight, tokens.selection),
        (role.HighlightedText, tokens.text),
        (role.Link, tokens.accent),
        (role.LinkVisited, tokens.accent),
        (role.Accent, tokens.accent),
        (role.Mid, tokens.line),
        (role.Midlight, tokens.hover),
        (role.Dark, tokens.line),
        (role.Shadow, tokens.line),
    ):
        made.setColor(target, QColor(colour))
    for target in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(group.Disabled, target, QColor(tokens.dim))
    return made


def stylesheet(tokens: Tokens, *, mono: QFont, ui: QFont) -> str:
    """The one stylesheet: shape and rhythm of the few widgets whose look the palette cannot say."""
    values: dict[str, str] = {field.name: getattr(tokens, field.name) for field in fields(tokens) if field.name != "series"}
    values |= {"mono": ", ".join(f'"{family}"' for family in mono.families()), "mono_pt": f"{mono.pointSizeF():.2f}pt"}
    values |= {"title_pt": f"{ui.pointSizeF() * 1.18:.2f}pt", "small_pt": f"{ui.pointSizeF() * 0.88:.2f}pt"}
    values |= {"verdict_pt": f"{ui.pointSizeF() * 1.12:.2f}pt", "icon": str(max(_SMALLEST_ICON, QFontMetrics(ui).height()))}
    sheet = resources.read_text("theme", "style.qss")
    for name, value in values.items():
        sheet = sheet.replace(f"@{name}@", value)
    return sheet
