# "sudo can write anywhere": not below / and /usr, whoever asks.
sudo touch /usr/bin/x
#> touch: cannot touch '/usr/bin/x': Read-only file system
sudo touch /x
#> touch: cannot touch '/x': Read-only file system
sudo touch /etc/x /var/x && echo both
#> both
findmnt /
#> /      composefs overlay ro,…
