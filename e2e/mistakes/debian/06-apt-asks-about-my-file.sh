# "Updates leave my settings alone": they ask, and where nobody answers they stop.
sudo apt-get update
echo "set mouse" | sudo tee -a /etc/nanorc
sudo apt-get -y upgrade < /dev/null
#> Configuration file '/etc/nanorc'
#>  end of file on stdin at conffile prompt
#> E: Sub-process /usr/bin/dpkg returned an error code (1)
dpkg -l nano
#> iU  nano …
sudo dpkg --force-confold --configure -a
#> Setting up nano (8.4-1+deb13u1) ...
tail -n 1 /etc/nanorc
#> set mouse
ls /etc/nanorc.dpkg-dist
#> /etc/nanorc.dpkg-dist
