"""What may leave the machine? Every field of every document declares its class here; a field that is not declared is a secret."""

from typing import Literal

from inspector.model import environment as env
from inspector.model import faults, finding, golang, kernel, snapshot
from inspector.model.base import Doc, Text
from inspector.model.origin import Origin

FieldClass = Literal["public", "words", "path", "paths", "module", "symbol", "line", "value", "identity", "secret", "derived"]
"""What a field holds, and so how it leaves:

`public`    our own vocabulary, numbers, versions: as it is, identities replaced
`words`     a sentence that may quote the machine: identities and paths replaced, secrets cut out by rules
`path`      a file name, `paths` several joined by colons: known components stay, private ones are numbered
`module`    a Go module, `symbol` a function of one: well-known ones stay, private ones are numbered
`line`      a source line: stays only where every word of it is understood
`value`     a variable's value: stays only where the name beside it is known to be harmless
`identity`  a user, a host: always a pseudonym
`secret`    never leaves
`derived`   composed again from the redacted fields
"""

_TABLE: dict[type[Doc], dict[FieldClass, str]] = {
    Text: {"public": "template", "words": "params"},
    Origin: {"public": "kind line confidence", "path": "file", "line": "text", "secret": "file_bytes text_bytes", "derived": "sentence"},
    snapshot.Snapshot: {"public": "schema taken_at"},
    snapshot.ToolInfo: {"public": "name version"},
    snapshot.HostInfo: {
        "public": "uid architecture", "identity": "hostname user", "path": "home login_shell",
        "words": "distribution kernel_release container virtualization",
    },
    snapshot.LookInfo: {"public": "sandbox watched durations_ms", "words": "sandbox_why failed"},
    env.LaunchContext: {
        "public": "id title parent known duration_ms traced_ms looked_at", "path": "shell", "paths": "base_path", "words": "why notes other_names",
    },
    env.SlowLine: {"public": "duration_ms count"},
    env.InitFile: {"public": "state order duration_ms", "path": "path real_path", "words": "why", "secret": "path_bytes"},
    env.PathEntry: {"public": "rank state", "path": "entry", "words": "why", "secret": "entry_bytes"},
    env.Change: {"public": "kind", "value": "before after", "path": "lost", "secret": "before_bytes after_bytes"},
    env.Variable: {"public": "name", "value": "value", "secret": "value_bytes"},
    env.Shadow: {"public": "version rank", "path": "path"},
    env.Tool: {"public": "name version rank", "path": "path real_path", "words": "why"},
    env.UnreadEntry: {"path": "entry hidden_by", "words": "why"},
    env.RunningProgram: {"public": "pid started_at stale context", "words": "name go why", "paths": "path"},
    golang.Problem: {"public": "id", "words": "detail"},
    golang.Install: {
        "public": "version known manager writable support raw_version disk_use", "path": "goroot go toolchain_of links runs",
        "words": "package runs_why",
    },
    golang.GoSetting: {"public": "name context state fixed", "value": "value", "words": "why", "path": "roots"},
    golang.Selection: {
        "public": "context version outcome selected found silent_loops", "path": "go file", "words": "gotoolchain wanted prints",
    },
    golang.Project: {
        "public": "go_directive toolchain_directive selected_toolchain per_context", "path": "dir governed_by", "module": "module", "words": "why",
    },
    golang.Binary: {"public": "go_version experiments", "path": "path", "module": "module package", "value": "settings", "secret": "path_bytes"},
    golang.EditorGo: {"public": "editor key", "value": "value"},
    golang.GoRun: {"public": "program version week"},
    kernel.Evidence: {"public": "kind errno", "words": "name value says"},
    kernel.Gate: {"public": "symbol value relation prompt menu depends met", "words": "says"},
    kernel.Capability: {
        "public": "id title group verdict known state since", "words": "because value refused_by contradiction remedy why",
    },
    kernel.Way: {"public": "kind leads", "words": "how opens"},
    kernel.Fact: {"public": "id title", "words": "value says", "path": "source"},
    kernel.LivePatch: {"public": "enabled in_transition", "words": "name functions"},
    kernel.KnownIssue: {"public": "id title applies source", "words": "why"},
    kernel.Kernel: {"words": "release version why", "path": "config_source"},
    finding.Effect: {"words": "where title"},
    finding.FixRef: {"words": "plan", "public": "safety"},
    finding.Finding: {"public": "check severity", "words": "id facts", "derived": "title"},
    faults.SystemRates: {"public": "minor_per_s major_per_s huge_per_s huge_refused_per_s collapsed_per_s swap_in_per_s dirtied_per_s memory_wait"},
    faults.GcReport: {"public": "cycles per_s marking recent", "words": "why"},
    faults.Heap: {"public": "in_use obtained returned next_collection collections", "words": "source why"},
    faults.GcCycle: {"public": "number at_s cpu start_mb live_mb goal_mb"},
    faults.GoMemory: {"public": "pid started_at version resident_kb lazy_free_kb huge_kb"},
    faults.HugePages: {"public": "enabled defrag max_ptes_none"},
    faults.TlbReport: {"public": "load_misses_per_s store_misses_per_s walk_cycles_per_s", "words": "why"},
    faults.Marker: {"public": "kind time_s pid", "words": "name text"},
    faults.Instruction: {"public": "address text hits", "words": "source"},
    faults.Listing: {"public": "touched_low touched_high", "symbol": "function", "path": "object", "words": "why"},
    faults.ProcessRates: {
        "public": "pid started_at go minor_per_s major_per_s minor major", "words": "name", "identity": "user", "secret": "command",
    },
    faults.Where: {"public": "kind share samples", "symbol": "function inlined", "path": "object", "words": "mapping source"},
    faults.FaultReport: {"public": "duration_s hz lost", "words": "why"},
    faults.ThreadRates: {"public": "tid minor_per_s major_per_s", "words": "name"},
    faults.GroupRates: {"public": "minor_per_s major_per_s", "path": "path"},
    golang.LoopUse: {"words": "variable"},
    golang.ProjectSetting: {"public": "name", "value": "value"},
    faults.SampleBatch: {
        "public": "time_s interval_s process_count unattributed_per_s cost_ms ended_per_s", "words": "why",
    },
}  # fmt: skip

_CLASSES: dict[type[Doc], dict[str, FieldClass]] = {
    kind: {field: label for label, fields in row.items() for field in fields.split()} for kind, row in _TABLE.items()
}


def field_class(kind: type[Doc], field: str) -> FieldClass:
    """The class of a field that holds no document itself; `secret` where none is declared."""
    return _CLASSES.get(kind, {}).get(field, "secret")


def declared() -> dict[type[Doc], dict[str, FieldClass]]:
    """Every declaration, for the test that compares them with the documents."""
    return _CLASSES
