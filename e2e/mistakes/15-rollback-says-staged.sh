# "rollback says something is staged": that goes first.
rpm-ostree upgrade
rpm-ostree rollback
#> error: Staged deployment (remove with cleanup -p)
rpm-ostree cleanup -p
rpm-ostree rollback
#> Moving '…' to be first deployment
#> Changes queued for next boot. Run "systemctl reboot" to start a reboot
