"""Can guests run here, is their memory writing tracked, and are we ourselves inside a guest or a container?"""

import ctypes
import errno
import fcntl
import mmap
import os
import struct

from inspector.probes.questions.abi import MACHINE, PAGE, Region
from inspector.probes.questions.answer import Answer, absent, busy, errno_name, inert, part, restricted, unknown, works
from inspector.probes.questions.refusal import read_text

_DEVICE = "/dev/kvm"
_OFF_IN_FIRMWARE = part("virtualization switched off in firmware or by the outer hypervisor")
_API_VERSION, _CREATE_VM, _CHECK_EXTENSION, _VCPU_MMAP_SIZE = 0xAE00, 0xAE01, 0xAE03, 0xAE04
_CREATE_VCPU, _SET_TSS, _SET_REGION, _RUN = 0xAE41, 0xAE47, 0x4020AE46, 0xAE80
_SET_REGS, _GET_SREGS, _SET_SREGS, _GET_DIRTY_LOG = 0x4090AE82, 0x8138AE83, 0x4138AE84, 0x4010AE42
_EXIT_HALT = 5
_LOG_DIRTY_PAGES = 1
_CAP_MANUAL_PROTECT, _CAP_RING, _CAP_RING_ACQUIRE = 168, 192, 223
# mov byte [0x3000], 0x42; mov byte [0x5000], 0x43; hlt
_GUEST_CODE = bytes((0xC6, 0x06, 0x00, 0x30, 0x42, 0xC6, 0x06, 0x00, 0x50, 0x43, 0xF4))
_GUEST_PAGES, _CODE_AT, _TSS_AT = 16, 0x1000, 0x10000000
_WRITTEN = 1 << 3 | 1 << 5


def _open() -> int | Answer:
    try:
        fd = os.open(_DEVICE, os.O_RDWR | os.O_CLOEXEC)
    except OSError as error:
        return _no_device(error.errno or 0)
    version = fcntl.ioctl(fd, _API_VERSION, 0)
    return fd if version == 12 else unknown(f"KVM answers with interface version {version}, 12 was expected")


def _no_device(error: int) -> Answer:
    if error == errno.ENOENT:
        if os.path.isdir("/sys/module/kvm"):
            return restricted(f"file {_DEVICE}", "the kernel has KVM, but no device node here (in a container it must be passed in)", error)
        return absent(f"{_DEVICE} does not exist", error)
    if error in (errno.EACCES, errno.EPERM):
        return restricted(f"file {_DEVICE}", f"{_DEVICE}: {errno_name(error)}, usually for want of the group kvm", error)
    if error in (errno.ENODEV, errno.ENXIO, errno.EOPNOTSUPP):
        return restricted(f"hardware {_OFF_IN_FIRMWARE}", f"{_DEVICE}: {errno_name(error)}", error)
    return unknown(f"{_DEVICE}: {errno_name(error)}", error)


def _create_vm(kvm: int) -> int | Answer:
    try:
        return fcntl.ioctl(kvm, _CREATE_VM, 0)
    except OSError as error:
        if error.errno == errno.EBUSY:
            return busy("another hypervisor holds the CPU's virtualization", "process another hypervisor", errno.EBUSY)
        return unknown(f"KVM_CREATE_VM: {error.strerror}", error.errno or 0)


def _machine() -> tuple[int, int] | Answer:
    kvm = _open()
    if isinstance(kvm, Answer):
        return kvm
    vm = _create_vm(kvm)
    return vm if isinstance(vm, Answer) else (kvm, vm)


def _run_guest(kvm: int, vm: int) -> tuple[int, int]:
    """Run eleven bytes of real-mode code that write pages 3 and 5; returns the exit reason and the dirty bitmap."""
    fcntl.ioctl(vm, _SET_TSS, _TSS_AT)
    memory = mmap.mmap(-1, _GUEST_PAGES * PAGE)
    memory[_CODE_AT : _CODE_AT + len(_GUEST_CODE)] = _GUEST_CODE
    address = _address_of(memory)
    fcntl.ioctl(vm, _SET_REGION, struct.pack("IIQQQ", 0, _LOG_DIRTY_PAGES, 0, _GUEST_PAGES * PAGE, address))
    vcpu = fcntl.ioctl(vm, _CREATE_VCPU, 0)
    shared = mmap.mmap(vcpu, fcntl.ioctl(kvm, _VCPU_MMAP_SIZE, 0))
    segments = bytearray(0x138)
    fcntl.ioctl(vcpu, _GET_SREGS, segments, True)
    struct.pack_into("Q", segments, 0, 0)
    struct.pack_into("H", segments, 12, 0)
    fcntl.ioctl(vcpu, _SET_SREGS, segments)
    registers = bytearray(0x90)
    struct.pack_into("QQ", registers, 128, _CODE_AT, 2)
    fcntl.ioctl(vcpu, _SET_REGS, registers)
    fcntl.ioctl(vcpu, _RUN, 0)
    (reason,) = struct.unpack_from("I", shared, 8)
    bitmap = Region(1)
    fcntl.ioctl(vm, _GET_DIRTY_LOG, struct.pack("IIQ", 0, 0, bitmap.address))
    return reason, bitmap.peek(0)


