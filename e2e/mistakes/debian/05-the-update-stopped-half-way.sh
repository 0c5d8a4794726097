# "The update is either done or not": the power went in the middle of it, and it is neither.
sudo apt-get update
:power-cut after 220 writes
sudo apt-get -y upgrade
sudo apt-get -y upgrade
#> E: dpkg was interrupted, you must manually run 'dpkg --configure -a' to correct the problem. 
sudo dpkg --configure -a
sudo apt-get -y upgrade
dpkg --audit
