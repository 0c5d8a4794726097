#!/usr/bin/env python3
"""Asks the kernel of this computer: cases on standard input, one JSON object a line, come back with what it answered.

A case is as traces/README.md says, without the answers: `id`, `shape`, `layers`, `mounts`, and `ops` as {"op": [...]}. It comes back
whole, in the same format. Needs root. Everything happens on a tmpfs in a mount namespace of its own; the calls are made by a child in a
chroot, which is killed after ten seconds."""
import ctypes
import errno
import fcntl
import hashlib
import json
import os
import signal
import stat
import struct
import sys

LIBC = ctypes.CDLL(None, use_errno=True)
BENCH = b"/tmp/lab-kernel"
LAYER_TIME = 1500000000
RECENT = 1700000000 * 10**9
AT_FDCWD = -100
MS = {"ro": 1, "nosuid": 2, "nodev": 4, "noexec": 8, "remount": 32, "bind": 4096, "move": 8192, "rec": 16384}
MNT_DETACH = 2
GETFLAGS, SETFLAGS = 0x80086601, 0x40086602
LETTERS = {"i": 16, "a": 32}
KINDS = {stat.S_IFDIR: "d", stat.S_IFREG: "f", stat.S_IFLNK: "l", stat.S_IFIFO: "p", stat.S_IFCHR: "c", stat.S_IFBLK: "b", stat.S_IFSOCK: "s"}
FORMATS = {letter: bits for bits, letter in KINDS.items()}
MAGIC = {0x794C7630: "overlay", 0x01021994: "tmpfs"}
OVERLAY = "redirect_dir=off,index=off,metacopy=off,xino=off"
NO_DESCRIPTOR = 901


def check(result):
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return result


def raw(path):
    return path if isinstance(path, bytes) else path.encode("utf-8", "surrogateescape")


def mount(source, target, fstype=None, flags=0, data=""):
    check(LIBC.mount(raw(source), raw(target), raw(fstype) if fstype else None, ctypes.c_ulong(flags), raw(data)))


def text(data):
    return data.decode("latin-1") if len(data) <= 200 else {"sha256": hashlib.sha256(data).hexdigest()}


def when(ns):
    return "now" if ns >= RECENT else "%d.%09d" % divmod(ns, 10**9)


def moment(word):
    """What utimensat(2) takes for a time: seconds and nanoseconds, or one of its two special values."""
    if word in ("now", "omit"):
        return 0, {"now": (1 << 30) - 1, "omit": (1 << 30) - 2}[word]
    seconds, _, nano = word.partition(".")
    return int(seconds), int(nano or 0)


def row_of(path, follow):
    s = os.stat(path, follow_symlinks=follow)
    return stat_row(s)


def stat_row(s):
    kind = KINDS[stat.S_IFMT(s.st_mode)]
    size = None if kind == "d" else s.st_size
    return [kind, "%04o" % stat.S_IMODE(s.st_mode), s.st_uid, s.st_gid, s.st_nlink, size, when(s.st_mtime_ns)]


def flag_bits(fd):
    return struct.unpack("I", fcntl.ioctl(fd, GETFLAGS, bytes(8))[:4])[0]


def flag_letters(bits):
    return "".join(letter for letter, bit in LETTERS.items() if bits & bit)


# ---- layers and dumps ----


def build(root, rows, seconds):
    os.mkdir(root, 0o777)
    for path, kind, mode, uid, gid, payload in rows:
        full = root if path == "/" else root + raw(path)
        if kind == "d" and path != "/":
            os.mkdir(full)
        if kind == "d" and payload and payload.get("opaque"):
            os.setxattr(full, "trusted.overlay.opaque", b"y")
        if kind == "f":
            with open(full, "xb") as file:
                file.write(payload.encode("latin-1"))
        if kind == "l":
            os.symlink(raw(payload), full)
        if kind == "h":
            os.link(root + raw(payload), full, follow_symlinks=False)
        if kind == "w":
            os.mknod(full, stat.S_IFCHR, 0)
        if kind in "pcs":
            os.mknod(full, FORMATS[kind], os.makedev(*payload) if payload else 0)
        if kind in "dflpcs":
            os.chown(full, uid, gid, follow_symlinks=False)
        if kind in "dfpcs":
            os.chmod(full, int(mode, 8))
    for path, *_ in reversed(rows):
        os.utime(root if path == "/" else root + raw(path), (seconds, seconds), follow_symlinks=False)


