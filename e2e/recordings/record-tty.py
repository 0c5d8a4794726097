#!/usr/bin/env python3
"""Records what Linux's line discipline does with keys: record-tty.py > tty.jsonl

Each line is a case: steps in, and after each step what came out. Bytes are strings of code points below 256.
  ["keys", BYTES]        typed at the keyboard
  ["write", BYTES]       written by a program
  ["read", COUNT]        read by a program; result null when it would block
  ["set", {FLAG: BOOL}]  stty
"""
import fcntl, json, os, signal, termios, time

LFLAGS = {n.lower(): getattr(termios, n) for n in
          "ICANON ECHO ECHOE ECHOK ECHOKE ECHOCTL ECHONL ISIG IEXTEN NOFLSH".split()}
IFLAGS = {n.lower(): getattr(termios, n) for n in "ICRNL INLCR IGNCR IXON IXANY ISTRIP".split()}
IFLAGS["iutf8"] = 0o40000
OFLAGS = {n.lower(): getattr(termios, n) for n in "OPOST ONLCR OCRNL ONLRET".split()}

def set_flags(fd, flags):
    a = termios.tcgetattr(fd)
    for name, on in flags.items():
        for index, table in ((0, IFLAGS), (1, OFLAGS), (3, LFLAGS)):
            if name in table:
                a[index] = a[index] | table[name] if on else a[index] & ~table[name]
    termios.tcsetattr(fd, termios.TCSANOW, a)

def drain(fd):
    out = b""
    while True:
        try:
            got = os.read(fd, 65536)
        except BlockingIOError:
            return out
        if not got:
            return out
        out += got

def run(steps):
    """In a child, so that the terminal is its controlling one and signals arrive."""
    r, w = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.setsid()
        master, slave = os.openpty()
        fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
        caught = []
        for s in (signal.SIGINT, signal.SIGQUIT, signal.SIGTSTP, signal.SIGWINCH):
            signal.signal(s, lambda n, f: caught.append(signal.Signals(n).name[3:]))
        os.set_blocking(master, False)
        os.set_blocking(slave, False)
        set_flags(slave, {"iutf8": True})
        results = []
        for verb, what in steps:
            result = {}
            if verb == "keys":
                os.write(master, what.encode("latin-1"))
            elif verb == "write":
                try:
                    os.write(slave, what.encode("latin-1"))
                except BlockingIOError:
                    result["blocked"] = True
            elif verb == "set":
                set_flags(slave, what)
            elif verb == "read":
                try:
                    result["read"] = os.read(slave, what).decode("latin-1")
                except BlockingIOError:
                    result["read"] = None
            time.sleep(0.03)
            out = drain(master)
            if out:
                result["output"] = out.decode("latin-1")
            if caught:
                result["signals"] = list(caught)
                caught.clear()
            results.append(result)
        os.write(w, json.dumps(results).encode())
        os._exit(0)
    os.close(w)
    data = b""
    while chunk := os.read(r, 65536):
        data += chunk
    os.close(r)
    os.waitpid(pid, 0)
    return json.loads(data)

