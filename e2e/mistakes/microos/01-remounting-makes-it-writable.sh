# "Remount it and root may write": the snapshot itself is read-only, whatever its mount says.
sudo touch /usr/bin/x
#> touch: cannot touch '/usr/bin/x': Read-only file system
sudo mount -o remount,rw /; echo $?
#> 0
sudo touch /usr/bin/x
#> touch: cannot touch '/usr/bin/x': Read-only file system
sudo btrfs property get -ts / ro
#> ro=true
