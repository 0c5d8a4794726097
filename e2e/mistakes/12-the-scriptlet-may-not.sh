# "mkdir in %post fails, but I can": scriptlets run apart, and only /usr and /etc of the new tree are theirs.
:fault failing-scriptlet
rpm-ostree install tmux
#> error: Running %…: bwrap(/bin/sh): Child process exited with code 1; run `journalctl -t 'rpm-ostree(…)'` for more information
