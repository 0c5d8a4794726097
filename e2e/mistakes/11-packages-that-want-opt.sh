# "It goes to /opt": those are links into /var.
ls -ld /opt /usr/local
#> lrwxrwxrwx… /opt -> var/opt
#> lrwxrwxrwx… /usr/local -> ../var/usrlocal
sudo touch /opt/x && ls /var/opt
#> x
