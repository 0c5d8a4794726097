# "It was updated when the command ended": it counts at an orderly shutdown.
rpm-ostree upgrade
#> Run "systemctl reboot" to start a reboot
:power-cut
grep -o 'OSTREE_VERSION=.*' /etc/os-release
#> OSTREE_VERSION='43.20260110.0'
rpm-ostree upgrade
#> Run "systemctl reboot" to start a reboot
:reboot
grep -o 'OSTREE_VERSION=.*' /etc/os-release
#> OSTREE_VERSION='43.20260112.0'
