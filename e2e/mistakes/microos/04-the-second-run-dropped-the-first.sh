# "Two runs, then a restart": the second began from what runs and knows nothing of the first, unless it is told --continue.
sudo transactional-update -n pkg install htop
sudo transactional-update -n pkg install tree
#> WARNING: This snapshot has been created from a different base (1)
#>          than the previous default snapshot (2) and does not
#>          contain the changes from the latter.
sudo transactional-update -n --continue pkg install tmux
#> Using snapshot 3 as base for new snapshot 4.
:reboot
rpm -q htop
#> package htop is not installed
rpm -q tree
#> tree-…
rpm -q tmux
#> tmux-…
