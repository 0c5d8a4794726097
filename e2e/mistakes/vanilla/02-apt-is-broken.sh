# "apt is broken": it is locked away, under another name; and its database is part of the root, which is read-only.
apt install htop
#> bash: apt: command not found
sudo private.apt install htop
#> Error: Could not open lock file /var/lib/dpkg/lock-frontend - open (30: Read-only file system)
