rpm-ostree cleanup -r -b -m
