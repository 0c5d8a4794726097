echo mine | sudo tee /etc/mine.conf
rpm-ostree rollback
systemctl reboot