def dump(root, raw_upper):
    rows = []

    def visit(full, name):
        s = os.lstat(full)
        if stat.S_ISCHR(s.st_mode) and s.st_rdev == 0:
            rows.append([name, "w"])
            return
        row = [name, *stat_row(s), None]
        kind = row[1]
        if raw_upper and kind == "d":
            row[5] = None
        if kind == "l":
            row[8] = os.fsdecode(os.readlink(full))
        if kind == "f":
            with open(full, "rb") as file:
                row[8] = text(file.read())
        if kind in "df":
            extra = more(full, raw_upper and kind == "d")
            if extra:
                row.append(extra)
        rows.append(row)
        if kind == "d":
            for child in sorted(os.listdir(full)):
                visit(full + b"/" + child, ("" if name == "/" else name) + "/" + os.fsdecode(child))

    visit(root, "/")
    return rows


def more(full, raw_directory):
    extra = {}
    names = os.listxattr(full)
    if raw_directory and "trusted.overlay.opaque" in names and os.getxattr(full, "trusted.overlay.opaque") == b"y":
        extra["opaque"] = True
    fd = os.open(full, os.O_RDONLY | os.O_NONBLOCK)
    try:
        letters = flag_letters(flag_bits(fd))
        if letters:
            extra["attr"] = letters
    except OSError:
        pass
    finally:
        os.close(fd)
    users = {name: os.getxattr(full, name).decode("latin-1") for name in sorted(names) if name.startswith("user.")}
    if users:
        extra["xattr"] = users
    return extra


# ---- the process whose calls are recorded ----


