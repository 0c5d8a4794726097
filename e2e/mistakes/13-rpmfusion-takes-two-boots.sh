# "rpmfusion needs two restarts": the repositories come with a package, and count once that is there.
sudo rpm-ostree install https://mirrors.rpmfusion.org/free/fedora/rpmfusion-free-release-43.noarch.rpm
#> Changes queued for next boot. Run "systemctl reboot" to start a reboot
ls /etc/yum.repos.d/rpmfusion-free.repo
#> ls: cannot access '/etc/yum.repos.d/rpmfusion-free.repo': No such file or directory
:reboot
ls /etc/yum.repos.d/rpmfusion-free.repo
#> /etc/yum.repos.d/rpmfusion-free.repo
