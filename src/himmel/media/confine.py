"""What a process that reads strangers' files may still do: little, and never again more.

Resource limits hold everywhere; on Linux a process also gives up gaining privileges, and a filter of
system calls takes from it the network, other programs and processes, and all that changes files. None
of it can be undone. A filter is a program of the kernel's "classic" packet filter over the call's
number and arguments (Linux: Documentation/userspace-api/seccomp_filter.rst and its header seccomp.h).
"""

from __future__ import annotations

import ctypes
import platform
import resource
import struct
import sys

MAX_MEMORY = 1 << 30  # bytes of address space
MAX_CPU_SECONDS = 600  # for one file
MAX_OPEN_FILES = 32

_NO_NEW_PRIVS, _SECCOMP, _FILTER, _DUMPABLE = 38, 22, 2, 4  # prctl's names for what it sets
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06  # of the packet filter
_ALLOW, _REFUSE, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16  # where a call's description holds them
_EPERM, _ENOSYS = 1, 38
_WRITES = (
    0o1 | 0o2 | 0o100 | 0o1000
)  # O_WRONLY, O_RDWR, O_CREAT, O_TRUNC, the same on both machines
_THREAD = 0x10000  # CLONE_THREAD: a thread, not a process
_X32 = 0x40000000  # numbers of a second set of the same calls

_MACHINES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}
# Calls that no reading needs: their numbers on x86_64 and on aarch64, None where there is no such call.
_REFUSED: dict[str, tuple[int | None, int]] = {
    "socket": (41, 198), "socketpair": (53, 199), "connect": (42, 203), "bind": (49, 200),
    "listen": (50, 201), "sendto": (44, 206), "sendmsg": (46, 211), "sendmmsg": (307, 269),
    "execve": (59, 221), "execveat": (322, 281), "fork": (57, 57 << 20), "vfork": (58, 57 << 20),
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271),
    "kill": (62, 129), "tkill": (200, 130), "tgkill": (234, 131), "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240), "pidfd_open": (434, 434), "pidfd_send_signal": (424, 424),
    "rename": (82, 38), "renameat": (264, 38), "renameat2": (316, 276), "creat": (85, 57 << 20),
    "unlink": (87, 35), "unlinkat": (263, 35), "rmdir": (84, 35), "mkdir": (83, 34),
    "mkdirat": (258, 34), "link": (86, 37), "linkat": (265, 37), "symlink": (88, 36),
    "symlinkat": (266, 36), "mknod": (133, 33), "mknodat": (259, 33), "truncate": (76, 45),
    "ftruncate": (77, 46), "chmod": (90, 53), "fchmod": (91, 52), "fchmodat": (268, 53),
    "fchmodat2": (452, 452), "chown": (92, 54), "fchown": (93, 55), "fchownat": (260, 54),
    "lchown": (94, 54), "utimensat": (280, 88), "setxattr": (188, 5), "lsetxattr": (189, 6),
    "fsetxattr": (190, 7), "mount": (165, 40), "unshare": (272, 97), "setns": (308, 268),
    "memfd_create": (319, 279), "bpf": (321, 280), "perf_event_open": (298, 241),
    "userfaultfd": (323, 282), "io_uring_setup": (425, 425), "add_key": (248, 217),
    "request_key": (249, 218), "keyctl": (250, 219),
}  # fmt: skip
# The C library falls back to calls that the filter can look into.
_UNKNOWN = {"clone3": (435, 435), "openat2": (437, 437)}
_OPEN, _OPENAT, _CLONE, _PRLIMIT = (2, 57 << 20), (257, 56), (56, 220), (302, 261)


def confine(memory: int = MAX_MEMORY) -> list[str]:
    """Limit this process for good; gives the names of what took hold: limits, privileges, calls.

    `memory` is in bytes of address space, which is more than what is really used.
    """
    held = ["limits"] if _limit(memory) else []
    if not sys.platform.startswith("linux"):
        return held
    library = ctypes.CDLL(None, use_errno=True)
    library.prctl(_DUMPABLE, 0, 0, 0, 0)
    if library.prctl(_NO_NEW_PRIVS, 1, 0, 0, 0) == 0:
        held.append("privileges")
        held += ["calls"] if _filter_calls(library) else []
    return held


def _limit(memory: int) -> bool:
    try:
        for what, most in (
            (resource.RLIMIT_CORE, 0),
            (resource.RLIMIT_FSIZE, 0),
            (resource.RLIMIT_NOFILE, MAX_OPEN_FILES),
            (resource.RLIMIT_AS, memory),
        ):
            resource.setrlimit(what, (most, most))
    except (OSError, ValueError):  # a system without one of them, or with a lower one
        return False
    return True


def allow_cpu(seconds: int = MAX_CPU_SECONDS) -> None:
    """Let this process compute for so many seconds from now on; then the system ends it."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(
        resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + 1 + seconds, hard)
    )


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("code", ctypes.c_void_p))


def _filter_calls(library: ctypes.CDLL) -> bool:
    machine = _MACHINES.get(platform.machine())
    if machine is None or sys.byteorder != "little" or sys.maxsize < 1 << 32:
        return False
    steps = _program(*machine)
    code = ctypes.create_string_buffer(b"".join(struct.pack("<HBBI", *step) for step in steps))
    program = _Program(len(steps), ctypes.cast(code, ctypes.c_void_p))
    return bool(library.prctl(_SECCOMP, _FILTER, ctypes.byref(program), 0, 0) == 0)


Step = tuple[int, int, int, int]  # operation, steps to jump where it holds, where not, value


def _program(architecture: int, column: int) -> list[Step]:
    """The filter of one machine; every rule falls through to the next, and the end allows."""
    steps: list[Step] = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER),
        (_AT_LEAST, 0, 1, _X32),
        (_RETURN, 0, 0, _REFUSE | _EPERM),
    ]
    for numbers, error in ((_REFUSED, _EPERM), (_UNKNOWN, _ENOSYS)):
        for number in sorted({pair[column] or 0 for pair in numbers.values()}):
            steps += [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, _REFUSE | error)]
    steps += _unless(_CLONE[column], 0, (_ANY_BIT, 1, 0, _THREAD))
    steps += _unless(_PRLIMIT[column], 0, (_EQUAL, 1, 0, 0))
    steps += _unless(_OPENAT[column], 2, (_ANY_BIT, 0, 1, _WRITES))
    steps += _unless(_OPEN[column], 1, (_ANY_BIT, 0, 1, _WRITES))
    return [*steps, (_RETURN, 0, 0, _ALLOW)]


def _unless(number: int, argument: int, harmless: Step) -> list[Step]:
    """Refuse a call unless the lower half of one argument passes; `harmless` jumps over the refusal."""
    return [
        (_EQUAL, 0, 4, number),
        (_LOAD, 0, 0, _ARGUMENTS + 8 * argument),
        harmless,
        (_RETURN, 0, 0, _REFUSE | _EPERM),
        (_LOAD, 0, 0, _NUMBER),
    ]
