# "lpkg --unlock, then dpkg works": it gives the package manager its name back, and even that is a write to the read-only mount.
sudo lpkg --unlock
#> Error: rename /usr/bin/private.apt /usr/bin/apt: read-only file system
sudo abroot pkg add -f no-such-package
#>  ERROR  package does not exist in repo: no-such-package
sudo abroot pkg list
#>  INFO  Added packages:
#>        Removed packages:
