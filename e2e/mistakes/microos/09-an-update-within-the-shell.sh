# "In the shell I can do everything": transactional-update itself not; zypper is what changes the snapshot there.
echo 'transactional-update dup; zypper -n install htop' | sudo transactional-update shell
#> Opening chroot in snapshot 2, continue with 'exit'
#> (1/1) Installing: htop-…[done]
#> New default snapshot is #2 (/.snapshots/2/snapshot).
#> Cannot call transactional-update from within transactional-update environment!
:reboot
command -v htop
#> /usr/bin/htop
