# "apt is broken": its database is part of the root, which is read-only.
sudo apt install htop
#> Error: Could not open lock file /var/lib/dpkg/lock-frontend - open (30: Read-only file system)
