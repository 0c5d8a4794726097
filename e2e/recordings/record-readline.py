#!/usr/bin/env python3
"""Records what bash's own line editing paints: record-readline.py > readline.jsonl

Each line is a session: the terminal's size, the history at its start, and steps of keys with what bash wrote after each.
Bytes are strings of code points below 256. Every line that is entered is one that prints nothing.
"""
import json, os, shutil, tempfile
from pseudo_terminal import drive, recorded

HISTORY = [": one", ": two words", ": git commit", ": systemctl status sshd", ": ls -l /usr/lib"]
FILES = ["alpha.txt", "alpine.txt", "beta dir/", "gamma", "sub/inner.txt", "sub/inside.txt"]

def run(steps, columns=40, rows=10, prompt="$ ", history=HISTORY):
    home = tempfile.mkdtemp()
    for name in FILES:
        path = os.path.join(home, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        if not name.endswith("/"):
            open(path, "w").close()
    with open(os.path.join(home, ".bash_history"), "w") as f:
        f.writelines(line + "\n" for line in history)
    env = {"HOME": home, "TERM": "xterm-256color", "PS1": prompt, "PS2": "> ", "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8",
           "INPUTRC": "/dev/null", "HISTCONTROL": "ignoredups", "COLUMNS": str(columns), "LINES": str(rows)}
    outputs = drive(["/bin/bash", "--norc", "--noprofile", "-i"], steps, columns, rows, home, env, quiet=0.06)
    shutil.rmtree(home)
    return {"columns": columns, "rows": rows, "prompt": prompt, "history": history, "keys": recorded(steps), "outputs": outputs}

UP, DOWN, RIGHT, LEFT = "\x1b[A", "\x1b[B", "\x1b[C", "\x1b[D"
HOME_, END, DEL = "\x1b[H", "\x1b[F", "\x1b[3~"
def C(c): return chr(ord(c.upper()) & 31)
def M(c): return "\x1b" + c
CASES = {
    "typing and moving": dict(steps=[": hello", LEFT, LEFT, "XY", HOME_, "a", END, "z", C("b"), C("f"), RIGHT, C("a"), C("e")]),
    "deleting": dict(steps=[": hello world", C("h"), "\x7f", C("a"), C("d"), DEL, C("d"), C("e"), C("d"), LEFT, LEFT, C("k"), C("y")]),
    "words": dict(steps=[": one two-three /usr/lib", M("b"), M("b"), M("d"), M("f"), M("\x7f"), C("y"), "\x1b[1;5D", "\x1b[1;5C", C("e"), C("w"), C("w"), C("y")]),
    "kill ring": dict(steps=[": one two three", C("w"), " x", C("w"), C("w"), C("y"), M("y"), M("y"), C("u"), C("y"), C("y")]),
    "kills in a row join": dict(steps=[": one two three four", C("w"), C("w"), M("\x7f"), C("y"), C("a"), M("d"), M("d"), C("k"), C("y")]),
    "undo": dict(steps=[": hello world", C("w"), C("_"), C("_"), C("_"), "abc", C("k"), C("a"), C("k"), "\x18\x15", C("_")]),
    "undo runs": dict(steps=["abcdefghijklmnopqrstuvwxyz", C("_"), C("_"), C("_")]),
    "transpose": dict(steps=[": abcd", C("t"), LEFT, LEFT, C("t"), C("a"), C("t"), C("e"), " one two", M("t"), M("b"), M("t"), M("t")]),
    "case": dict(steps=[": hello big world", C("a"), M("u"), M("c"), M("l"), M("b"), M("u"), M("b"), M("l"), M("b"), M("c")]),
    "wrapping": dict(steps=["abcdefghij" * 5, LEFT, C("a"), "X", C("e"), C("b"), "\x7f", C("a"), C("k")]),
    "exactly one row": dict(steps=["x" * 38, LEFT, RIGHT, "\x7f", "y", "z", "\x7f", "\x7f", C("a"), C("k")]),
    "two rows exactly": dict(steps=["x" * 78, "\x7f", "\x7f", "ab", "c", C("a"), DEL, DEL]),
    "insert in the middle of rows": dict(steps=["0123456789" * 7, C("a"), "AB", M("f"), "CD", C("u"), C("_")]),
    "wide characters": dict(steps=[": 中文字", LEFT, LEFT, "x", "\x7f", C("a"), C("d"), C("e"), "\x7f"]),
    "wide characters wrap": dict(steps=["a" + "中" * 30, "\x7f", C("a"), "b", C("d"), C("d"), C("k")]),
    "wide character at the margin": dict(steps=["a" * 37 + "中", LEFT, "b", "c", C("e"), "\x7f"]),
    "combining": dict(steps=[": e\u0301a\u0300o", LEFT, LEFT, LEFT, "x", DEL, C("e"), "\x7f", "\x7f"]),
    "emoji": dict(steps=[": 😀😀", LEFT, "ab", "\x7f\x7f\x7f"]),
    "control characters": dict(steps=[": a\x16\x01b\x16\x1b", LEFT, LEFT, C("d"), "\x16\t", "x"]),
    "history": dict(steps=["typed", UP, UP, UP, DOWN, DOWN, DOWN, DOWN, C("p"), C("p"), C("n")]),
    "history keeps edits": dict(steps=[UP, "xyz", UP, DOWN, DOWN, UP, C("u"), M("<"), M(">"), UP]),
    "history adds": dict(steps=[": new\r", ": new\r", UP, UP, UP]),
    "history of different lengths": dict(history=["x" * 100, "short", "y" * 60], steps=[UP, UP, UP, DOWN, DOWN, DOWN]),
    "search": dict(steps=[C("r"), "s", "t", "a", C("r"), "\x7f", C("g")]),
    "search again": dict(steps=[C("r"), ":", C("r"), C("r"), C("r"), C("e"), "x"]),
    "search accepted": dict(steps=[C("r"), "two", "\r", C("r"), C("r")]),
    "search left with escape": dict(steps=[C("r"), "git", "\x1b", "a", C("a"), "x"]),
    "search fails": dict(steps=["keep", C("r"), "zz", "\x7f\x7f", C("g"), "x"]),
    "search in what is typed": dict(steps=[": abcabc", C("r"), "b", C("r"), C("r"), LEFT, "X"]),
    "last argument": dict(steps=[": x ", M("."), M("."), M("."), " ", M("_")]),
    "digit arguments": dict(steps=["0123456789", M("4"), C("b"), M("3"), "x", M("-"), M("d"), M("1") + "2", "-", M("2"), C("h")]),
    "interrupt": dict(steps=[": hello", LEFT, LEFT, C("c"), ": x", C("c")]),
    "interrupt over two rows": dict(steps=["x" * 50, C("a"), C("c"), ":"]),
    "interrupt a search": dict(steps=[C("r"), "git", C("c"), "x"]),
    "entering": dict(steps=[": hello\r", ": " + "y" * 50, C("a"), "\r", "\r", ": z\n"]),
    "continuation": dict(steps=[": 'one\r", "two'\r", UP, UP]),
    "continuation of a list": dict(steps=["for x in 1 2\r", "do\r", ":\r", "done\r", UP]),
    "end of file in a continuation line": dict(steps=[": 'one\r", "a\x15", C("c"), ": x"]),
    "clear screen": dict(steps=[": one\r", ": two", LEFT, C("l"), "x"]),
    "prompt with colours": dict(prompt="\\[\x1b[32m\\]user\\[\x1b[0m\\] $ ", steps=["x" * 35, LEFT, LEFT, "y", C("a"), C("k")]),
    "prompt of two rows": dict(prompt="first\\nsecond> ", steps=[": a", LEFT, C("l"), "b", C("c"), ": c\r"]),
    "paste": dict(steps=["\x1b[200~: one\r: two\x1b[201~", LEFT, "\r", UP]),
    "paste over rows": dict(steps=["\x1b[200~" + ": x" * 20 + "\r" + "y" * 40 + "\rz\x1b[201~", C("a"), UP, C("a"), "A", C("e"), C("a"), C("k")]),
    "complete a file": dict(steps=[": al", "\t", "\t", "\t", "h\t", "x"]),
    "complete a file with a blank": dict(steps=[": be\t", "x", C("u"), ": 'be\t", C("u"), ": \"be\t"]),
    "complete in a directory": dict(steps=[": su\t", "in\t", "\t\t", "n\t"]),
    "complete in the middle": dict(steps=[": ga tail", M("b"), LEFT, "\t", "x"]),
    "complete nothing": dict(steps=[": zz\t", "\t", "x"]),
    "complete a variable": dict(steps=[": $HISTF\t", "\t\t", C("u"), ": ${HISTF\t", "\t\t", C("u"), ": \"$HISTCM\t"]),
    "complete a tilde": dict(steps=[": ~roo\t", C("u"), ": ~/ga\t"]),
    "complete a command": dict(steps=["compge\t", C("u"), "histo\t"]),
    "expansion": dict(steps=[": one two\r", "!!\r", "!:0 three\r", "!git\r", "^git^hub\r", "!-2\r", ": !$\r", "!?two\r", "!nosuch\r", UP]),
    "expansion modifiers": dict(steps=[": /usr/lib/os-release.txt\r", ": !$:h\r", "!-2:t:p\r", ": !:^\r", ": !*\r", "!-2:s/usr/etc/\r", ": '!!' \\!x !\r", UP]),
    "expansion errors": dict(steps=["!99\r", ": ok\r", "^zz^yy\r", "!:9\r", UP]),
    "meta keys": dict(steps=[": a  b   c", M("b"), M("\\"), C("e"), M("#"), UP, C("a"), M("r")]),
    "region": dict(steps=[": one two", C("@"), M("b"), C("x") + C("x"), "X", C("x") + C("x"), "Y"]),
    "character search": dict(steps=[": a/b/c/d", C("a"), C("]") + "/", C("]") + "/", "X", M(C("]")) + ":", "Y"]),
    "operate and get next": dict(steps=[UP, UP, UP, C("o"), C("o"), "x"]),
}
# A seeded walk over everything.
import random
random.seed(20260101)
POOL = [*"abcdefgh XY-/.", "中", "é", "word ", "longer words here ", LEFT, LEFT, RIGHT, HOME_, END, UP, DOWN, DEL, "\x7f", C("a"), C("e"), C("k"), C("u"), C("w"), C("y"),
        C("t"), C("_"), C("d"), M("b"), M("f"), M("d"), M("\x7f"), M("u"), M("l"), M("c"), M("t"), M("y"), M("."), C("l")]
for seed in range(12):
    CASES[f"walk {seed}"] = dict(columns=[40, 25, 60][seed % 3], steps=[":"] + [random.choice(POOL) for _ in range(40)])

for name, options in CASES.items():
    print(json.dumps({"name": name, **run(**options)}), flush=True)
