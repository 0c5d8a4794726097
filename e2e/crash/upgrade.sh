echo mine | sudo tee /etc/mine.conf
rpm-ostree upgrade
echo late > late.txt
systemctl reboot
