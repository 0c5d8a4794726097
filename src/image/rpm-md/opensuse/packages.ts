/** What openSUSE's repositories have besides the packages of the image, as far as learners meet them: see parse.ts for the form. */

export const OSS = `
htop 3.4.1-1.2 x86_64 182 450 GPL-2.0-or-later https://htop.dev/
An Interactive text-mode Process Viewer for Linux
D htop is an interactive text-mode process viewer for Linux. It aims to be a better top.
R libncurses6
F bin/htop share/applications/htop.desktop share/pixmaps/htop.png man/htop.1 doc/README

tmux 3.6a-1.1 x86_64 430 1030 ISC https://tmux.github.io/
Terminal multiplexer
R libevent_core-2_1-7, libncurses6, libutempter0, libsystemd0
F bin/tmux man/tmux.1 doc/README doc/CHANGES share/bash-completion/completions/tmux

libevent_core-2_1-7 2.1.12-5.6 x86_64 95 260 BSD-3-Clause https://libevent.org/
Asynchronous event notification library, core part
F so/libevent_core-2.1.so.7=libevent_core-2.1.so.7.0.1

libutempter0 1.2.1-1.8 x86_64 18 34 LGPL-2.1-or-later https://github.com/altlinux/libutempter
A privileged helper for utmp/wtmp updates
F so/libutempter.so.0=libutempter.so.1.2.1

tree 2.2.1-1.3 x86_64 56 120 GPL-2.0-or-later https://oldmanprogrammer.net/source.php?dir=projects/tree
Program to display directory listings as a tree
F bin/tree man/tree.1 doc/README

cowsay 3.8.4-1.1 noarch 44 96 GPL-3.0-only https://github.com/cowsay-org/cowsay
Configurable talking cow
R perl-base
F bin/cowsay bin/cowthink>cowsay man/cowsay.1 share/cowsay/cows/default.cow share/cowsay/cows/tux.cow

perl-base 5.42.0-3.1 x86_64 1500 7200 Artistic-1.0 OR GPL-1.0-or-later https://www.perl.org/
The Perl interpreter, the parts that everybody needs
F lib/perl5/5.42.0/strict.pm lib/perl5/5.42.0/warnings.pm lib/perl5/5.42.0/x86_64-linux-thread-multi/CORE/libperl.so

git-core 2.52.0-1.2 x86_64 5600 24800 GPL-2.0-only https://git-scm.com
Core git tools
R libcurl4, libexpat1, libpcre2-8-0, libz1, openssh-clients
F bin/git libexec/git/git-remote-http bin/git-receive-pack>git bin/git-upload-pack>git share/bash-completion/completions/git

git 2.52.0-1.2 x86_64 25 12 GPL-2.0-only https://git-scm.com
Fast, scalable, distributed revision control system
R git-core = 2.52.0-1.2, perl-Git = 2.52.0-1.2
r git-gui
F doc/README.md

perl-Git 2.52.0-1.2 x86_64 46 90 GPL-2.0-only https://git-scm.com
Perl bindings for Git
R perl-base, git-core = 2.52.0-1.2
F lib/perl5/vendor_perl/5.42.0/Git.pm

git-gui 2.52.0-1.2 x86_64 310 1300 GPL-2.0-only https://git-scm.com
Git Graphical Frontend
R git-core = 2.52.0-1.2
F libexec/git/git-gui man/git-gui.1

vim 9.1.1972-1.1 x86_64 2200 4600 Vim https://www.vim.org/
Vi IMproved
R vim-data = 9.1.1972-1.1, libncurses6
C vim-small
F bin/vim bin/vimdiff>vim bin/view>vim man/vim.1

vim-data 9.1.1972-1.1 noarch 6900 35000 Vim https://www.vim.org/
Data files needed for extended vim functionality
F share/vim/vim91/filetype.vim share/vim/vim91/syntax/sh.vim share/vim/vim91/doc/help.txt

neovim 0.11.5-1.1 x86_64 6900 30100 Apache-2.0 https://neovim.io/
Vim-fork focused on extensibility and agility
R libluv1, libuv1
F bin/nvim share/applications/nvim.desktop man/nvim.1 share/nvim/runtime/defaults.vim

libuv1 1.51.0-2.1 x86_64 110 220 MIT https://libuv.org/
Platform layer for node.js
F so/libuv.so.1=libuv.so.1.0.0

libluv1 1.51.0.1-1.3 x86_64 70 190 Apache-2.0 https://github.com/luvit/luv
Bare libuv bindings for lua
R libuv1
F so/libluv.so.1=libluv.so.1.51.0

fish 4.3.2-1.1 x86_64 4600 26000 GPL-2.0-only https://fishshell.com/
The "friendly interactive shell"
R libpcre2-32-0, bc
F bin/fish man/fish.1 share/fish/config.fish share/fish/functions/fish_prompt.fish
S post
| if ! grep -q '^/usr/bin/fish$' /etc/shells; then echo /usr/bin/fish >> /etc/shells; fi

libpcre2-32-0 10.47-1.2 x86_64 240 560 BSD-3-Clause https://www.pcre.org/
A library for Perl-compatible regular expressions
F so/libpcre2-32.so.0=libpcre2-32.so.0.14.0

bc 1.08.2-2.2 x86_64 98 210 GPL-3.0-or-later https://www.gnu.org/software/bc/
GNU Command Line Calculator
F bin/bc bin/dc man/bc.1

zsh 5.9-9.2 x86_64 2500 7300 MIT https://www.zsh.org
Shell with comprehensive completion
R libncurses6
F bin/zsh man/zsh.1 share/zsh/5.9/functions/compinit
T /etc/zshrc
| # Read by interactive shells of zsh, for everyone.

strace 6.18-1.1 x86_64 690 2300 LGPL-2.1-or-later https://strace.io/
A utility to trace the system calls of a program
F bin/strace man/strace.1

rsync 3.4.1-4.2 x86_64 410 860 GPL-3.0-or-later https://rsync.samba.org/
Versatile tool for fast incremental file transfer
F bin/rsync man/rsync.1
T /etc/rsyncd.conf
| # What rsyncd shares; nothing by default.

wget 1.25.0-3.1 x86_64 860 3200 GPL-3.0-or-later https://www.gnu.org/software/wget/
A Tool for Mirroring FTP and HTTP Servers
F bin/wget man/wget.1
T /etc/wgetrc
| # Settings of wget for everyone.

ncdu 1.22-1.1 x86_64 46 95 MIT https://dev.yorhel.nl/ncdu/
NCurses Disk Usage
R libncurses6
F bin/ncdu man/ncdu.1

bat 0.26.1-1.1 x86_64 2900 6900 Apache-2.0 OR MIT https://github.com/sharkdp/bat
A cat(1) clone with syntax highlighting and Git integration
F bin/bat man/bat.1

ripgrep 15.1.0-1.1 x86_64 1800 4700 MIT https://github.com/BurntSushi/ripgrep
A search tool that combines ag with grep
F bin/rg man/rg.1

nginx 1.29.4-1.1 x86_64 1100 3300 BSD-2-Clause https://nginx.org
An HTTP server and IMAP/POP3 proxy server
R libpcre2-8-0, libopenssl3, libz1
F sbin/nginx@755 lib/systemd/system/nginx.service /srv/www/htdocs/50x.html
T /etc/nginx/nginx.conf
| worker_processes 1;
| events { worker_connections 1024; }
S pre
| getent group nginx >/dev/null || groupadd -r nginx

cockpit 353-1.1 x86_64 74 180 LGPL-2.1-or-later https://cockpit-project.org/
Web Console for Linux servers
R cockpit-bridge = 353-1.1, cockpit-ws = 353-1.1
F share/metainfo/org.cockpit-project.cockpit.appdata.xml

cockpit-bridge 353-1.1 noarch 900 3400 LGPL-2.1-or-later https://cockpit-project.org/
Cockpit bridge server-side component
R glib-networking-missing
F bin/cockpit-bridge share/cockpit/base1/manifest.json

cockpit-ws 353-1.1 x86_64 710 2600 LGPL-2.1-or-later https://cockpit-project.org/
Cockpit Web Service
F lib/systemd/system/cockpit.socket lib/systemd/system/cockpit.service

docker 28.5.1_ce-3.1 x86_64 42000 176000 Apache-2.0 https://www.docker.io
The Moby-project Linux container runtime
R containerd, runc, iptables
F bin/docker sbin/dockerd@755 lib/systemd/system/docker.service
S post
| groupadd -r docker >/dev/null 2>&1 || :

containerd 1.7.29-2.1 x86_64 21000 98000 Apache-2.0 https://containerd.io
Standalone OCI Container Daemon
R runc
F sbin/containerd@755 lib/systemd/system/containerd.service

runc 1.3.4-1.1 x86_64 3400 13000 Apache-2.0 https://github.com/opencontainers/runc
Tool for spawning and running OCI containers
F sbin/runc@755

busybox-less 1.37.0-38.5 noarch 10 4 GPL-2.0-or-later https://www.busybox.net/
Busybox applets replacing less
C less
F doc/README

fastfetch 2.56.1-1.1 x86_64 660 2100 MIT https://github.com/fastfetch-cli/fastfetch
Neofetch-like tool written mostly in C
F bin/fastfetch man/fastfetch.1

distrobox 1.8.2.1-1.1 noarch 110 420 GPL-3.0-only https://github.com/89luca89/distrobox
Use any linux distribution inside your terminal
R podman
F bin/distrobox bin/distrobox-create bin/distrobox-enter bin/distrobox-init bin/distrobox-list bin/distrobox-rm bin/distrobox-stop man/distrobox.1

emacs-nox 30.2-3.1 x86_64 3700 14800 GPL-3.0-or-later https://www.gnu.org/software/emacs/
GNU Emacs-nox: An Emacs Binary without X Window System Support
R libncurses6
F bin/emacs-nox man/emacs.1
`;

