# "The update finds no space": libostree leaves some percent free. The old deployment goes first.
:fault disk-nearly-full
rpm-ostree upgrade
#> error: …min-free-space-percent '3%' would be exceeded, at least … requested
:fault disk-nearly-full off
# A pinned deployment keeps its space.
sudo ostree admin pin 1
#> Deployment 1 is now pinned
rpm-ostree cleanup -r
#> Deployments unchanged.
sudo ostree admin pin --unpin 1
#> Deployment 1 is now unpinned
rpm-ostree cleanup -r
#> Bootloader updated; bootconfig swap: yes; bootversion: boot.…, deployment count change: -1
