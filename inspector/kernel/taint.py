"""What has happened to a kernel since boot? The taint mask of /proc/sys/kernel/tainted as letters and words."""

from inspector.i18n import mark

# Documentation/admin-guide/tainted-kernels.rst, by bit
_FLAGS = (
    ("P", mark("a proprietary module was loaded")),
    ("F", mark("a module was loaded by force")),
    ("S", mark("a processor runs outside its specification")),
    ("R", mark("a module was unloaded by force")),
    ("M", mark("the processor reported a machine check")),
    ("B", mark("a page was found in a bad state")),
    ("U", mark("a program asked for this flag")),
    ("D", mark("the kernel has died before: an oops or a bug")),
    ("A", mark("an ACPI table was overridden")),
    ("W", mark("the kernel gave a warning")),
    ("C", mark("a staging driver was loaded")),
    ("I", mark("it works around a defect of the firmware")),
    ("O", mark("a module from outside the kernel's tree was loaded")),
    ("E", mark("an unsigned module was loaded")),
    ("L", mark("a processor was stuck in the kernel")),
    ("K", mark("the kernel was live-patched")),
    ("X", mark("a flag of the distribution's own")),
    ("T", mark("it was built with the layout randomization plugin")),
    ("N", mark("an in-kernel test was run")),
    ("J", mark("a userspace write to a debug interface changed it")),
)


def decode(mask: int) -> tuple[tuple[str, str], ...]:
    """Letter and meaning of each flag that is set; a bit nobody named yet stands as its number."""
    named = [flag for bit, flag in enumerate(_FLAGS) if mask >> bit & 1]
    beyond = [(str(bit), mark("a flag newer than this program")) for bit in range(len(_FLAGS), mask.bit_length()) if mask >> bit & 1]
    return (*named, *beyond)
