# "I delete old snapshots to make room": the one that runs and the one that starts next stay.
snapper list
#> No permissions.
sudo transactional-update -n dup
sudo snapper delete 1
#> Cannot delete snapshot 1 since it is the currently mounted snapshot.
sudo snapper delete 2
#> Cannot delete snapshot 2 since it is the next to be mounted snapshot.
sudo snapper delete 0
#> Cannot delete snapshot 0 since it is the current system.
