echo mine | sudo tee /etc/mine.conf
sudo abroot upgrade
echo late > late.txt
systemctl reboot
