sudo abroot pkg add --force-enable-user-agreement htop
sudo abroot pkg apply
systemctl reboot
