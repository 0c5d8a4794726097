# "Removed is gone": settings stay until the package is purged.
sudo apt-get remove -y nano
#> Removing nano (8.4-1) ...
ls /etc/nanorc
#> /etc/nanorc
dpkg -l nano
#> rc  nano …
sudo apt-get purge -y nano
#> Purging configuration files for nano (8.4-1) ...
ls /etc/nanorc
#> ls: cannot access '/etc/nanorc': No such file or directory
