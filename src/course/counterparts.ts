/**
 * What people do with a core, and how each kind of system does it: rpm-ostree, bootc, openSUSE's snapshots, ABRoot's two roots, and a
 * classic system, where there is no core. Sources: the manual page of each tool.
 *
 * In a line `<name>` stands for one word and `<name…>` for one or more; a line that is typed is recognised with `sudo` or without.
 */
import type { Tools } from "../distros/offers.ts";

/** A way there: lines to type, in this order. */
export interface Way {
  readonly lines: readonly [string, ...string[]];
  /** Other lines that people type for it. */
  readonly also?: readonly string[];
  /** What is different there. */
  readonly note?: string;
}

/** There is no command for it. */
export interface NoWay {
  readonly note: string;
}

export interface Deed {
  /** In the infinitive, e.g. "install a package". */
  readonly name: string;
  readonly ways: Readonly<Record<Tools, Way | NoWay>>;
}

const IMAGE_IS_BUILT = "The image is built elsewhere: add it to the Containerfile, build and push, then take the new image here.";
const NO_VERSIONS = "There is one root and no older version of it: nothing to choose, nothing to go back to.";

export const DEEDS: readonly Deed[] = [
  {
    name: "see which versions there are",
    ways: {
      "rpm-ostree": { lines: ["rpm-ostree status"], also: ["ostree admin status"] },
      bootc: { lines: ["sudo bootc status"] },
      "transactional-update": {
        lines: ["sudo snapper list"],
        also: ["snapper ls"],
        note: "+ is the next boot, - the running one, * both.",
      },
      abroot: { lines: ["sudo abroot status"], note: "There are always two: the present root and the future one." },
      apt: { note: NO_VERSIONS },
    },
  },
  {
    name: "look for an update",
    ways: {
      "rpm-ostree": { lines: ["rpm-ostree upgrade --check"], also: ["rpm-ostree update --check", "rpm-ostree upgrade --preview"] },
      bootc: { lines: ["sudo bootc upgrade --check"] },
      "transactional-update": { lines: ["zypper list-updates"], also: ["zypper lu"] },
      abroot: { lines: ["abroot upgrade --check-only"], also: ["abroot upgrade -c"] },
      apt: { lines: ["sudo apt update", "apt list --upgradable"], also: ["apt-get update"] },
    },
  },
  {
    name: "update the system",
    ways: {
      "rpm-ostree": { lines: ["rpm-ostree upgrade"], also: ["rpm-ostree update"] },
      bootc: { lines: ["sudo bootc upgrade"], also: ["bootc update"] },
      "transactional-update": { lines: ["sudo transactional-update dup"], also: ["transactional-update", "transactional-update up"] },
      abroot: { lines: ["sudo abroot upgrade"] },
      apt: {
        lines: ["sudo apt update", "sudo apt upgrade"],
        also: ["apt upgrade", "apt full-upgrade", "apt-get upgrade", "apt-get dist-upgrade"],
        note: "It changes the running system, file by file: no reboot, and no way back.",
      },
    },
  },
  {
    name: "install a package",
    ways: {
      "rpm-ostree": { lines: ["rpm-ostree install <package…>"] },
      bootc: { note: IMAGE_IS_BUILT },
      "transactional-update": {
        lines: ["sudo transactional-update pkg install <package…>"],
        also: ["transactional-update pkg in <package…>"],
        note: "A second run starts from the running system again, unless it is told --continue.",
      },
      abroot: {
        lines: ["sudo abroot pkg add <package…>", "sudo abroot pkg apply"],
        note: "Adding only notes it down; applying builds the other root.",
      },
      apt: { lines: ["sudo apt install <package…>"], also: ["apt-get install <package…>"] },
    },
  },
  {
    name: "remove a package that was added",
    ways: {
      "rpm-ostree": {
        lines: ["rpm-ostree uninstall <package…>"],
        also: ["rpm-ostree remove <package…>"],
        note: "A package of the image itself is left out with rpm-ostree override remove.",
      },
      bootc: { note: IMAGE_IS_BUILT },
      "transactional-update": {
        lines: ["sudo transactional-update pkg remove <package…>"],
        also: ["transactional-update pkg rm <package…>"],
      },
      abroot: { lines: ["sudo abroot pkg remove <package…>", "sudo abroot pkg apply"] },
      apt: { lines: ["sudo apt remove <package…>"], also: ["apt-get remove <package…>", "apt purge <package…>"] },
    },
  },
  {
    name: "find a package",
    ways: {
      "rpm-ostree": { lines: ["rpm-ostree search <word>"], also: ["dnf search <word>"] },
      bootc: { lines: ["dnf search <word>"] },
      "transactional-update": { lines: ["zypper search <word>"], also: ["zypper se <word>"] },
      abroot: { note: "apt is locked away on the host. A subsystem of apx has its own, and searches with apx <name> search <word>." },
      apt: { lines: ["apt search <word>"], also: ["apt-cache search <word>"] },
    },
  },
  {
    name: "go back to the version before",
    ways: {
      "rpm-ostree": { lines: ["rpm-ostree rollback"], note: "It becomes the default; boot it with a reboot." },
      bootc: { lines: ["sudo bootc rollback"] },
      "transactional-update": {
        lines: ["sudo transactional-update rollback last"],
        also: ["transactional-update rollback", "transactional-update rollback <number>", "snapper rollback"],
        note: "Its /etc goes back with it. Booted into an old snapshot, transactional-update rollback alone keeps that one.",
      },
      abroot: {
        lines: ["sudo abroot rollback"],
        note: "First choose Previous State in the boot menu: it makes the root that is running the present one.",
      },
      apt: { note: NO_VERSIONS },
    },
  },
  {
    name: "take another image or release",
    ways: {
      "rpm-ostree": { lines: ["rpm-ostree rebase <source>"] },
      bootc: { lines: ["sudo bootc switch <source>"] },
      "transactional-update": { note: "Change the repositories with zypper, then transactional-update dup." },
      abroot: { lines: ["sudo abroot rebase <source>"] },
      apt: { note: "Change /etc/apt/sources.list.d, then apt update and apt full-upgrade: in place, with no way back." },
    },
  },
  {
    name: "see the kernel's arguments",
    ways: {
      "rpm-ostree": { lines: ["rpm-ostree kargs"], note: "Those of the next boot; /proc/cmdline has those of this one." },
      bootc: { lines: ["cat /proc/cmdline"] },
      "transactional-update": { lines: ["cat /proc/cmdline"] },
      abroot: { lines: ["abroot kargs show"] },
      apt: { lines: ["cat /proc/cmdline"] },
    },
  },
  {
    name: "keep a version from being cleaned up",
    ways: {
      "rpm-ostree": { lines: ["sudo ostree admin pin <number>"] },
      bootc: { note: "bootc itself has no word for it; ostree admin pin below it does it." },
      "transactional-update": { lines: ['sudo snapper modify --cleanup-algorithm "" <number>'], also: ['snapper modify -c "" <number>'] },
      abroot: { note: "There are two roots, and an update writes over the older one." },
      apt: { note: NO_VERSIONS },
    },
  },
  {
    name: "clean up what is not needed",
    ways: {
      "rpm-ostree": { lines: ["rpm-ostree cleanup -m -p"], also: ["rpm-ostree cleanup", "rpm-ostree cleanup -r", "ostree admin cleanup"] },
      bootc: { note: "An upgrade does it." },
      "transactional-update": { lines: ["sudo transactional-update cleanup"], also: ["snapper cleanup number"] },
      abroot: { note: "There are two roots, always." },
      apt: { lines: ["sudo apt autoremove"], also: ["apt-get autoremove", "apt clean", "apt autoclean"] },
    },
  },
  {
    name: "make the core writable until the next boot",
    ways: {
      "rpm-ostree": { lines: ["sudo rpm-ostree usroverlay"], also: ["ostree admin unlock"] },
      bootc: { lines: ["sudo bootc usr-overlay"], also: ["bootc usroverlay"] },
      "transactional-update": {
        note: "There is none. transactional-update shell changes a new snapshot; btrfs property set / ro false changes the running one for good.",
      },
      abroot: { note: "There is none." },
      apt: { note: "It is writable always, and what is changed stays changed." },
    },
  },
  {
    name: "change files of the core by hand",
    ways: {
      "rpm-ostree": { note: "Put them into a package or an image; ostree admin unlock --hotfix lasts until the next update." },
      bootc: { note: IMAGE_IS_BUILT },
      "transactional-update": { lines: ["sudo transactional-update shell"], also: ["transactional-update run <command…>"] },
      abroot: { note: "Build an image of your own and take it with abroot rebase." },
      apt: { note: "Root may, and the next update of the package may write over it." },
    },
  },
  {
    name: "put an installed package to use without a reboot",
    ways: {
      "rpm-ostree": { lines: ["sudo rpm-ostree apply-live"] },
      bootc: { note: "There is none: reboot." },
      "transactional-update": { lines: ["sudo transactional-update apply"] },
      abroot: { note: "There is none: reboot." },
      apt: { note: "It is in use as soon as it is installed." },
    },
  },
  {
    name: "see what an update changes",
    ways: {
      "rpm-ostree": { lines: ["rpm-ostree db diff"] },
      bootc: { note: "bootc upgrade --check tells the layers, not the packages." },
      "transactional-update": { lines: ["sudo snapper status <one..other>"], also: ["snapper diff <one..other>"] },
      abroot: { lines: ["abroot upgrade --check-only"] },
      apt: { lines: ["apt list --upgradable"] },
    },
  },
];
