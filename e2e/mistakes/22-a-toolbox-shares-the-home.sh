# "A toolbox is a virtual machine": it has a /usr of its own and the same home.
toolbox create --assumeyes
#> Created container: fedora-toolbox-43
toolbox run sudo dnf install -y htop
toolbox run sh -c 'command -v htop; touch ~/from-inside'
#> /usr/…bin/htop
command -v htop || echo not here
#> not here
ls ~/from-inside
#> /…/from-inside
