# "A file that is gone comes back": only when the package is installed again.
sudo rm /usr/bin/hostname
hostname
#> …hostname…
dpkg -S /usr/bin/hostname
#> hostname: /usr/bin/hostname
:reboot
hostname
#> …hostname…
sudo apt-get update
sudo apt-get install -y --reinstall hostname
#> 0 upgraded, 0 newly installed, 1 reinstalled, 0 to remove and 6 not upgraded.
#> Unpacking hostname (3.25) over (3.25) ...
hostname
#> debian
