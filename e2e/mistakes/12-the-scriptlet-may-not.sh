# "mkdir in %post fails, but I can": scriptlets run apart, and only /usr and /etc of the new tree are theirs.
:fault failing-scriptlet
rpm-ostree install tmux
#> error: Running %…: bwrap(/bin/sh): Child process exited with code 1; run `journalctl -t 'rpm-ostree(…)'` for more information
:fault failing-scriptlet off
rpm-ostree install https://download.brother.com/welcome/dlf105203/brscan4-0.4.11-1.x86_64.rpm
#> error: Running %post for brscan4: bwrap(/bin/sh): Child process exited with code 1; run `journalctl -t 'rpm-ostree(brscan4.post)'` for more information
journalctl --no-pager -o cat -t 'rpm-ostree(brscan4.post)'
#> mkdir: cannot create directory '/var/lib': Read-only file system
sudo mkdir /var/lib/brscan4
ls -d /var/lib/brscan4
#> /var/lib/brscan4
