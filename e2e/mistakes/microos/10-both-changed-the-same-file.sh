# "My edit of /etc comes along": not where the new snapshot has changed the same file; then the new one's stays.
sudo transactional-update -n run sh -c 'echo new > /etc/both.conf'
echo mine | sudo tee /etc/both.conf /etc/other.conf
:reboot
cat /etc/both.conf
#> new
cat /etc/other.conf
#> mine
