# "lpkg --unlock, then dpkg works": it unlocks the package manager, not the read-only mount.
sudo lpkg --unlock; sudo rm /usr/bin/apt
#> rm: cannot remove '/usr/bin/apt': Read-only file system
sudo abroot pkg add -f no-such-package
#>  ERROR  package does not exist in repo: no-such-package
sudo abroot pkg list
#>  INFO  Added packages:
#>        Removed packages:
