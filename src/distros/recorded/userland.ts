/** The names of a minimal Debian 13 (debootstrap's minbase with attr, btrfs-progs, e2fsprogs, ostree and snapper), as the recordings list them. */

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

/** Executables of /usr/bin. */
export const BIN = words(`
  [ arch attr awk b2sum base32 base64 basename basenc bash bashbug btrfs btrfs-convert btrfs-find-root btrfs-image btrfs-map-logical
  btrfs-select-super btrfsck btrfstune captoinfo cat chage chattr chcon chfn chgrp chmod choom chown chrt chsh cksum clear clear_console
  cmp comm cp csplit cut dash date dd deb-systemd-helper deb-systemd-invoke df diff diff3 dir dircolors dirmngr dirmngr-client dirname
  dmesg dnsdomainname domainname du echo egrep env expand expiry expr factor fallocate false fgrep find findmnt flock fmt fold getconf
  getent getfattr getopt gpasswd gpg gpg-agent gpg-connect-agent gpgconf gpgsm grep groups gunzip gzexe gzip hardlink head hostid
  hostname i386 iconv id infocmp infotocap install ionice ipcmk ipcrm ipcs ischroot join ld.so ldd link linux32 linux64 ln locale
  localedef logger login logname ls lsattr lsblk lscpu lsipc lslocks lslogins lsmem lsns mawk mcookie md5sum mkdir mkfifo mknod mktemp
  more mount mountpoint mv namei nawk newgrp nice nisdomainname nl nohup nproc nsenter numfmt od ostree pager partx passwd paste pathchk
  pidof pinentry pinentry-curses pinky pldd pr printenv printf prlimit ptx pwd rbash readlink realpath rename.ul renice reset rev rgrep
  rm rmdir rofiles-fuse run-parts runcon savelog script scriptlive scriptreplay sdiff sed seq setarch setfattr setpriv setsid setterm sg
  sh sha1sum sha224sum sha256sum sha384sum sha512sum shred shuf sleep snapper sort split sqv stat stdbuf stty su sum sync tabs tac tail
  tar taskset tee tempfile test tic timeout toe touch tput tr true truncate tset tsort tty tzselect uclampset umount uname uncompress
  unexpand uniq unlink unshare update-alternatives users vdir wall wc wdctl whereis which which.debianutils who whoami x86_64 xargs yes
  ypdomainname zcat zcmp zdiff zdump zegrep zfgrep zforce zgrep zless zmore znew
`);

/** Executables of /usr/sbin. */
export const SBIN = words(`
  add-shell addgroup adduser agetty badblocks blkdiscard blkid blkzone blockdev chcpu chgpasswd chmem chpasswd chroot debugfs delgroup
  deluser dumpe2fs e2freefrag e2fsck e2image e2label e2mmpstatus e2scrub e2scrub_all e2undo e4crypt e4defrag faillock filefrag findfs
  fsck fsck.btrfs fsck.ext2 fsck.ext3 fsck.ext4 fsfreeze fstab-decode fstrim getty groupadd groupdel groupmod grpck grpconv grpunconv
  iconvconfig installkernel invoke-rc.d isosize killall5 ldattach ldconfig logsave losetup mke2fs mkfs mkfs.btrfs mkfs.ext2 mkfs.ext3
  mkfs.ext4 mkhomedir_helper mklost+found mksubvolume mkswap newusers nologin pam-auth-update pam_getenv pam_namespace_helper
  pam_timestamp_check pivot_root pwck pwconv pwhistory_helper pwunconv readprofile remove-shell resize2fs rmt rmt-tar rtcwake runuser
  service shadowconfig snapperd start-stop-daemon sulogin swaplabel swapoff swapon switch_root tarcat tune2fs unix_chkpwd unix_update
  update-passwd update-rc.d update-shells useradd userdel usermod vigr vipw wipefs zic zramctl
`);

/** Files of /etc whose contents nobody asks for. */
export const ETC = words(`
  X11/Xsession.d/90gpg-agent adduser.conf alternatives/README bash.bashrc bindresvport.blacklist debconf.conf default/nss default/snapper
  default/useradd deluser.conf e2scrub.conf fstab gai.conf group- host.conf inputrc ld.so.cache ld.so.conf ld.so.conf.d/libc.conf
  ld.so.conf.d/x86_64-linux-gnu.conf libaudit.conf logcheck/ignore.d.server/gpg-agent login.defs mke2fs.conf motd nsswitch.conf pam.conf pam.d/chfn
  pam.d/chpasswd pam.d/chsh pam.d/common-account pam.d/common-auth pam.d/common-password pam.d/common-session
  pam.d/common-session-noninteractive pam.d/login pam.d/newusers pam.d/other pam.d/passwd pam.d/runuser pam.d/runuser-l pam.d/su
  pam.d/su-l passwd- profile security/access.conf security/faillock.conf security/group.conf security/limits.conf security/namespace.conf
  security/namespace.init security/opasswd security/pam_env.conf security/pwhistory.conf security/sepermit.conf security/time.conf
  selinux/semanage.conf subgid subuid systemd/system/multi-user.target.wants/e2scrub_reap.service
  systemd/system/sysinit.target.wants/snapperd.service systemd/system/timers.target.wants/apt-daily-upgrade.timer
  systemd/system/timers.target.wants/apt-daily.timer systemd/system/timers.target.wants/dpkg-db-backup.timer
  systemd/system/timers.target.wants/e2scrub_all.timer systemd/system/timers.target.wants/fstrim.timer
  systemd/system/timers.target.wants/snapper-boot.timer systemd/system/timers.target.wants/snapper-cleanup.timer
  systemd/system/timers.target.wants/snapper-timeline.timer systemd/user/sockets.target.wants/dirmngr.socket
  systemd/user/sockets.target.wants/gpg-agent-browser.socket systemd/user/sockets.target.wants/gpg-agent-extra.socket
  systemd/user/sockets.target.wants/gpg-agent-ssh.socket systemd/user/sockets.target.wants/gpg-agent.socket
  systemd/user/sockets.target.wants/keyboxd.socket terminfo/README update-motd.d/10-uname xattr.conf
`);

/** Directories of /etc with nothing in them. */
export const EMPTY_ETC = words(`
  gss/mech.d kernel/postinst.d opt ostree/remotes.d profile.d security/limits.d security/namespace.d skel snapper/configs
`);