class Caller:
    def __init__(self, proc):
        self.proc = proc
        self.slots = {}

    def fd(self, slot):
        return self.slots.get(slot, NO_DESCRIPTOR)

    def put(self, slot, fd):
        self.slots[slot] = fd

    def empty(self, slot):
        if slot in self.slots:
            os.close(self.slots.pop(slot))

    def su(self, uid, gid=None, groups="1000,2000"):
        os.setresuid(0, 0, 0)
        os.setresgid(0, 0, 0)
        if uid == 0:
            os.setgroups([0])
            return
        gid = uid if gid is None else gid
        os.setgroups([int(each) for each in groups.split(",") if each])
        os.setresgid(gid, gid, 0)
        os.setresuid(uid, uid, 0)

    def open(self, slot, path, flags, mode="0644"):
        self.empty(slot)
        bits = 0
        for word in flags.split("|"):
            bits |= getattr(os, "O_" + word)
        self.put(slot, os.open(path, bits, int(mode, 8)))

    def dup(self, slot, to):
        fd = os.dup(self.fd(slot))
        self.empty(to)
        self.put(to, fd)

    def pipe(self, reader, writer):
        ends = os.pipe2(os.O_NONBLOCK)
        for slot, fd in zip((reader, writer), ends):
            self.empty(slot)
            self.put(slot, fd)

    def futimens(self, slot, atime, mtime):
        times = struct.pack("qqqq", *moment(atime), *moment(mtime))
        check(LIBC.futimens(self.fd(slot), times))

    def chroot(self, path):
        os.chroot(path)
        os.chdir("/")

    def close(self, slot):
        os.close(self.slots.pop(slot, NO_DESCRIPTOR))

    def chattr(self, path, change):
        fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        try:
            bits, bit = flag_bits(fd), LETTERS[change[1]]
            fcntl.ioctl(fd, SETFLAGS, struct.pack("Q", bits | bit if change[0] == "+" else bits & ~bit))
        finally:
            os.close(fd)

    def lsattr(self, path):
        fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        try:
            return flag_letters(flag_bits(fd))
        finally:
            os.close(fd)

    def realpath(self, path):
        fd = os.open(path, os.O_PATH)
        try:
            return os.readlink("self/fd/%d" % fd, dir_fd=self.proc)
        finally:
            os.close(fd)

    def access(self, path, how):
        bits = sum({"R": 4, "W": 2, "X": 1, "F": 0}[letter] for letter in how)
        check(LIBC.access(raw(path), bits))

    def utimens(self, path, atime, mtime, follow):
        times = struct.pack("qqqq", *moment(atime), *moment(mtime))
        check(LIBC.utimensat(AT_FDCWD, raw(path), times, 0 if follow else 0x100))

    def utime(self, path, time):
        self.utimens(path, time, time, 1)

    def mknod(self, path, kind, mode, major=0, minor=0):
        os.mknod(path, FORMATS[kind] | int(mode, 8), os.makedev(major, minor))

    def statfs(self, path):
        answer = ctypes.create_string_buffer(256)
        check(LIBC.statfs(raw(path), answer))
        fields = struct.unpack("qqQQQQQ", answer.raw[:56])
        return [MAGIC.get(fields[0], hex(fields[0])), bool(os.statvfs(path).f_flag & 1)]

    def mount(self, source, target, fstype, flags="", data=""):
        bits = sum(MS[word] for word in flags.split(",") if word in MS)
        if fstype == "overlay":
            data = OVERLAY + "," + data
        mount(source, target, fstype, bits, data)

    def umount(self, target, how=""):
        check(LIBC.umount2(raw(target), MNT_DETACH if how == "lazy" else 0))

    def renameat2(self, old, new, flag):
        check(LIBC.renameat2(AT_FDCWD, raw(old), AT_FDCWD, raw(new), {"NOREPLACE": 1, "EXCHANGE": 2}[flag]))

    def listing(self, where):
        return [os.fsdecode(name) for name in sorted(os.fsencode(each) for each in os.listdir(where))]

    def types(self, path):
        with os.scandir(path) as entries:
            found = [(os.fsencode(e.name), "dlf"[[e.is_dir(follow_symlinks=False), e.is_symlink(), True].index(True)]
                      if e.is_dir(follow_symlinks=False) or e.is_symlink() or e.is_file(follow_symlinks=False) else "?") for e in entries]
        return [[os.fsdecode(name), kind] for name, kind in sorted(found)]

    def same(self, one, other):
        a, b = os.lstat(one), os.lstat(other)
        return [a.st_dev == b.st_dev, a.st_ino == b.st_ino]

    def table(self):
        octal = lambda word: int(word, 8)
        fd = self.fd
        return {
            "su": self.su, "open": self.open, "dup": self.dup, "close": self.close, "chattr": self.chattr, "lsattr": self.lsattr,
            "realpath": self.realpath, "access": self.access, "utime": self.utime, "utimens": self.utimens, "mknod": self.mknod,
            "statfs": self.statfs, "mount": self.mount, "umount": self.umount, "renameat2": self.renameat2, "types": self.types,
            "same": self.same,
            "pipe": self.pipe, "futimens": self.futimens, "chroot": self.chroot,
            "read": lambda s, n: text(os.read(fd(s), n)),
            "pread": lambda s, n, at: text(os.pread(fd(s), n, at)),
            "write": lambda s, words: os.write(fd(s), words.encode("latin-1")),
            "pwrite": lambda s, words, at: os.pwrite(fd(s), words.encode("latin-1"), at),
            "lseek": lambda s, n, whence: os.lseek(fd(s), n, getattr(os, "SEEK_" + whence)),
            "ftruncate": lambda s, n: os.ftruncate(fd(s), n),
            "fstat": lambda s: stat_row(os.fstat(fd(s))),
            "fchmod": lambda s, mode: os.fchmod(fd(s), octal(mode)),
            "fchown": lambda s, uid, gid: os.fchown(fd(s), uid, gid),
            "flistdir": lambda s: self.listing(fd(s)),
            "fchdir": lambda s: os.fchdir(fd(s)),
            "fsync": lambda s: os.fsync(fd(s)),
            "mkdir": lambda path, mode: os.mkdir(path, octal(mode)),
            "rmdir": os.rmdir, "unlink": os.unlink, "rename": os.rename,
            "link": lambda a, b: os.link(a, b, follow_symlinks=False),
            "symlink": os.symlink, "readlink": os.readlink,
            "chmod": lambda path, mode: os.chmod(path, octal(mode)),
            "chown": os.chown, "lchown": os.lchown, "truncate": os.truncate,
            "stat": lambda path: row_of(path, True), "lstat": lambda path: row_of(path, False),
            "listdir": self.listing, "chdir": os.chdir, "getcwd": os.getcwd,
            "umask": lambda mode: "%04o" % os.umask(octal(mode)),
            "readonly": lambda path: bool(os.statvfs(path).f_flag & 1),
            "setxattr": lambda path, name, value, how="": os.setxattr(
                path, name, value.encode("latin-1"), {"": 0, "CREATE": 1, "REPLACE": 2}[how]),
            "getxattr": lambda path, name: text(os.getxattr(path, name)),
            "lsetxattr": lambda path, name, value: os.setxattr(path, name, value.encode("latin-1"), follow_symlinks=False),
            "lgetxattr": lambda path, name: text(os.getxattr(path, name, follow_symlinks=False)),
            "removexattr": os.removexattr,
            "listxattr": lambda path: sorted(name for name in os.listxattr(path) if name.startswith("user.")),
            "xattrs": lambda path: sorted(name for name in os.listxattr(path) if not name.startswith("security.")),
        }

    def answer(self, ops):
        table = self.table()
        answers = []
        self.su(0)
        for step in ops:
            name, *args = step["op"]
            try:
                answers.append({"op": step["op"], "r": table[name](*args)})
            except OSError as error:
                answers.append({"op": step["op"], "e": errno.errorcode[error.errno]})
        return answers


