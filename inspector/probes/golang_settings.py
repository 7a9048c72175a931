"""Which rows does `go env` get in the Snapshot? All of the first context's go, and those of the other contexts that differ."""

import msgspec

from inspector.golang.settings import table
from inspector.host.base import Host
from inspector.model.base import shown
from inspector.model.golang import GoSetting
from inspector.probes.golang_env import ContextGo, origin_of, settings_of
from inspector.probes.golang_states import state_of


def probe_settings(host: Host, gos: tuple[ContextGo, ...]) -> tuple[GoSetting, ...]:
    """Every variable with value, origin, state and what the weaker layers say; a row without context holds wherever no other row does."""
    rows: list[GoSetting] = []
    base: dict[str, GoSetting] = {}
    for go in gos:
        for setting in settings_of(host, go):
            state, why, roots = state_of(host, go, setting)
            row = GoSetting(
                name=setting.name, value=shown(setting.value), state=state, why=shown(why), roots=shown(roots),
                origin=origin_of(go, setting.name, (setting.layer, setting.value, setting.line)),
                fixed=_is_fixed(setting.name, go.minor),
                overridden=tuple(origin_of(go, setting.name, weaker) for weaker in setting.weaker if weaker[1]),
            )  # fmt: skip
            known = base.setdefault(setting.name, row) if go is gos[0] else base.get(setting.name)
            if known is row:
                rows.append(row)
            elif known != row:
                rows.append(_in_context(row, go.context.id))
    return tuple(rows)


def _is_fixed(name: str, minor: int) -> bool:
    fixed = next((variable.fixed for variable in table() if variable.name == name), None)
    return fixed is not None and minor >= fixed


def _in_context(row: GoSetting, context: str) -> GoSetting:
    return msgspec.structs.replace(row, context=context)
