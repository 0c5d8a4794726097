#!/usr/bin/env python3
"""Records what less(1) paints: record-less.py > less.jsonl. Steps of keys, and what was written after each; bytes as code points below 256."""
import json, os, shutil
from pseudo_terminal import drive, recorded

DIR = "/tmp/l"
LINES = "".join(f"line {n}\n" for n in range(1, 61))
COLOURS = "".join(f"\x1b[3{n % 8}mline {n}\x1b[0m and plain\n" for n in range(1, 31))
LONG = "short\n" + "x" * 100 + "END\n" + "".join(f"line {n}\n" for n in range(3, 31)) + "y" * 250 + "\n"

def run(args, keys, text=LINES, columns=40, rows=10, pipe=False, env=None):
    shutil.rmtree(DIR, ignore_errors=True)
    os.makedirs(DIR)
    with open(f"{DIR}/f", "w") as f:
        f.write(text)
    with open(f"{DIR}/g", "w") as f:
        f.write("other\n")
    environment = {"HOME": "/nonexistent", "TERM": "xterm-256color", "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "LESSHISTFILE": "-", **(env or {})}
    argv = ["/bin/sh", "-c", 'cat f | exec less "$@"', "sh", *args] if pipe else ["/usr/bin/less", *args]
    outputs = drive(argv, keys, columns, rows, DIR, environment, quiet=0.12)
    return {"columns": columns, "rows": rows, "args": args, "pipe": pipe, "env": env or {}, "text": text, "keys": recorded(keys), "outputs": outputs}

# As a terminal sends them in the mode that less asks for.
UP, DOWN, RIGHT, LEFT, PGUP, PGDN, HOME, END = "\x1bOA", "\x1bOB", "\x1bOC", "\x1bOD", "\x1b[5~", "\x1b[6~", "\x1bOH", "\x1bOF"
CASES = {
    "moving": dict(args=["f"], keys=[" ", "\r", "j", "k", "b", "d", "u", "G", "k", " ", " ", "g", "y", DOWN, UP, PGDN, PGUP, "f", END, HOME, "q"]),
    "by numbers": dict(args=["f"], keys=["20g", "5j", "3k", "50p", "G", "5b", "10G", "q"]),
    "short file": dict(args=["f"], text="one\ntwo\n", keys=["j", "k", " ", "q"]),
    "empty file": dict(args=["f"], text="", keys=["q"]),
    "from a pipe": dict(args=[], pipe=True, keys=[" ", "G", "g", "q"]),
    "short from a pipe": dict(args=[], pipe=True, text="one\ntwo\n", keys=["q"]),
    "search": dict(args=["f"], keys=["/line 2\r", "n", "n", "N", "/5\r", "n", "n", "n", "\r", "?line 1\r", "n", "/zebra\r", "\r", "q"]),
    "search keeps the last": dict(args=["f"], keys=["/3\r", "/\r", "?\r", "q"]),
    "search cancelled": dict(args=["f"], keys=["/ab", "\x7f\x7f", "\x7f", "j", "q"]),
    "ignoring case": dict(args=["-i", "f"], keys=["/LINE 3\r", "/line 4\r", "q"]),
    "start pattern": dict(args=["+/line 30", "f"], keys=["n", "q"]),
    "start at the end": dict(args=["+G", "f"], keys=["k", "q"]),
    "wrapped lines": dict(args=["f"], text=LONG, keys=["j", "j", "j", "j", "k", "G", "k", "q"]),
    "chopped lines": dict(args=["-S", "f"], text=LONG, keys=[RIGHT, RIGHT, LEFT, "j", "q"]),
    "line numbers": dict(args=["-N", "f"], keys=["j", "q"]),
    "raw colours": dict(args=["-R", "f"], text=COLOURS, keys=["j", "/line 5\r", "q"]),
    "colours shown": dict(args=["f"], text=COLOURS, keys=["j", "q"]),
    "one screen": dict(args=["-F", "f"], text="one\ntwo\n", keys=[]),
    "one screen, longer": dict(args=["-F", "f"], keys=["q"]),
    "without the alternate screen": dict(args=["-X", "f"], keys=["j", " ", "k", "G", "q"]),
    "without the alternate screen, short": dict(args=["-X", "f"], text="one\ntwo\n", keys=["j", "q"]),
    "as systemd calls it": dict(args=[], pipe=True, env={"LESS": "FRSXMK"}, keys=[" ", "j", "G", "g", "q"]),
    "long prompt": dict(args=["-M", "f"], keys=[" ", "G", "q"]),
    "information": dict(args=["f"], keys=["=", "j", "q"]),
    "two files": dict(args=["f", "g"], keys=["j", ":n", ":p", ":n", ":n", "q"]),
    "missing file": dict(args=["nosuch"], keys=["q"]),
    "missing and there": dict(args=["nosuch", "f"], keys=["\r", "q"]),
    "directory": dict(args=["/tmp"], keys=["q"]),
    "unknown key": dict(args=["f"], keys=["A", "q"]),
    "toggles": dict(args=["f"], text=LONG, keys=["-S", "\r", "-N", "\r", "q"]),
    "marks": dict(args=["f"], keys=["ma", "G", "'a", "''", "q"]),
    "filter": dict(args=["f"], keys=["&line 3\r", "j", "&\r", "q"]),
    "overstrikes": dict(args=["f"], text="b\bbo\bol\bld\bd and _\bu_\bn plain\n", keys=["q"]),
    "wide": dict(args=["f"], text="中" * 25 + "\n" + "é" * 45 + "\n", keys=["q"]),
    "repaint": dict(args=["f"], keys=["j", "\x0c", "r", "q"]),
    "help": dict(args=["f"], keys=["h", "q", "j", "q"]),
    "quit on end": dict(args=["-e", "f"], text="one\n" * 12, keys=[" ", " "]),
}
for name, options in CASES.items():
    print(json.dumps({"name": name, **run(**options)}), flush=True)
