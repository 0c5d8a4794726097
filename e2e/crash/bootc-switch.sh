echo mine | sudo tee /etc/mine.conf
sudo bootc switch registry.example.com/web:1
echo late > late.txt
systemctl reboot
