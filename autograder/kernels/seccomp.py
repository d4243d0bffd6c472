"""A seccomp filter: the system calls that no lesson needs. Knows nothing of files or notebooks.

Sockets are local ones alone (AF_UNIX; AF_NETLINK because libzmq aborts without it), so that
neither TCP nor UDP nor anything else leaves the machine, whatever namespaces there are. Numbers
are those of the Linux headers; a call whose number is not known here is not filtered.
"""

import ctypes
import errno
import struct

from autograder.kernels import linux

_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
#: Name: its number on x86_64 and on aarch64; None where it does not exist.
_DENIED: dict[str, tuple[int | None, int | None]] = {
    # into other processes
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "process_madvise": (440, 440),
    "pidfd_getfd": (438, 438),
    "kcmp": (312, 272),
    # around the other layers
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "unshare": (272, 97),
    "setns": (308, 268),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    "fanotify_init": (300, 262),
    # memory that is no process's own and no file's
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "shmget": (29, 194),
    "shmat": (30, 196),
    "msgget": (68, 186),
    "semget": (64, 190),
    "mq_open": (240, 180),
    # the machine itself
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "reboot": (169, 142),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "acct": (163, 89),
    "quotactl": (179, 60),
    "syslog": (103, 116),
    "settimeofday": (164, 170),
    "clock_settime": (227, 112),
    "adjtimex": (159, 171),
    "clock_adjtime": (305, 266),
    "sethostname": (170, 161),
    "setdomainname": (171, 162),
    "vhangup": (153, 58),
    "iopl": (172, None),
    "ioperm": (173, None),
    "modify_ldt": (154, None),
}
_SOCKET, _CLONE, _CLONE3, _KILL = (41, 198), (56, 220), (435, 435), (62, 129)
_AF_UNIX, _AF_NETLINK = 1, 16
#: Every CLONE_NEW… flag that clone takes.
_NEW_NAMESPACES = 0x7E020000

# Classic BPF: load a word, jump if equal, jump if any bit is set, return.
_LOAD, _IF_EQUAL, _IF_ABOVE, _IF_BITS, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _KILL_PROCESS, _FAIL = 0x7FFF0000, 0x80000000, 0x00050000
# Where struct seccomp_data has the call's number, its architecture and its first argument.
_AT_NUMBER, _AT_ARCH, _AT_FIRST = 0, 4, 16


def program(machine: str) -> bytes:
    """The filter as BPF instructions of 8 bytes."""
    if machine not in _ARCH:
        raise OSError(errno.ENOSYS, f"no filter for {machine} processors")
    column = 0 if machine == "x86_64" else 1
    refuse = _FAIL | errno.EPERM
    steps = [
        (_LOAD, 0, 0, _AT_ARCH),
        (_IF_EQUAL, 1, 0, _ARCH[machine]),
        (_RETURN, 0, 0, _KILL_PROCESS),
        (_LOAD, 0, 0, _AT_NUMBER),
    ]
    if machine == "x86_64":  # the x32 calls are the same ones under other numbers
        steps += [(_IF_ABOVE, 0, 1, 0x40000000), (_RETURN, 0, 0, refuse)]
    for numbers in _DENIED.values():
        number = numbers[column]
        if number is not None:
            steps += [(_IF_EQUAL, 0, 1, number), (_RETURN, 0, 0, refuse)]
    # Without clone3 the C library falls back to clone, whose flags a filter can see.
    steps += [(_IF_EQUAL, 0, 1, _CLONE3[column]), (_RETURN, 0, 0, _FAIL | errno.ENOSYS)]
    steps += [
        (_IF_EQUAL, 0, 4, _CLONE[column]),
        (_LOAD, 0, 0, _AT_FIRST),
        (_IF_BITS, 0, 1, _NEW_NAMESPACES),
        (_RETURN, 0, 0, refuse),
        (_RETURN, 0, 0, _ALLOW),
        (_IF_EQUAL, 0, 5, _SOCKET[column]),
        (_LOAD, 0, 0, _AT_FIRST),
        (_IF_EQUAL, 2, 0, _AF_UNIX),
        (_IF_EQUAL, 1, 0, _AF_NETLINK),
        (_RETURN, 0, 0, refuse),
        (_RETURN, 0, 0, _ALLOW),
        (_IF_EQUAL, 0, 3, _KILL[column]),
        (_LOAD, 0, 0, _AT_FIRST),
        (_IF_EQUAL, 0, 1, 0xFFFFFFFF),  # kill(-1): every process of the user
        (_RETURN, 0, 0, refuse),
        (_RETURN, 0, 0, _ALLOW),
    ]
    return b"".join(struct.pack("=HBBI", *step) for step in steps)


def apply() -> None:
    """Filter this process and all that it starts, for good. Needs `no_new_privs`."""
    code = program(linux.MACHINE)
    buffer = ctypes.create_string_buffer(code, len(code))

    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.c_void_p))

    whole = Program(len(code) // 8, ctypes.addressof(buffer))
    linux.prctl("seccomp", linux.PR_SET_SECCOMP, 2, ctypes.byref(whole))
