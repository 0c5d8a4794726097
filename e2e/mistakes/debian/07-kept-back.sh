# "upgrade brings everything": apt-get upgrade installs nothing new, so a new kernel is kept back.
sudo apt-get update
sudo apt-get -y upgrade
sudo apt-get update
sudo apt-get -y upgrade
sudo apt-get update
sudo apt-get -y upgrade
#> The following packages have been kept back:
#>   linux-image-amd64
sudo apt-get -y dist-upgrade
#> Setting up linux-image-6.12.117+deb13-amd64 (6.12.117-1) ...
ls /boot/loader/entries
#> debian-6.12.111+deb13-amd64.conf
#> debian-6.12.117+deb13-amd64.conf
uname -r
#> 6.12.111+deb13-amd64
:reboot
uname -r
#> 6.12.117+deb13-amd64
:reboot 1
uname -r
#> 6.12.111+deb13-amd64
