echo mine | sudo tee /etc/mine.conf
rpm-ostree rebase fedora:fedora/43/x86_64/updates/silverblue
systemctl reboot
