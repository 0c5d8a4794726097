# "The new default never comes": a file that was changed here stays as it is.
echo mine | sudo tee -a /etc/nanorc
sudo ostree admin config-diff
#> M    nanorc
rpm-ostree upgrade
:reboot
tail -n 1 /etc/nanorc
#> mine
diff /usr/etc/nanorc /etc/nanorc
#> > mine
