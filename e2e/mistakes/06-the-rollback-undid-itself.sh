# "The rollback undid itself": an update puts the newest first again.
rpm-ostree upgrade
:reboot
rpm-ostree rollback
:reboot
grep -o 'OSTREE_VERSION=.*' /etc/os-release
#> OSTREE_VERSION='43.20260110.0'
rpm-ostree upgrade
#> Run "systemctl reboot" to start a reboot
:reboot
grep -o 'OSTREE_VERSION=.*' /etc/os-release
#> OSTREE_VERSION='43.20260112.0'
