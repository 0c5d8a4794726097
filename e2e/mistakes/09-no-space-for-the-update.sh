# "The update finds no space": libostree leaves some percent free. The old deployment goes first.
:fault disk-nearly-full
rpm-ostree upgrade
#> error: …min-free-space-percent '3%' would be exceeded, at least … requested
:fault disk-nearly-full off
rpm-ostree cleanup -r
#> Bootloader updated; bootconfig swap: yes; bootversion: boot.…, deployment count change: -1
