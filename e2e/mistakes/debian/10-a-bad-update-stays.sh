# "A bad update is undone by a restart": it stops the boot, and somebody has to mend it by hand.
sudo apt-get update
sudo apt-get -y upgrade
sudo apt-get update
sudo apt-get -y upgrade
sudo apt-get update
sudo apt-get -y dist-upgrade
sudo apt-get update
sudo apt-get -y upgrade
#> Setting up systemd (257.13-1~deb13u1) ...
:reboot
whoami
#> root
:reboot 1
whoami
#> root
rm /usr/lib/systemd/system/local-fs.target.requires/srv-media.mount
:reboot
whoami
#> learner
