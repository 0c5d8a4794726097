echo mine | sudo tee /etc/mine.conf
rpm-ostree install cowsay
echo late > late.txt
systemctl reboot