def _address_of(memory: mmap.mmap) -> int:
    return ctypes.addressof(ctypes.c_char.from_buffer(memory))


def kvm() -> Answer:
    """Run a guest of eleven bytes until it halts; on other machines than x86-64 creating a virtual machine must do."""
    machine = _machine()
    if isinstance(machine, Answer):
        return machine
    if MACHINE != "x86_64":
        return works("created a virtual machine")
    try:
        reason, _ = _run_guest(*machine)
    except OSError as error:
        return unknown(f"a virtual machine was created, but its code did not run: {error.strerror}", error.errno or 0)
    return works("a small guest ran until it halted") if reason == _EXIT_HALT else unknown(f"the guest left with reason {reason} instead of halting")


def dirty_log() -> Answer:
    """See the two pages a guest wrote in the log, and ask for manual protection."""
    machine = _machine()
    if isinstance(machine, Answer):
        return machine
    protect = fcntl.ioctl(machine[1], _CHECK_EXTENSION, _CAP_MANUAL_PROTECT)
    if not protect:
        return absent("the log exists, KVM_CAP_MANUAL_DIRTY_LOG_PROTECT2 answers 0")
    if MACHINE != "x86_64":
        return works(f"manual protection {protect}", str(protect))
    try:
        reason, written = _run_guest(*machine)
    except OSError as error:
        return unknown(f"the log could not be tried: {error.strerror}", error.errno or 0)
    if written & _WRITTEN == _WRITTEN:
        return works(f"the two pages a guest wrote are in the log; manual protection {protect}", str(protect))
    return inert(f"the guest left with reason {reason}, the log shows 0x{written:x} instead of pages 3 and 5")


def dirty_ring() -> Answer:
    """Ask how large the ring may be."""
    machine = _machine()
    if isinstance(machine, Answer):
        return machine
    size = max(fcntl.ioctl(machine[1], _CHECK_EXTENSION, number) for number in (_CAP_RING, _CAP_RING_ACQUIRE))
    return works(f"up to {size // 1024} kB per virtual CPU", str(size)) if size else absent("KVM_CAP_DIRTY_LOG_RING answers 0")


def virt_detect() -> Answer:
    """Report virtual machine and container as two answers; a mark file alone does not make a container."""
    flags = (read_text("/proc/cpuinfo") or "").partition("flags")[2].partition("\n")[0].split()
    vendor = read_text("/sys/class/dmi/id/sys_vendor") or ""
    machine = part(f"virtual machine ({vendor or part('of an unknown vendor')})") if "hypervisor" in flags else part("no hypervisor flag")
    container = _container()
    kind = ("vm" if "hypervisor" in flags else "bare") + ("+container" if container.startswith("container") else "")
    return works(f"{machine}; {container}", kind)


def _container() -> str:
    if "gVisor" in (read_text("/proc/version") or ""):
        return part("container (gVisor)")
    declared = [v for v in (read_text("/proc/1/environ") or "").split("\0") if v.startswith("container=")]
    if declared:
        return part(f"container ({declared[0].removeprefix('container=')})")
    marks = [path for path in ("/run/.containerenv", "/.dockerenv") if os.path.exists(path)]
    first = (read_text("/proc/1/comm") or "").strip()
    if marks and _root_is_overlay():
        return part(f"container ({marks[0]})")
    if marks:
        return part(f"no container (first process {first or 'unseen'}, left-over {marks[0]})")
    return part(f"no container (first process {first or 'unseen'})")


def _root_is_overlay() -> bool:
    return any(line.split()[1:3] == ["/", "overlay"] for line in (read_text("/proc/self/mounts") or "").splitlines())
