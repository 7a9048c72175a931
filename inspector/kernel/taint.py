"""What has happened to a kernel since boot? The taint mask of /proc/sys/kernel/tainted as letters and words."""

# Documentation/admin-guide/tainted-kernels.rst, by bit
_FLAGS = (
    ("P", "a proprietary module was loaded"),
    ("F", "a module was loaded by force"),
    ("S", "a processor runs outside its specification"),
    ("R", "a module was unloaded by force"),
    ("M", "the processor reported a machine check"),
    ("B", "a page was found in a bad state"),
    ("U", "a program asked for this flag"),
    ("D", "the kernel has died before: an oops or a bug"),
    ("A", "an ACPI table was overridden"),
    ("W", "the kernel gave a warning"),
    ("C", "a staging driver was loaded"),
    ("I", "it works around a defect of the firmware"),
    ("O", "a module from outside the kernel's tree was loaded"),
    ("E", "an unsigned module was loaded"),
    ("L", "a processor was stuck in the kernel"),
    ("K", "the kernel was live-patched"),
    ("X", "a flag of the distribution's own"),
    ("T", "it was built with the layout randomization plugin"),
    ("N", "an in-kernel test was run"),
    ("J", "a userspace write to a debug interface changed it"),
)


def decode(mask: int) -> tuple[tuple[str, str], ...]:
    """Letter and meaning of each flag that is set; a bit nobody named yet stands as its number."""
    named = [flag for bit, flag in enumerate(_FLAGS) if mask >> bit & 1]
    beyond = [(str(bit), "a flag newer than this program") for bit in range(len(_FLAGS), mask.bit_length()) if mask >> bit & 1]
    return (*named, *beyond)
