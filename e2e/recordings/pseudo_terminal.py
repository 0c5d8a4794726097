"""A program on a terminal of its own: keys go in step by step, and what was written after each comes out."""
import fcntl, os, pty, select, struct, termios

def drive(argv, keys, columns, rows, cwd, env, quiet):
    """What `argv` wrote at first and after each of `keys`, bytes as code points below 256. `quiet`: seconds without a word that end an answer."""
    pid, fd = pty.fork()
    if pid == 0:
        os.chdir(cwd)
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        os.execve(argv[0], [os.path.basename(argv[0]), *argv[1:]], env)
    outputs = [answer(fd, 1.0, quiet)]
    for step in keys:
        try:
            os.write(fd, step.encode("utf-8"))
        except OSError:
            break
        outputs.append(answer(fd, 0.3, quiet))
    os.close(fd)
    os.waitpid(pid, 0)
    return outputs

def answer(fd, first, quiet):
    out, wait = b"", first
    while select.select([fd], [], [], wait)[0]:
        try:
            got = os.read(fd, 65536)
        except OSError:
            break
        if not got:
            break
        out += got
        wait = quiet
    return out.decode("latin-1")

def recorded(keys):
    """Keys as a recording has them."""
    return [key.encode("utf-8").decode("latin-1") for key in keys]
