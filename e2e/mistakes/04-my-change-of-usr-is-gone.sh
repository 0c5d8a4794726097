# "My change of /usr worked yesterday": the overlay ended with the restart, what was put into /etc did not.
sudo ostree admin unlock
#> Development mode enabled.  A writable overlayfs is now mounted on /usr.
#> All changes there will be discarded on reboot.
sudo touch /usr/bin/mine /etc/mine && ls /usr/bin/mine
#> /usr/bin/mine
:reboot
ls /usr/bin/mine
#> ls: cannot access '/usr/bin/mine': No such file or directory
ls /etc/mine
#> /etc/mine
