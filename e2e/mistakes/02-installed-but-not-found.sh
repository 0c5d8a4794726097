# "rpm-ostree install is done, but the command is not there": it is in the next deployment.
rpm-ostree install htop
#> Changes queued for next boot. Run "systemctl reboot" to start a reboot
htop --version
#> bash: htop: command not found
# Or it is put into the running tree, too.
sudo rpm-ostree apply-live
#> Successfully updated running filesystem tree.
command -v htop
#> /usr/bin/htop
:reboot
command -v htop
#> /usr/bin/htop