R = ["read", 100]
# A batch is echoed at once at its end, and an interrupt throws away what is not echoed yet: so the keys before one are a step of their own.
def keys(s): return ["keys", s.encode("utf-8").decode("latin-1")]
CASES = {
    "a line": [keys("ab"), R, keys("c\r"), R, R],
    "newline key": [keys("ab\n"), R],
    "two lines, read one at a time": [keys("one\rtwo\r"), R, R, R],
    "short reads": [keys("hello\r"), ["read", 2], ["read", 2], ["read", 2], ["read", 2]],
    "erase": [keys("abc\x7f\x7fd\r"), R],
    "erase past the start": [keys("a\x7f\x7f\x7fb\r"), R],
    "erase does not cross a line": [keys("one\r\x7f\x7ftwo\r"), R, R],
    "kill": [keys("echo foo\x15ls\r"), R],
    "kill without echoke": [["set", {"echoke": False}], keys("echo\x15ls\r"), R],
    "werase": [keys("one two  \x17x\r"), R],
    "werase punctuation": [keys("a-b.c_d\x17x\r"), R],
    "werase path": [keys("/usr/lib\x17\x17x\r"), R],
    "erase a control character": [keys("a\x01b\x7f\x7fc\r"), R],
    "control characters echo": [keys("\x01\x1b[A\x00\r"), R],
    "tab and erase": [keys("ab\tc\x7f\x7fd\r"), R],
    "tab after a prompt": [["write", "$ "], keys("a\t\tb\x7f\x7f\x7fc\r"), R],
    "tab after output": [["write", "12345"], keys("\t\x7fx\r"), R],
    "utf-8 erase": [keys("né中\x7f\x7fx\r"), R],
    "utf-8 kill": [keys("né\x15x\r"), R],
    "utf-8 werase": [keys("a né\x17x\r"), R],
    "erase without iutf8": [["set", {"iutf8": False}], keys("é\x7f\r"), R],
    "end of file": [["keys", "\x04"], R, R],
    "end of file after text": [["keys", "ab\x04"], R, R, ["keys", "\x04"], R],
    "end of file twice": [["keys", "ab\x04\x04"], R, R, R],
    "end of file, exact read": [["keys", "ab\x04"], ["read", 2], R],
    "end of file, short read": [["keys", "abc\x04"], ["read", 2], R, R],
    "erase after end of file": [["keys", "ab\x04\x7fc\r"], R, R],
    "interrupt": [keys("abc"), keys("\x03d\r"), R],
    "interrupt flushes lines": [keys("one\rtwo"), keys("\x03x\r"), R, R],
    "interrupt noflsh": [["set", {"noflsh": True}], keys("one\rtwo"), keys("\x03x\r"), R, R],
    "quit": [keys("a"), keys("\x1cb\r"), R],
    "suspend": [keys("a"), keys("\x1ab\r"), R],
    "interrupt without isig": [["set", {"isig": False}], keys("a\x03b\r"), R],
    "interrupt without echo": [["set", {"echo": False}], keys("a\x03b\r"), R],
    "interrupt in raw mode with isig": [["set", {"icanon": False, "echo": False}], keys("a\x03b"), R],
    "quoted next": [keys("a\x16\x03\x16\x7fb\r"), R],
    "quoted newline": [keys("a\x16\rb\r"), R],
    "quoted end of file": [keys("\x16\x04\r"), R],
    "quoted without iexten": [["set", {"iexten": False}], keys("a\x16\x17b\r"), R],
    "reprint": [keys("ab\x12c\r"), R],
    "no echo": [["set", {"echo": False}], keys("secret\r"), R],
    "no echo but newline": [["set", {"echo": False, "echonl": True}], keys("secret\r"), R],
    "no echoctl": [["set", {"echoctl": False}], keys("\x01a"), keys("\x03\r"), R],
    "no echoe": [["set", {"echoe": False}], keys("ab\x7fc\r"), R],
    "raw": [["set", {"icanon": False, "echo": False}], keys("ab"), R, R, keys("\r\x04\x15\x7f"), R],
    "raw with echo": [["set", {"icanon": False}], keys("ab\x7f\r\x04"), R],
    "raw no icrnl": [["set", {"icanon": False, "echo": False, "icrnl": False}], keys("\r\n"), R],
    "raw no signals": [["set", {"icanon": False, "echo": False, "isig": False, "ixon": False}], keys("\x03\x1a\x1c\x13\x11"), R],
    "type-ahead turned raw": [keys("ls\rec"), ["set", {"icanon": False, "echo": False}], R, keys("ho\r"), R],
    "type-ahead with erase turned raw": [keys("lx\x7fs"), ["set", {"icanon": False, "echo": False}], R],
    "end of file turned raw": [["keys", "a\x04"], ["set", {"icanon": False, "echo": False}], R],
    "raw bytes turned canonical": [["set", {"icanon": False, "echo": False}], keys("ab"), ["set", {"icanon": True, "echo": True}], R, keys("c\r"), R],
    "raw bytes turned canonical, more typed": [["set", {"icanon": False, "echo": False}], keys("ab"), ["set", {"icanon": True, "echo": True}], keys("\x7fc\r"), R, R],
    "raw with newline turned canonical": [["set", {"icanon": False, "echo": False}], keys("a\rb"), ["set", {"icanon": True, "echo": True}], R, keys("c\r"), R],
    "output newline": [["write", "a\nb\n"]],
    "output newline without onlcr": [["set", {"onlcr": False}], ["write", "a\nb\r\n"]],
    "output newline without opost": [["set", {"opost": False}], ["write", "a\nb\n"]],
    "echo newline without opost": [["set", {"opost": False}], keys("a\r"), R],
    "output ocrnl": [["set", {"ocrnl": True}], ["write", "a\rb\n"]],
    "igncr": [["set", {"igncr": True}], keys("a\rb\n"), R],
    "inlcr": [["set", {"inlcr": True, "icrnl": False}], keys("a\nb\r"), R],
    "istrip": [["set", {"istrip": True}], ["keys", "\xe1\r"], R],
    "stop and start": [keys("a"), keys("\x13b"), ["write", "out\n"], keys("c\x11d\r"), R],
    "interrupt restarts output": [keys("\x13ab"), keys("\x03"), ["write", "x"], keys("c\r"), R],
    "ixany": [["set", {"ixany": True}], keys("\x13a"), ["write", "x"], keys("\r"), R],
    "without ixon": [["set", {"ixon": False}], keys("\x13\x11\r"), R],
    "echo after output without newline": [["write", "prompt> "], keys("x\x15y\r"), R],
    "a long line": [keys("x" * 4200), keys("\x7f\x7fy\r"), ["read", 5000], ["read", 5000]],
    "a null byte": [keys("a\x00b\r"), R],
    "backspace key is a character": [keys("ab\x08\r"), R],
}

for name, steps in CASES.items():
    print(json.dumps({"name": name, "steps": steps, "results": run(steps)}), flush=True)