def in_child(root, ops):
    """The answers of a process of its own, chrooted to `root`."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.close(reader)
            signal.alarm(10)
            proc = os.open("/proc", os.O_RDONLY)
            os.chroot(root)
            os.chdir("/")
            os.umask(0o022)
            answers = json.dumps(Caller(proc).answer(ops)).encode()
            with os.fdopen(writer, "wb") as out:
                out.write(answers)
            code = 0
        except BaseException as error:
            print("kernel.py: %r" % error, file=sys.stderr, flush=True)
        finally:
            os._exit(code)
    os.close(writer)
    with os.fdopen(reader, "rb") as source:
        answers = source.read()
    os.waitpid(child, 0)
    return json.loads(answers) if answers else None


class Machine:
    def __init__(self, case):
        self.case = case
        self.root = BENCH + b"/root"
        for number, rows in enumerate(case["layers"]):
            build(b"%s/l%d" % (BENCH, number), rows, LAYER_TIME + number)
        os.mkdir(self.root, 0o755)

    def upper(self, number, turn):
        return b"%s/u%d-%d" % (BENCH, number, turn)

    def up(self, turn, fresh):
        for number, each in enumerate(self.case["mounts"]):
            target = self.root + (b"" if each["at"] == "/" else raw(each["at"]))
            layers = [b"%s/l%d" % (BENCH, layer) for layer in each["layers"]]
            if each["kind"] == "dir":
                mount(layers[0], target, None, MS["bind"])
                if each["ro"]:
                    mount("none", target, None, MS["bind"] | MS["remount"] | MS["ro"])
                continue
            data = OVERLAY.encode() + b",lowerdir=" + b":".join(layers)
            if each.get("upper"):
                upper, work = self.upper(number, turn), b"%s/w%d-%d" % (BENCH, number, turn)
                if fresh:
                    top = each["layers"][0]
                    mode, uid, gid = self.case["layers"][top][0][2:5]
                    build(upper, [["/", "d", mode, uid, gid, None]], LAYER_TIME + top)
                    os.mkdir(work)
                data += b",upperdir=" + upper + b",workdir=" + work
            mount("overlay", target, "overlay", 0, data)

    def down(self):
        # What is mounted below goes with it; the calls may have mounted something on top.
        while LIBC.umount2(self.root, MNT_DETACH) == 0:
            pass

    def uppers(self, turn):
        return {
            each["at"]: dump(self.upper(number, turn), True)
            for number, each in enumerate(self.case["mounts"])
            if each["kind"] == "overlay" and each.get("upper")
        }


def record(case):
    mount("tmpfs", BENCH, "tmpfs", 0, "mode=0755")
    try:
        machine = Machine(case)
        machine.up(0, True)
        recorded = dict(case)
        recorded["start"] = dump(machine.root, False)
        recorded["ops"] = in_child(machine.root, case["ops"])
        recorded["final"] = dump(machine.root, False)
        uppers = machine.uppers(0)
        if uppers:
            recorded["upper"] = uppers
        # The calls may have made the whole file system read-only.
        mount("none", BENCH, None, MS["remount"])
        machine.down()
        machine.up(0, False)
        recorded["remount"] = dump(machine.root, False)
        machine.down()
        machine.up(1, True)
        recorded["reboot"] = dump(machine.root, False)
        machine.down()
        for part in ("final", "remount", "reboot"):
            for name in ("final", "start"):
                if name != part and recorded[part] == recorded[name]:
                    recorded[part] = name
                    break
        return recorded
    finally:
        LIBC.umount2(BENCH, MNT_DETACH)


def main():
    os.umask(0)
    check(LIBC.unshare(0x00020000))
    mount("none", "/", None, (1 << 18) | (1 << 14))
    os.makedirs(BENCH, exist_ok=True)
    for line in sys.stdin:
        case = json.loads(line)
        try:
            answer = record(case)
        except OSError as error:
            answer = {"id": case["id"], "error": "%s" % error}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
