#!/usr/bin/env python3
"""Records the real bash at a terminal: keys typed, and what the screen got after each.

Writes src/shell/oracle/sessions.jsonl: one session a line, [[keys, output], ...]. Escape sequences are left out.
Keys that begin with "wait " let that many seconds pass instead.
"""
import json, os, pty, re, select, time

SESSIONS = [
    ["echo hi\r", "sleep 100\r", "\x03", "echo $?\r", "sleep 100; echo never\r", "\x03", "echo $?\r"],
    ["sleep 100\r", "\x1a", "echo $?\r", "jobs\r", "bg\r", "jobs\r", "kill %1\r", "\r", "jobs\r"],
    ["sleep 100 | cat\r", "\x1a", "fg\r", "\x03", "echo $?\r", "jobs\r"],
    ["sleep 100 &\r", "sleep 200 &\r", "jobs\r", "kill %1\r", "\r", "kill -9 %2\r", "\r", "jobs\r"],
    ["sleep 0.3 &\r", "wait 0.6", "\r", "(exit 3) &\r", "\r", "jobs\r"],
    ["while :; do :; done\r", "\x03", "echo $?\r", "for i in 1 2 3; do sleep 100; done\r", "\x03", "echo $?\r"],
    ["for i in 1 2; do\r", "echo $i\r", "done\r", "if true; then\r", "\x03", "echo $?\r", "echo 'a\r", "b'\r"],
    ["cat\r", "line\r", "\x04", "echo after\r", "cat <<E\r", "body\r", "E\r"],
    ["bash -c 'kill -TERM $$'\r", "echo $?\r", "bash -c 'kill -9 $$'\r", "echo $?\r", "bash -c 'kill -SEGV $$' | cat\r"],
    ["sleep 100\r", "\x1a", "exit\r", "exit\r"],
    ["trap 'echo got int' INT\r", "sleep 100\r", "\x03", "echo $?\r", "trap - INT\r"],
    ["read -p 'name: ' n\r", "bob\r", "echo $n\r", "read x\r", "\x03", "echo $?\r"],
    ["nosuch\r", "cd /nonexistent\r", "echo x > /nonexistent/y\r", "fi\r", "echo ${x?unset}; echo never\r", "echo )\r"],
    ["sleep 100 &\r", "fg\r", "\x1a", "fg %1\r", "\x03", "fg\r", "bg\r"],
    ["f() { sleep 100; echo in f; }; f; echo after\r", "\x03", "(sleep 100; echo sub); echo list\r", "\x03", "echo $?\r"],
    ["sleep 0.2 & sleep 0.1; echo fg\r", "wait 0.5", "wait\r", "jobs -l\r", "disown\r"],
    ["set -m; false | true | sleep 0.1; echo ${PIPESTATUS[@]}\r", "wait 0.3", "! true; echo $?\r", "time -p true\r"],
    ["sleep 100 & sleep 200 &\r", "jobs %sl\r", "jobs %?200\r", "kill %%\r", "\r", "kill %-\r", "\r"],
    ["alias ll='echo LL'\r", "ll x\r", "PS1='> '\r", "cd /usr\r", "PS1='\\w $? \\$ '\r", "false\r", "true\r"],
    ["sleep 300 &\r", "jobs\r", "kill -STOP %1\r", "wait 0.3", "\r", "jobs\r", "kill -CONT %1\r", "jobs\r", "kill %1\r", "\r"],
    ["echo one; echo two\r", "false; echo $?\r", "exit 3\r"],
    ["(trap '' INT; sleep 0.5; echo survived)\r", "\x03", "wait 0.8", "echo $?\r"],
    ["cat &\r", "jobs\r", "fg\r", "hello\r", "\x04", "echo $COLUMNS $LINES\r"],
    ["bash --norc &\r", "\r", "fg\r", "exit\r"],
    ["stty tostop; echo x &\r", "\r", "stty -tostop; kill -STOP %1; jobs -l\r", "fg\r"],
    ["read x &\r", "\r", "jobs\r", "fg\r", "words\r", "echo $x\r"],
    ["(sleep 0.1; cat; echo $?) &\r", "wait 0.3", "\r", "fg\r", "\x04"],
    ["(trap '' TTIN; cat; echo $?) &\r", "wait 0.3", "\r"],
    ["sleep 9 &\r", "kill -STOP %1\r", "wait 0.2", "jobs -l\r", "fg\r", "\x03"],
    ["history -s one; history -s two\r", "fc -l 1 2\r", "fc -s one=two one\r", "echo $_\r", "!!\r", "echo !$ !-2:0\r", "^echo^printf^\r"],
    ["alias a='echo aliased'\r", "a b\r", "unalias a\r", "a\r", "type a\r"],
    ["trap 'echo bye' EXIT\r", "set -e\r", "false\r"],
    ["set -u\r", "echo $nope\r", "echo after\r", "readonly r=1\r", "r=2\r", "echo $?\r", ": ${nope:?is missing}\r", "echo $?\r"],
    ["f() {\r", "echo in f\r", "}\r", "f\r", "echo 'one\r", "two'\r", "echo a \\\r", "b\r"],
    ["if [ 1 ]; fi\r", "echo $?\r", "for\r", "echo $(if)\r", "echo )\r", "[[ a b ]]\r", "echo $?\r"],
    ["exec 3>&9\r", "exec nosuch\r", "echo still here\r", "exec ./nosuch\r", "echo $?\r", "exec 2>/dev/null\r"],
    ["PROMPT_COMMAND='echo pc'\r", "true\r", "PROMPT_COMMAND=\r", "PS2='more: '\r", "echo 'a\r", "b'\r", "PS0='before '\r", "echo x\r"],
    ["select x in a b; do echo \"got $x\"; break; done\r", "2\r", "\x04"],
]

ESCAPE = re.compile(r"\x1b\[\?2004[hl]\r?|\x1b\[[0-9;]*[A-Za-z]|\x07")


def record(keys):
    pid, fd = pty.fork()
    if pid == 0:
        os.chdir("/")
        os.execve("/usr/bin/bash", ["bash", "--norc", "-i"],
                  {"PATH": "/usr/bin:/bin", "HOME": "/root", "PS1": "$ ", "TERM": "xterm", "LC_ALL": "C.UTF-8", "HISTFILE": ""})
    import fcntl, struct, termios
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))

    def drain(quiet):
        out = b""
        while True:
            ready, _, _ = select.select([fd], [], [], quiet)
            if not ready:
                return out
            try:
                part = os.read(fd, 65536)
            except OSError:
                return out
            if not part:
                return out
            out += part

    drain(0.5)
    steps = []
    for key in keys:
        found = re.fullmatch(r"wait ([\d.]+)", key)
        if found:
            time.sleep(float(found.group(1)))
            steps.append([key, ESCAPE.sub("", drain(0.15).decode("utf8", "replace"))])
            continue
        try:
            os.write(fd, key.encode())
        except OSError:
            break
        steps.append([key, ESCAPE.sub("", drain(0.25).decode("utf8", "replace"))])
    # Closing the terminal hangs the session up, its jobs with it.
    os.close(fd)
    os.waitpid(pid, 0)
    return steps


here = os.path.dirname(os.path.abspath(__file__))
with open(os.path.join(here, "../../src/shell/oracle/sessions.jsonl"), "w") as out:
    for keys in SESSIONS:
        out.write(json.dumps(record(keys)) + "\n")
