rpm-ostree deploy --disallow-downgrade 43.20260110.0
rpm-ostree initramfs-etc --track /etc/hostname
echo late | sudo tee /etc/late.conf
sudo rm /etc/motd
systemctl reboot
