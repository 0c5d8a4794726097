# "I layered 40 packages": each update resolves them again, and one conflict stops the update of the system.
rpm-ostree install htop
:reboot
:fault dependency-conflict
rpm-ostree upgrade
#> error: Could not depsolve transaction; 1 problem detected:
#>  Problem: …
rpm-ostree upgrade --uninstall=htop
#> Run "systemctl reboot" to start a reboot
