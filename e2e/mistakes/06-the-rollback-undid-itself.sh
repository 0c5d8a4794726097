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
# Automatic updates do the same without being asked, where somebody has enabled them.
systemctl is-enabled rpm-ostreed-automatic.timer
#> disabled
sudo systemctl enable -q --now rpm-ostreed-automatic.timer
systemctl list-timers
#> … rpm-ostreed-automatic.timer …rpm-ostreed-automatic.service
sudo systemctl disable -q --now rpm-ostreed-automatic.timer
systemctl list-timers --all
#> - … - … rpm-ostreed-automatic.timer …rpm-ostreed-automatic.service
