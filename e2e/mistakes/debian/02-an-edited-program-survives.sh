# "An edit in /usr is lost at the next start": not here. It is lost when its package is next installed, and nobody says so.
sudo cp /usr/bin/true /usr/bin/nano
:reboot
nano --version
sudo apt-get install -y --reinstall nano
#> Reinstallation of nano is not possible, it cannot be downloaded.
sudo apt-get update
sudo apt-get install -y nano
#> Unpacking nano (8.4-1+deb13u1) over (8.4-1) ...
grep -a package= /usr/bin/nano
#> package=nano_8.4-1+deb13u1_amd64