/** Security fixes and the like; on Tumbleweed there is little, since everything is new all the time. */
export const UPDATE = `
openSUSE-signkey-cert 20220613-2.3 noarch 12 9 MIT https://en.opensuse.org/openSUSE:UEFI
Signing Key certificates to verify modules
F share/doc/openSUSE-signkey-cert/README
`;

/** What packages of the image provide and require besides what follows from their names and files. */
export const IMAGE = `
bash
P /bin/sh, /bin/bash, /usr/bin/sh

MicroOS-release
P distribution-release, product(MicroOS)

vim-small
P vi

systemd
R libsystemd0 = $EVR

transactional-update
R tukit = $EVR, libtukit6 = $EVR, snapper, zypper

tukit
R libtukit6 = $EVR

snapper
R libsnapper8 = $EVR

zypper
R libzypp, libsolv-tools-base

kernel-default
P kernel, multiversion(kernel)
R suse-module-tools

podman
R conmon, libcontainers-common, netavark, crun, passt

toolbox
R podman

openssh-server
R openssh-common = $EVR

openssh-clients
R openssh-common = $EVR

patterns-microos-base
P pattern() = microos_base
R bash, zypper, snapper, transactional-update, health-checker, btrfsprogs, kernel-default

health-checker
R btrfsprogs

rpm
R librpmbuild10 = $EVR
`;
