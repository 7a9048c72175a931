"""How do two kernels differ? Capabilities that change first, then options: switched, renamed, gone, new, each with why."""

from collections.abc import Iterator

from inspector.i18n import mark
from inspector.kernel import rows, symbols
from inspector.kernel.kconfig import KernelConfig
from inspector.kernel.releases import Version
from inspector.model.base import Doc
from inspector.model.kernel import Capability, Kernel
from inspector.model.kernels import CapabilityChange, ChangeKind, Comparison, OptionChange


class Side(Doc, frozen=True, kw_only=True):
    """One of the two kernels: what it is called here, its capabilities, and its configuration where there is one."""

    name: str
    kernel: Kernel
    version: Version
    config: KernelConfig | None = None

    def options(self) -> KernelConfig:
        """The configuration, an empty one where there is none."""
        return self.config or KernelConfig(source=self.name)

    def shown(self, symbol: str) -> str:
        """An option's value, empty where the configuration does not mention it."""
        return self.options().values.get(symbol, "")


def compare(before: Side, after: Side) -> Comparison:
    """Compare two kernels; options only where both sides have a configuration, else `why` says so."""
    options: list[OptionChange] = []
    quiet, why = 0, ""
    if before.config and after.config:
        options, quiet = _options(before, after)
    else:
        why = mark(f"no configuration of {after.name if before.config else before.name}: options are not compared")
    changed = {o.symbol for o in options}
    return Comparison(
        before=before.name,
        after=after.name,
        capabilities=tuple(_capabilities(before.kernel, after.kernel, changed)),
        options=tuple(sorted(options, key=lambda o: (not o.capabilities, o.menu or "~", o.symbol))),
        quiet=quiet,
        why=why,
    )


def _capabilities(before: Kernel, after: Kernel, changed: set[str]) -> Iterator[CapabilityChange]:
    for row in rows.load():
        first, second = before.capability(row.id), after.capability(row.id)
        if first is None or second is None or not _differ(first, second):
            continue
        yield CapabilityChange(
            id=row.id,
            title=row.title,
            group=row.group,
            before=first.verdict,
            after=second.verdict,
            says_before=first.because,
            says_after=second.because,
            options=tuple(name for name in row.kconfig.names() if name in changed),
        )


def _differ(first: Capability, second: Capability) -> bool:
    values_differ = bool(first.value and second.value) and first.value != second.value
    return first.verdict != second.verdict or values_differ


def _options(before: Side, after: Side) -> tuple[list[OptionChange], int]:
    owners = _owners()
    found: list[OptionChange] = []
    quiet = 0
    names = before.options().values.keys() | after.options().values.keys()
    for name in names:
        first, second = before.shown(name), after.shown(name)
        if (first or "n") == (second or "n"):
            quiet += first != second
            continue
        kind, says = _change(name, before, after)
        menu = _menu(name, after.version) or _menu(name, before.version)
        owned = owners.get(name, ())
        found.append(OptionChange(symbol=name, before=first, after=second, kind=kind, says=says, menu=menu, capabilities=owned))
    return found, quiet


def _change(name: str, before: Side, after: Side) -> tuple[ChangeKind, str]:
    first, second = before.shown(name), after.shown(name)
    symbol = symbols.table().get(name)
    if symbol and not second:
        if symbol.renamed_to and after.options().value(symbol.renamed_to) != "n":
            return "renamed", mark(f"renamed {symbol.renamed_to} in {symbol.renamed_in}, where it is {after.options().value(symbol.renamed_to)}")
        return "gone", symbols.life_sentence(name, after.version)
    if symbol and not first:
        former = next((n for n in symbol.former_names if before.options().value(n) != "n"), "")
        if former:
            return "renamed", mark(f"was called {former}, where it was {before.options().value(former)}")
        return "new", symbols.life_sentence(name, before.version)
    if not first or not second:
        return ("new" if not first else "gone"), ""
    if "n" in (first, second):
        return ("on" if first == "n" else "off"), ""
    return "changed", ""


def _owners() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for row in rows.load():
        for name in row.kconfig.names():
            found.setdefault(name, []).append(row.id)
    return {name: tuple(ids) for name, ids in found.items()}


def _menu(name: str, version: Version) -> str:
    symbol = symbols.table().get(name)
    definition = symbol.definition(version) if symbol else None
    return definition.menu if definition else ""
