/** openSUSE MicroOS: packages of Fedora's tables under their names and in their places there. */
import type { Place, ProductPlan } from "../../../image/generator/product-plan.ts";
import { MICROOS_RELEASES } from "./releases.ts";

export const plan: ProductPlan = {
  name: "microos",
  folder: new URL(".", import.meta.url),
  title: "openSUSE MicroOS",
  ref: "opensuse/tumbleweed/x86_64/microos",
  isImage: false,
  sets: [],
  without: [],
  links: [
    ["systemd", "/usr/lib/systemd/system/default.target", "multi-user.target"],
    ["-", "/usr/etc/systemd/system/multi-user.target.wants/sshd.service", "/usr/lib/systemd/system/sshd.service"],
    ["-", "/usr/etc/systemd/system/multi-user.target.wants/health-checker.service", "/usr/lib/systemd/system/health-checker.service"],
    ["-", "/usr/etc/systemd/system/timers.target.wants/transactional-update.timer", "/usr/lib/systemd/system/transactional-update.timer"],
    [
      "-",
      "/usr/etc/systemd/system/timers.target.wants/transactional-update-cleanup.timer",
      "/usr/lib/systemd/system/transactional-update-cleanup.timer",
    ],
    ["MicroOS-release", "/usr/etc/os-release", "../usr/lib/os-release"],
    ["MicroOS-release", "/usr/etc/issue", "../usr/lib/issue"],
    ["filesystem", "/var/run", "/run"],
  ],
  dropped: [],
  releases: MICROOS_RELEASES,
  place: placeInMicroOs,
  keepsTimes: true,
};

/** Programs that have to do with the system itself; what users have is in /usr/bin. */
const SYSTEM_PROGRAMS =
  /^\/usr\/bin\/(btrfs|chroot|grub2-mkconfig|groupadd|groupdel|health-checker|halt|init|poweroff|reboot|shutdown|transactional-update|tukit|useradd|userdel|usermod)$/;
/** What vendors say is in /usr/etc, where /etc says nothing else. */
const VENDOR =
  /^\/usr\/etc\/(environment|login\.defs|nanorc|nsswitch\.conf|protocols|services|transactional-update\.conf|tukit\.conf|zypp\/zypp\.conf.*)$/;
const NOT_THERE =
  /^\/(home|media|mnt|opt|ostree|root|srv|sysroot|usr\/sbin|usr\/local|usr\/tmp|usr\/lib\/sysimage\/rpm)$|ostree|fedora|^\/usr\/etc\/(bashrc|redhat-release|filesystems|systemd\/system\/multi-user.target.wants\/firewalld.service)$|^\/usr\/lib\/(passwd|group)$|initramfs\.img$|^\/usr\/etc\/(systemd\/system\/.*(resolve1|systemd-resolved|systemd-oomd|userdbd).*|resolv\.conf)$/;

function placeInMicroOs(path: string, pkg: string): Place | undefined {
  if (NOT_THERE.test(path)) return undefined;
  const owner = /^\/(bin|lib|lib64|sbin)$/.test(path) ? "filesystem" : path.startsWith("/usr/lib/modules/") ? "kernel-default" : pkg;
  if (SYSTEM_PROGRAMS.test(path)) return { path: path.replace("/usr/bin/", "/usr/sbin/"), pkg: owner };
  return { path: VENDOR.test(path) ? path : path.replace(/^\/usr\/etc\//, "/etc/"), pkg: owner };
}
