# "The system protects itself from me": here root writes wherever root likes, and it is still so after a restart.
touch /usr/bin/mine
#> touch: cannot touch '/usr/bin/mine': Permission denied
sudo touch /usr/bin/mine && ls /usr/bin/mine
#> /usr/bin/mine
:reboot
ls /usr/bin/mine
#> /usr/bin/mine
dpkg -S /usr/bin/mine
#> dpkg-query: no path found matching pattern /usr/bin/mine
