"""Why is a configuration option off, and what would it take? Follows dependencies downwards to the options that block, as a small tree."""

from collections.abc import Iterator

from inspector.i18n import mark, say, told, tr
from inspector.kernel import symbols
from inspector.kernel.expression import Expression, parse
from inspector.kernel.kconfig import KernelConfig
from inspector.kernel.releases import Version
from inspector.kernel.rows import Row
from inspector.model.base import Doc
from inspector.model.kernel import Gate

_DEPTH = 4
"""Levels of dependencies shown; the table's chains are shorter."""

_WIDTH = 6
"""Alternatives of an `||` shown at most."""

_ON, _OFF, _TURNED_ON = mark("is on"), mark("is off"), mark("would be turned on")
_UNREADABLE = mark("this dependency could not be read")
_CONFLICT = mark("must be off, and is on")
_BLOCKED = mark("cannot be on until what is below is")
_UNMENTIONED = mark("is not in this configuration")
_SWITCH = mark("can be switched on, and is off")
_NO_SWITCH = mark("has no switch of its own: {by}")
_BY_OTHERS = mark("the architecture or another option turns it on")
_CANNOT = mark("{option} cannot be on: {blockers}")


class _Asked(Doc, frozen=True, kw_only=True):
    """The kernel that is asked about."""

    config: KernelConfig
    version: Version
    arch: str


def gates(row: Row, config: KernelConfig, version: Version, *, arch: str = "") -> tuple[Gate, ...]:
    """One tree per needed option that is off, its blocking dependencies below; empty when all are on. `arch` is what `uname -m` says."""
    asked = _Asked(config=config, version=version, arch=arch or config.architecture())
    needed = row.kconfig.all or row.kconfig.hidden
    wanted = [name for name in needed if config.value(name) == "n"]
    if not row.kconfig.all and len(wanted) < len(needed):
        return ()
    roots = [_gate(name, asked, relation="needs", seen=frozenset()) for name in wanted]
    inside = {gate.symbol for root in roots for child in root.below for gate in _flat(child) if not gate.met}
    return tuple(root for root in roots if root.symbol not in inside)


def _flat(gate: Gate) -> tuple[Gate, ...]:
    return (gate, *(inner for child in gate.below for inner in _flat(child)))


def _gate(name: str, asked: _Asked, *, relation: str, seen: frozenset[str]) -> Gate:
    config, version = asked.config, asked.version
    symbol = symbols.table().get(name)
    definition = symbol.definition(version) if symbol else None
    blocking: tuple[Gate, ...] = ()
    met: tuple[Gate, ...] = ()
    if definition and len(seen) < _DEPTH and name not in seen:
        blocking = _blocking(definition.depends, asked, seen=seen | {name})
        if not definition.prompt and not blocking and not symbols.left_out_by_arch(name, version, asked.arch):
            blocking = _selectors(definition.selected_by, config, seen=seen | {name})
        met = (*_met(definition.depends, config), *(_on(symbol, config, "selects") for symbol in definition.selects[:_WIDTH]))
    return Gate(
        symbol=name,
        value=config.value(name),
        relation=relation,
        says=_says(name, asked, blocked=bool(blocking), prompt=definition.prompt if definition else None),
        prompt=definition.prompt if definition else "",
        menu=definition.menu if definition else "",
        depends=definition.depends if definition else "",
        below=(*blocking, *met),
    )


def _on(name: str, config: KernelConfig, relation: str) -> Gate:
    """A neighbour that stands in no way: its value alone is worth knowing."""
    value = config.value(name)
    return Gate(symbol=name, value=value, relation=relation, says=_ON if value != "n" else _TURNED_ON, met=True)


def _met(depends: str, config: KernelConfig) -> Iterator[Gate]:
    """The options of those parts of a dependency that are met: the chain as it really is."""
    try:
        expression = parse(depends) if depends else None
    except ValueError:
        return
    parts = [part for part in (expression.conjuncts() if expression else ()) if part.kind in ("symbol", "||") and part.level(config.value)]
    names = [name for part in parts for name in part.symbols() if config.value(name) != "n"]
    yield from (_on(name, config, "depends") for name in dict.fromkeys(names[:_WIDTH]))


def _blocking(depends: str, asked: _Asked, *, seen: frozenset[str]) -> tuple[Gate, ...]:
    """A gate for each symbol in a part of the dependency that is not met."""
    try:
        expression = parse(depends) if depends else None
    except ValueError:
        return (Gate(symbol=depends, value="", relation="depends", says=_UNREADABLE),)
    found: list[Gate] = []
    for part in expression.conjuncts() if expression else ():
        if part.level(asked.config.value) == 0:
            found += _unmet(part, asked, seen)
    return tuple(found)


def _unmet(part: Expression, asked: _Asked, seen: frozenset[str]) -> list[Gate]:
    config = asked.config
    if part.kind == "symbol":
        return [_gate(part.text, asked, relation="depends", seen=seen)]
    if part.kind == "!":
        return [Gate(symbol=", ".join(part.symbols()), value=config.value(part.symbols()[0]), relation="conflicts", says=_CONFLICT)]
    names = part.symbols()[:_WIDTH]
    return [_gate(name, asked, relation="one-of", seen=seen) for name in names]


def _selectors(names: tuple[str, ...], config: KernelConfig, *, seen: frozenset[str]) -> tuple[Gate, ...]:
    return tuple(
        Gate(symbol=name, value=config.value(name), relation="selected-by", says=_ON if config.value(name) != "n" else _OFF)
        for name in names[:_WIDTH]
        if name not in seen
    )


def _says(name: str, asked: _Asked, *, blocked: bool, prompt: str | None) -> str:
    config = asked.config
    if life := symbols.life_sentence(name, asked.version):
        return life
    if config.value(name) != "n":
        return _ON
    if blocked:
        return _BLOCKED
    if prompt is None:
        return _OFF if config.mentions(name) else _UNMENTIONED
    if prompt:
        return _SWITCH
    by_arch = symbols.left_out_by_arch(name, asked.version, asked.arch)
    return say(_NO_SWITCH, by=by_arch or _BY_OTHERS)


def sentence(gate: Gate) -> str:
    """One line for a tree, in the reader's language: the option and the options that block it, the deepest first."""
    blockers = [inner for inner in _flat(gate)[1:] if not inner.met and all(below.met for below in inner.below)]
    if not blockers:
        where = f" ({gate.menu} > “{gate.prompt}”)" if gate.prompt and gate.menu else ""
        return f"CONFIG_{gate.symbol} {told(gate.says)}{where}"
    return tr(_CANNOT, option=f"CONFIG_{gate.symbol}", blockers="; ".join(f"{b.symbol} {told(b.says)}" for b in blockers))
