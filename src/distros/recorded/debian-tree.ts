/**
 * What a minimal Debian 13 has besides programs and configuration: its libraries, terminal descriptions, licences and units, as
 * debootstrap unpacks them (minbase with attr, btrfs-progs, e2fsprogs, ostree and snapper) and the recorder's script leaves them.
 */
import type { PlantedFile } from "./planted.ts";

/** A directory and a colon, then its names as `ls -F` marks them, but a link's target after ">". */
const TREE = `
  run: lock/ mount/
  usr: games/ include/ src/
  usr/lib/gnupg: dirmngr_ldap* gpg-check-pattern* gpg-preset-passphrase* gpg-protect-tool* keyboxd*
  usr/lib/gnupg2: gpg-preset-passphrase>../gnupg/gpg-preset-passphrase gpg-protect-tool>../gnupg/gpg-protect-tool
  usr/lib/init: init-d-script* vars.sh
  usr/lib/locale/C.utf8:
    LC_ADDRESS LC_COLLATE LC_CTYPE LC_IDENTIFICATION LC_MEASUREMENT LC_MONETARY LC_NAME LC_NUMERIC LC_PAPER LC_TELEPHONE LC_TIME
  usr/lib/locale/C.utf8/LC_MESSAGES: SYS_LC_MESSAGES
  usr/lib/lsb: init-functions
  usr/lib/lsb/init-functions.d: 00-verbose
  usr/lib/mime/packages: tar util-linux
  usr/lib/ostree: ostree-prepare-root* ostree-remount*
  usr/lib: sasl2/
  usr/lib/snapper: installation-helper* systemd-helper*
  usr/lib/systemd/system:
    apt-daily-upgrade.service apt-daily-upgrade.timer apt-daily.service apt-daily.timer dpkg-db-backup.service dpkg-db-backup.timer
    e2scrub@.service e2scrub_all.service e2scrub_all.timer e2scrub_fail@.service e2scrub_reap.service fstrim.service fstrim.timer
    pam_namespace.service snapper-boot.service snapper-boot.timer snapper-cleanup.service snapper-cleanup.timer
    snapper-timeline.service snapper-timeline.timer snapperd.service
  usr/lib/systemd/user:
    dirmngr.service dirmngr.socket gpg-agent-browser.socket gpg-agent-extra.socket gpg-agent-ssh.socket gpg-agent.service
    gpg-agent.socket keyboxd.service keyboxd.socket
  usr/lib/tmpfiles.d: libselinux1.conf passwd.conf
  usr/lib/udev/rules.d: 64-btrfs-dm.rules 64-btrfs-zoned.rules 64-ext4.rules 96-e2scrub.rules
  usr/lib/x86_64-linux-gnu/avahi: service-types.db
  usr/lib/x86_64-linux-gnu/engines-3: afalg.so loader_attic.so padlock.so
  usr/lib/x86_64-linux-gnu/gio: modules/
  usr/lib/x86_64-linux-gnu/glib-2.0: gio-launch-desktop* gio-querymodules* glib-compile-schemas*
  usr/lib/x86_64-linux-gnu/krb5/plugins: libkrb5/
  usr/lib/x86_64-linux-gnu/krb5/plugins/preauth: spake.so
  usr/lib/x86_64-linux-gnu:
    ld-linux-x86-64.so.2* libBrokenLocale.so.1 libacl.so.1>libacl.so.1.1.2302 libacl.so.1.1.2302 libanl.so.1
    libapt-pkg.so.7.0>libapt-pkg.so.7.0.0 libapt-pkg.so.7.0.0 libapt-private.so.0.0>libapt-private.so.0.0.0 libapt-private.so.0.0.0
    libarchive.so.13>libarchive.so.13.7.4 libarchive.so.13.7.4 libassuan.so.9>libassuan.so.9.0.2 libassuan.so.9.0.2
    libatomic.so.1>libatomic.so.1.2.0 libatomic.so.1.2.0 libattr.so.1>libattr.so.1.1.2502 libattr.so.1.1.2502
    libaudit.so.1>libaudit.so.1.0.0 libaudit.so.1.0.0 libavahi-client.so.3>libavahi-client.so.3.2.9 libavahi-client.so.3.2.9
    libavahi-common.so.3>libavahi-common.so.3.5.4 libavahi-common.so.3.5.4 libavahi-glib.so.1>libavahi-glib.so.1.0.2
    libavahi-glib.so.1.0.2 libblkid.so.1>libblkid.so.1.1.0 libblkid.so.1.1.0 libboost_thread.so.1.83.0
    libbrotlicommon.so.1>libbrotlicommon.so.1.1.0 libbrotlicommon.so.1.1.0 libbrotlidec.so.1>libbrotlidec.so.1.1.0
    libbrotlidec.so.1.1.0 libbrotlienc.so.1>libbrotlienc.so.1.1.0 libbrotlienc.so.1.1.0 libbsd.so.0>libbsd.so.0.12.2
    libbsd.so.0.12.2 libbtrfs.so.0>libbtrfs.so.0.1.4 libbtrfs.so.0.1>libbtrfs.so.0.1.4 libbtrfs.so.0.1.4 libbz2.so.1>libbz2.so.1.0.4
    libbz2.so.1.0>libbz2.so.1.0.4 libbz2.so.1.0.4 libc.so.6* libc_malloc_debug.so.0 libcap-ng.so.0>libcap-ng.so.0.0.0
    libcap-ng.so.0.0.0 libcap.so.2>libcap.so.2.75 libcap.so.2.75 libcom_err.so.2>libcom_err.so.2.1 libcom_err.so.2.1
    libcrypt.so.1>libcrypt.so.1.1.0 libcrypt.so.1.1.0 libcrypto.so.3 libcurl-gnutls.so.3>libcurl-gnutls.so.4
    libcurl-gnutls.so.4>libcurl-gnutls.so.4.8.0 libcurl-gnutls.so.4.8.0 libdb-5.3.so libdbus-1.so.3>libdbus-1.so.3.38.3
    libdbus-1.so.3.38.3 libdebconfclient.so.0>libdebconfclient.so.0.0.0 libdebconfclient.so.0.0.0 libdl.so.2
    libdrop_ambient.so.0>libdrop_ambient.so.0.0.0 libdrop_ambient.so.0.0.0 libe2p.so.2>libe2p.so.2.3 libe2p.so.2.3
    libext2fs.so.2>libext2fs.so.2.4 libext2fs.so.2.4 libffi.so.8>libffi.so.8.1.4 libffi.so.8.1.4 libformw.so.6>libformw.so.6.5
    libformw.so.6.5 libfuse3.so.3.17.2 libfuse3.so.4>libfuse3.so.3.17.2 libgcc_s.so.1 libgcrypt.so.20>libgcrypt.so.20.5.0
    libgcrypt.so.20.5.0 libgio-2.0.so.0>libgio-2.0.so.0.8400.4 libgio-2.0.so.0.8400.4 libglib-2.0.so.0>libglib-2.0.so.0.8400.4
    libglib-2.0.so.0.8400.4 libgmodule-2.0.so.0>libgmodule-2.0.so.0.8400.4 libgmodule-2.0.so.0.8400.4 libgmp.so.10>libgmp.so.10.5.0
    libgmp.so.10.5.0 libgnutls.so.30>libgnutls.so.30.40.3 libgnutls.so.30.40.3 libgobject-2.0.so.0>libgobject-2.0.so.0.8400.4
    libgobject-2.0.so.0.8400.4 libgpg-error.so.0>libgpg-error.so.0.38.0 libgpg-error.so.0.38.0 libgpgme-pthread.so.11>libgpgme.so.11
    libgpgme.so.11>libgpgme.so.11.33.2 libgpgme.so.11.33.2 libgssapi_krb5.so.2>libgssapi_krb5.so.2.2 libgssapi_krb5.so.2.2
    libgthread-2.0.so.0>libgthread-2.0.so.0.8400.4 libgthread-2.0.so.0.8400.4 libhistory.so.8>libhistory.so.8.2 libhistory.so.8.2
    libhogweed.so.6>libhogweed.so.6.10 libhogweed.so.6.10 libidn2.so.0>libidn2.so.0.4.0 libidn2.so.0.4.0
    libjson-c.so.5>libjson-c.so.5.4.0 libjson-c.so.5.4.0 libk5crypto.so.3>libk5crypto.so.3.1 libk5crypto.so.3.1
    libkeyutils.so.1>libkeyutils.so.1.10 libkeyutils.so.1.10 libkrb5.so.3>libkrb5.so.3.3 libkrb5.so.3.3
    libkrb5support.so.0>libkrb5support.so.0.1 libkrb5support.so.0.1 libksba.so.8>libksba.so.8.14.7 libksba.so.8.14.7
    liblastlog2.so.2>liblastlog2.so.2.0.0 liblastlog2.so.2.0.0 liblber.so.2>liblber.so.2.0.200 liblber.so.2.0.200
    libldap.so.2>libldap.so.2.0.200 libldap.so.2.0.200 liblz4.so.1>liblz4.so.1.10.0 liblz4.so.1.10.0 liblzma.so.5>liblzma.so.5.8.1
    liblzma.so.5.8.1 liblzo2.so.2>liblzo2.so.2.0.0 liblzo2.so.2.0.0 libm.so.6 libmd.so.0>libmd.so.0.1.0 libmd.so.0.1.0
    libmemusage.so libmenuw.so.6>libmenuw.so.6.5 libmenuw.so.6.5 libmount.so.1>libmount.so.1.1.0 libmount.so.1.1.0 libmvec.so.1
    libncursesw.so.6>libncursesw.so.6.5 libncursesw.so.6.5 libnettle.so.8>libnettle.so.8.10 libnettle.so.8.10
    libnghttp2.so.14>libnghttp2.so.14.28.3 libnghttp2.so.14.28.3 libnghttp3.so.9>libnghttp3.so.9.2.6 libnghttp3.so.9.2.6
    libngtcp2.so.16>libngtcp2.so.16.2.9 libngtcp2.so.16.2.9 libngtcp2_crypto_gnutls.so.8>libngtcp2_crypto_gnutls.so.8.2.0
    libngtcp2_crypto_gnutls.so.8.2.0 libnpth.so.0>libnpth.so.0.3.0 libnpth.so.0.3.0 libnsl.so.1 libnss_compat.so.2 libnss_dns.so.2
    libnss_files.so.2 libnss_hesiod.so.2 libostree-1.so.1>libostree-1.so.1.0.0 libostree-1.so.1.0.0
    libp11-kit.so.0>libp11-kit.so.0.4.1 libp11-kit.so.0.4.1 libpam.so.0>libpam.so.0.85.1 libpam.so.0.85.1
    libpam_misc.so.0>libpam_misc.so.0.82.1 libpam_misc.so.0.82.1 libpamc.so.0>libpamc.so.0.82.1 libpamc.so.0.82.1
    libpanelw.so.6>libpanelw.so.6.5 libpanelw.so.6.5 libpcprofile.so libpcre2-8.so.0>libpcre2-8.so.0.14.0 libpcre2-8.so.0.14.0
    libpsl.so.5>libpsl.so.5.3.4 libpsl.so.5.3.4 libpsx.so.2>libpsx.so.2.75 libpsx.so.2.75 libpthread.so.0
    libreadline.so.8>libreadline.so.8.2 libreadline.so.8.2 libreiserfscore.so.0>libreiserfscore.so.0.0.0 libreiserfscore.so.0.0.0
    libresolv.so.2 librt.so.1 librtmp.so.1 libsasl2.so.2>libsasl2.so.2.0.25 libsasl2.so.2.0.25 libseccomp.so.2>libseccomp.so.2.6.0
    libseccomp.so.2.6.0 libselinux.so.1 libsemanage.so.2 libsepol.so.2 libsmartcols.so.1>libsmartcols.so.1.1.0 libsmartcols.so.1.1.0
    libsnapper.so.7>libsnapper.so.7.2.0 libsnapper.so.7.2.0 libsqlite3.so.0>libsqlite3.so.0.8.6 libsqlite3.so.0.8.6
    libss.so.2>libss.so.2.0 libss.so.2.0 libssh2.so.1>libssh2.so.1.0.1 libssh2.so.1.0.1 libssl.so.3
    libstdc++.so.6>libstdc++.so.6.0.33 libstdc++.so.6.0.33 libsystemd.so.0>libsystemd.so.0.40.0 libsystemd.so.0.40.0
    libtasn1.so.6>libtasn1.so.6.6.4 libtasn1.so.6.6.4 libthread_db.so.1 libtic.so.6>libtic.so.6.5 libtic.so.6.5
    libtinfo.so.6>libtinfo.so.6.5 libtinfo.so.6.5 libudev.so.1>libudev.so.1.7.10 libudev.so.1.7.10
    libunistring.so.5>libunistring.so.5.2.0 libunistring.so.5.2.0 libutil.so.1 libuuid.so.1>libuuid.so.1.3.0 libuuid.so.1.3.0
    libxml2.so.2>libxml2.so.2.9.14 libxml2.so.2.9.14 libxxhash.so.0>libxxhash.so.0.8.3 libxxhash.so.0.8.3 libz.so.1>libz.so.1.3.1
    libz.so.1.3.1 libzstd.so.1>libzstd.so.1.5.7 libzstd.so.1.5.7
  usr/lib/x86_64-linux-gnu/ossl-modules: legacy.so
  usr/lib/x86_64-linux-gnu/sasl2: libsasldb.so>libsasldb.so.2.0.25 libsasldb.so.2>libsasldb.so.2.0.25 libsasldb.so.2.0.25
  usr/lib/x86_64-linux-gnu/security:
    pam_access.so pam_canonicalize_user.so pam_debug.so pam_deny.so pam_echo.so pam_env.so pam_exec.so pam_faildelay.so
    pam_faillock.so pam_filter.so pam_ftp.so pam_group.so pam_issue.so pam_keyinit.so pam_limits.so pam_listfile.so pam_localuser.so
    pam_loginuid.so pam_mail.so pam_mkhomedir.so pam_motd.so pam_namespace.so pam_nologin.so pam_permit.so pam_pwhistory.so
    pam_rhosts.so pam_rootok.so pam_securetty.so pam_selinux.so pam_sepermit.so pam_setquota.so pam_shells.so pam_stress.so
    pam_succeed_if.so pam_time.so pam_timestamp.so pam_tty_audit.so pam_umask.so pam_unix.so pam_userdb.so pam_usertype.so
    pam_warn.so pam_wheel.so pam_xauth.so
  usr/libexec/coreutils: libstdbuf.so*
  usr/libexec/dpkg: dpkg-db-backup* dpkg-db-keeper*
  usr/libexec/e2fsprogs: e2scrub_all_cron* e2scrub_fail*
  usr/share/apt: default-sequoia.config
  usr/share/base-files: dot.bashrc dot.profile dot.profile.md5sums info.dir motd profile profile.md5sums staff-group-for-usr-local
  usr/share/base-passwd: group.master passwd.master
  usr/share/common-licenses:
    AGPL-3.0 Apache-2.0 Artistic Artistic-2.0 BSD BSL-1.0 CC-BY-3.0 CC-BY-4.0 CC-BY-SA-3.0 CC-BY-SA-4.0 CC0-1.0 GFDL>GFDL-1.3
    GFDL-1.1 GFDL-1.2 GFDL-1.3 GPL>GPL-3 GPL-1 GPL-2 GPL-3 LGPL>LGPL-3 LGPL-2 LGPL-2.1 LGPL-3 MPL-1.1 MPL-2.0 OFL-1.1
  usr/share/dbus-1/system-services: org.opensuse.Snapper.service
  usr/share/dbus-1/system.d: org.opensuse.Snapper.conf
  usr/share/debconf: confmodule confmodule.sh debconf.conf fix_db.pl* frontend*
  usr/share/debianutils: shells
  usr/share/debianutils/shells.d: bash dash
  usr/share: dict/ misc/
  usr/share/doc-base: base-passwd.users-and-groups findutils.findutils
  usr/share/dpkg: abitable cputable ostable tupletable
  usr/share/dpkg/sh: dpkg-error.sh
  usr/share/fish/completions: sqv.fish
  usr/share/gcc/python/libstdcxx: __init__.py
  usr/share/gcc/python/libstdcxx/v6: __init__.py printers.py xmethods.py
  usr/share/gdb/auto-load/usr/lib/x86_64-linux-gnu: libstdc++.so.6.0.33-gdb.py
  usr/share/glib-2.0: schemas/
  usr/share/gnupg:
    distsigkey.gpg help.be.txt help.ca.txt help.cs.txt help.da.txt help.de.txt help.el.txt help.eo.txt help.es.txt help.et.txt
    help.fi.txt help.fr.txt help.gl.txt help.hu.txt help.id.txt help.it.txt help.ja.txt help.nb.txt help.pl.txt help.pt.txt
    help.pt_BR.txt help.ro.txt help.ru.txt help.sk.txt help.sv.txt help.tr.txt help.txt help.zh_CN.txt help.zh_TW.txt
  usr/share/initramfs-tools/hooks: btrfs*
  usr/share/initramfs-tools/scripts/local-premount: btrfs*
  usr/share/keyrings:
    debian-archive-bookworm-automatic.gpg>debian-archive-bookworm-automatic.pgp debian-archive-bookworm-automatic.pgp
    debian-archive-bookworm-security-automatic.gpg>debian-archive-bookworm-security-automatic.pgp
    debian-archive-bookworm-security-automatic.pgp debian-archive-bookworm-stable.gpg>debian-archive-bookworm-stable.pgp
    debian-archive-bookworm-stable.pgp debian-archive-bullseye-automatic.gpg>debian-archive-bullseye-automatic.pgp
    debian-archive-bullseye-automatic.pgp
    debian-archive-bullseye-security-automatic.gpg>debian-archive-bullseye-security-automatic.pgp
    debian-archive-bullseye-security-automatic.pgp debian-archive-bullseye-stable.gpg>debian-archive-bullseye-stable.pgp
    debian-archive-bullseye-stable.pgp debian-archive-keyring.gpg>debian-archive-keyring.pgp debian-archive-keyring.pgp
    debian-archive-removed-keys.gpg>debian-archive-removed-keys.pgp debian-archive-removed-keys.pgp
    debian-archive-trixie-automatic.gpg>debian-archive-trixie-automatic.pgp debian-archive-trixie-automatic.pgp
    debian-archive-trixie-security-automatic.gpg>debian-archive-trixie-security-automatic.pgp
    debian-archive-trixie-security-automatic.pgp debian-archive-trixie-stable.gpg>debian-archive-trixie-stable.pgp
    debian-archive-trixie-stable.pgp
  usr/share/libc-bin: nsswitch.conf
  usr/share/libgcrypt20: clean-up-unmanaged-libraries*
  usr/share/menu: bash dash
  usr/share/ostree/trusted.gpg.d: README-gpg
  usr/share/pam-configs: mkhomedir unix
  usr/share/pam:
    common-account common-account.md5sums common-auth common-auth.md5sums common-password common-password.md5sums common-session
    common-session-noninteractive common-session-noninteractive.md5sums common-session.md5sums
  usr/share/pixmaps: debian-logo.png
  usr/share/polkit-1/actions: org.dpkg.pkexec.update-alternatives.policy
  usr/share/readline: inputrc
  usr/share/snapper/config-templates: default
  usr/share/snapper/filters: base.txt lvm.txt x11.txt
  usr/share/tabset: std stdcrt vt100 vt300
  usr/share/terminfo/E: Eterm Eterm-color>Eterm
  usr/share/terminfo/a: ansi
  usr/share/terminfo/c: cons25 cygwin
  usr/share/terminfo/d: dumb
  usr/share/terminfo/h: hurd
  usr/share/terminfo/l: linux
  usr/share/terminfo/m: mach mach-bold mach-color mach-gnu mach-gnu-color
  usr/share/terminfo/p: pcansi
  usr/share/terminfo/r: rxvt rxvt-basic rxvt-m>rxvt-basic rxvt-unicode rxvt-unicode-256color
  usr/share/terminfo/s: screen screen-256color screen-256color-bce screen-bce screen-s screen-w screen.xterm-256color sun
  usr/share/terminfo/t: tmux tmux-256color
  usr/share/terminfo/v: vt100 vt102 vt220 vt52
  usr/share/terminfo/w: wsvt25 wsvt25m
  usr/share/terminfo/x: xterm xterm-256color xterm-color xterm-debian>xterm xterm-mono xterm-r5 xterm-r6 xterm-vt220 xterm-xfree86
  usr/share/util-linux/logcheck/ignore.d.server: util-linux
  usr/share/zsh/site-functions: _snapper
  usr/share/zsh/vendor-completions: _sqv
`;

type PlantedNode =
  | ({ readonly kind: "file" } & PlantedFile)
  | { readonly kind: "link"; readonly path: string; readonly target: string }
  | { readonly kind: "directory"; readonly path: string };

/** In the order of their names. @simplified A file holds its own name: contents that nobody reads take no room. */
export const DEBIAN_TREE: readonly PlantedNode[] = TREE.trim()
  .split(/\s+(?=\S+:\s)/)
  .flatMap((group) => {
    const [directory = "", ...names] = group.split(/:?\s+/);
    return names.map((word): PlantedNode => {
      const [, name = "", mark = "", target = ""] = /^([^>*/]+)([>*/]?)(.*)$/.exec(word) ?? [];
      const path = `${directory}/${name}`;
      if (mark === ">") return { kind: "link", path, target };
      if (mark === "/") return { kind: "directory", path };
      return { kind: "file", path, text: `${name}\n`, mode: mark === "*" ? 0o755 : 0o644 };
    });
  });
