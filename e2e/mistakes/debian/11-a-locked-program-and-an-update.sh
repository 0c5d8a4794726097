# "chattr +i protects the system": it holds up one package of an update, and the others go through without it.
sudo apt-get update
sudo chattr +i /usr/bin/nano
sudo apt-get -y upgrade
#>  unable to make backup link of './usr/bin/nano' before installing new version: Operation not permitted
#> E: Sub-process /usr/bin/dpkg returned an error code (1)
dpkg -l nano
#> ii  nano           8.4-1 …
dpkg -l curl
#> ii  curl           8.14.1-2+deb13u7 …
sudo chattr -i /usr/bin/nano
sudo apt-get -y upgrade
#> Setting up nano (8.4-1+deb13u1) ...
