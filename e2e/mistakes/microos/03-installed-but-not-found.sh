# "I installed it and it is not there": it is in a new snapshot, which the next start takes.
sudo transactional-update -n pkg install htop
#> New default snapshot is #2 (/.snapshots/2/snapshot).
command -v htop || echo none
#> none
:reboot
command -v htop
#> /usr/bin/htop
