# "usermod -aG has no effect": the group is in /usr/lib/group; its line must be in /etc/group first.
grep -c '^audio:' /etc/group
#> 0
grep '^audio:' /usr/lib/group | sudo tee -a /etc/group
#> audio:x:…
sudo usermod -aG audio learner
grep '^audio:' /etc/group
#> audio:x:…:learner
