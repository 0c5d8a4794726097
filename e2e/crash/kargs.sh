rpm-ostree kargs --append=lab=1
echo late | sudo tee /etc/late.conf
systemctl reboot
