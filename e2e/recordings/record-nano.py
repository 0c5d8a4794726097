#!/usr/bin/env python3
"""Records what GNU nano paints: record-nano.py > nano.jsonl

Each line is a session: the size, the arguments, the files before and after, and steps of keys with what nano wrote after each.
Bytes are strings of code points below 256. The directory is always called /tmp/n.
"""
import json, os, shutil, subprocess
from pseudo_terminal import drive, recorded

DIR = "/tmp/n"
LINES = "".join(f"line {n}\n" for n in range(1, 41))
POEM = "The quick brown fox\njumps over\nthe lazy dog.\n\nThe end of the fox.\n"

def run(args, keys, files=None, columns=80, rows=24, readonly=False):
    subprocess.run(["umount", DIR], stderr=subprocess.DEVNULL)
    shutil.rmtree(DIR, ignore_errors=True)
    os.makedirs(DIR)
    if readonly:
        subprocess.run(["mount", "-t", "tmpfs", "none", DIR], check=True)
    for name, text in (files or {}).items():
        with open(os.path.join(DIR, name), "w") as f:
            f.write(text)
    if readonly:
        subprocess.run(["mount", "-o", "remount,ro", DIR], check=True)
    env = {"HOME": "/nonexistent", "TERM": "xterm-256color", "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
    outputs = drive(["/usr/bin/nano", "-I", *args], keys, columns, rows, DIR, env, quiet=0.15)
    after = {}
    for name in sorted(os.listdir(DIR)):
        if ".save" not in name:  # what nano leaves when the terminal goes away
            with open(os.path.join(DIR, name)) as f:
                after[name] = f.read()
    if readonly:
        subprocess.run(["umount", DIR])
    return {"columns": columns, "rows": rows, "args": args, "readonly": readonly, "files": files or {}, "after": after,
            "keys": recorded(keys), "outputs": outputs}

UP, DOWN, RIGHT, LEFT = "\x1b[A", "\x1b[B", "\x1b[C", "\x1b[D"
HOME, END, DEL, PGUP, PGDN = "\x1b[H", "\x1b[F", "\x1b[3~", "\x1b[5~", "\x1b[6~"
def C(c): return chr(ord(c.upper()) & 31)
def M(c): return "\x1b" + c
CASES = {
    "a new file": dict(args=["new.txt"], keys=["hello", "\r", "world", C("x"), "y", "\r"]),
    "no name": dict(args=[], keys=["some text", C("x"), "y", "name.txt", "\r"]),
    "unchanged": dict(args=["f"], files={"f": POEM}, keys=[DOWN, DOWN, RIGHT, C("x")]),
    "discard": dict(args=["f"], files={"f": POEM}, keys=["x", C("x"), C("c"), C("x"), "n"]),
    "write out": dict(args=["f"], files={"f": POEM}, keys=["new ", C("o"), "\r", "x", C("o"), "\x7f", "g", "\r", "y", C("s"), C("x")]),
    "write cancelled": dict(args=["f"], files={"f": POEM}, keys=["x", C("o"), C("c"), C("x"), "n"]),
    "moving": dict(args=["f"], files={"f": LINES}, keys=[PGDN, PGDN, PGUP, DOWN, END, HOME, LEFT, RIGHT, C("e"), C("a"), C("n"), C("p"), M("/"), M("\\"), C("v"), C("y")]),
    "editing": dict(args=["f"], files={"f": POEM}, keys=[DOWN, END, "\x7f\x7f", DOWN, HOME, "\x7f", DEL, "\r", C("d"), C("h"), "é中", LEFT, LEFT, DEL, "\t", "x"]),
    "cut and paste": dict(args=["f"], files={"f": POEM}, keys=[C("k"), C("k"), DOWN, C("u"), C("u"), C("k"), UP, C("k"), C("u")]),
    "undo and redo": dict(args=["f"], files={"f": POEM}, keys=[M("u"), "abc", C("k"), DOWN, "\r", M("u"), M("u"), M("u"), M("u"), M("e"), M("e"), M("e"), M("e")]),
    "location": dict(args=["f"], files={"f": POEM}, keys=[C("c"), DOWN, RIGHT, RIGHT, C("c"), M("/"), C("c")]),
    "search": dict(args=["f"], files={"f": POEM}, keys=[C("w"), "fox\r", C("w"), "\r", C("w"), "\r", C("w"), "zebra\r", C("w"), C("c"), M("w"), C("w"), "lazy\r", C("w"), "\r"]),
    "replace": dict(args=["f"], files={"f": POEM}, keys=[C("\\"), "the\r", "A\r", "y", "n", "y", "\r"]),
    "replace all": dict(args=["f"], files={"f": POEM}, keys=[C("\\"), "o\r", "0\r", "a", " "]),
    "replace nothing": dict(args=["f"], files={"f": POEM}, keys=[C("\\"), "zz\r", "0\r", " "]),
    "go to line": dict(args=["f"], files={"f": LINES}, keys=[C("_"), "30\r", C("_"), "2,3\r", C("_"), "999\r", C("_"), C("c")]),
    "insert a file": dict(args=["f"], files={"f": POEM, "g": "one\ntwo\n"}, keys=[DOWN, C("r"), "g\r", C("r"), "nosuch\r", C("r"), C("c")]),
    "start line": dict(args=["+20", "f"], files={"f": LINES}, keys=[DOWN]),
    "start line and column": dict(args=["+3,4", "f"], files={"f": LINES}, keys=["x"]),
    "line numbers": dict(args=["-l", "f"], files={"f": LINES}, keys=[DOWN, "x", PGDN]),
    "view": dict(args=["-v", "f"], files={"f": POEM}, keys=["x", DOWN, C("k"), C("o"), C("x")]),
    "directory": dict(args=["/tmp"], keys=["x"]),
    "missing directory": dict(args=["/tmp/n/no/f"], keys=["x", C("o"), "\r"]),
    "read-only file system": dict(args=["f"], files={"f": POEM}, readonly=True, keys=["x", C("o"), "\r", " ", C("x"), "y", "\r", C("x"), "n"]),
    "read-only file system, new file": dict(args=["g"], readonly=True, keys=["x", C("o"), "\r"]),
    "long lines": dict(args=["f"], files={"f": "x" * 60 + "END OF ONE" + "y" * 100 + "\nshort\n" + "z" * 200 + "\n"}, keys=[END, LEFT, DOWN, DOWN, END, HOME, RIGHT]),
    "narrow": dict(args=["f"], files={"f": POEM}, columns=40, rows=10, keys=["x", C("w"), C("c"), C("x"), "n"]),
    "wide": dict(args=["f"], files={"f": POEM}, columns=120, rows=20, keys=["x"]),
    "no final newline": dict(args=["f"], files={"f": "no newline"}, keys=["x", C("o"), "\r"]),
    "empty file": dict(args=["f"], files={"f": ""}, keys=["x"]),
    "mark": dict(args=["f"], files={"f": POEM}, keys=[M("a"), M("a"), M("a"), DOWN, RIGHT, M("6"), C("u"), M("a"), LEFT, LEFT, C("k"), C("u")]),
    "help": dict(args=["f"], files={"f": POEM}, keys=[C("g"), C("x")]),
    "control characters": dict(args=["f"], files={"f": "a\x01b\tc\x7f\n"}, keys=[RIGHT, RIGHT, RIGHT, RIGHT]),
    "words": dict(args=["f"], files={"f": POEM}, keys=["\x1b[1;5C", "\x1b[1;5C", "\x1b[1;5D", M(" "), "\x1b\x7f", "\x1b[3;5~"]),
    "bracketed paste": dict(args=["f"], files={"f": POEM}, keys=["\x1b[200~one\rtwo\x1b[201~"]),
    "save as an existing file": dict(args=["f"], files={"f": POEM, "g": "old\n"}, keys=[C("o"), "\x7fg\r", "n", C("c"), C("o"), "\x7fg\r", "y", "n", C("c"), C("x")]),
    "constant position": dict(args=["-c", "f"], files={"f": POEM}, keys=[DOWN]),
    "count": dict(args=["f"], files={"f": POEM}, keys=[M("d")]),
    "search options": dict(args=["f"], files={"f": POEM}, keys=[C("w"), M("c"), "THE\r", C("w"), M("c"), "the\r", C("w"), M("b"), "\r", C("w"), M("b"), M("r"), "l.z\r", M("q"), C("w"), "\x1b[A", "\x1b[A", C("c")]),
    "toggles": dict(args=["f"], files={"f": POEM}, keys=[M("n"), M("n"), M("x"), M("x"), M("c"), DOWN]),
    "join lines": dict(args=["f"], files={"f": POEM}, keys=[DOWN, "\x7f", M("u"), END, DEL, M("u"), M("e"), "ab", "\x7f", "\x7f", "\x7f", M("u"), M("u")]),
    "two files": dict(args=["f", "g"], files={"f": POEM, "g": "other\n"}, keys=[M("."), M(","), C("x"), C("x")]),
}
for name, options in CASES.items():
    print(json.dumps({"name": name, **run(**options)}), flush=True)
