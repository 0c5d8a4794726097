/** The machines that a page offers, as it tells of them: data alone, so that a page knows of a machine before any of it has come. */

/** Systems by the tool that replaces their core. */
export const TOOLS = ["rpm-ostree", "bootc", "transactional-update", "abroot", "apt"] as const;
export type Tools = (typeof TOOLS)[number];

export interface OfferedFlavour {
  /** One of the distro's `flavours`; the first is what a page starts with. */
  readonly id: string;
  readonly name: string;
  readonly about: string;
}

export interface Offer {
  /** As in `?machine=silverblue`. */
  readonly name: string;
  readonly title: string;
  /** One line for who chooses. */
  readonly about: string;
  /** Above the prompt, until something has happened. */
  readonly welcome: string;
  readonly tools: Tools;
  readonly flavours: readonly [OfferedFlavour, ...OfferedFlavour[]];
  /** Three commands to begin with. */
  readonly firstCommands: readonly [string, string, string];
}

const TRY_TO_EDIT = "sudo touch /usr/bin/hello";
const UNBREAKABLE = "You are about to break a system that cannot be broken. Try.";
const WITH_COMPOSEFS: OfferedFlavour = {
  id: "composefs",
  name: "With composefs",
  about: "As it is today: everything under / is one sealed image.",
};
const WITHOUT_COMPOSEFS: OfferedFlavour = {
  id: "classic",
  name: "Without composefs",
  about: "As it was before: /usr is mounted read-only, / carries the immutable flag.",
};
const SNAPSHOTS: OfferedFlavour = {
  id: "btrfs",
  name: "Btrfs snapshots",
  about: "Numbered snapshots of /, with /var, /home and more shared by all.",
};

/** The first is what a page shows when its address names none. */
export const OFFERS: readonly [Offer, ...Offer[]] = [
  {
    name: "silverblue",
    title: "Fedora Silverblue",
    about: "A desktop whose core is a commit of files, as ostree keeps them.",
    welcome: UNBREAKABLE,
    tools: "rpm-ostree",
    flavours: [WITH_COMPOSEFS, WITHOUT_COMPOSEFS],
    firstCommands: [TRY_TO_EDIT, "rpm-ostree status", "rpm-ostree upgrade"],
  },
  {
    name: "kinoite",
    title: "Fedora Kinoite",
    about: "The same engine, another desktop: KDE's.",
    welcome: UNBREAKABLE,
    tools: "rpm-ostree",
    flavours: [WITH_COMPOSEFS, WITHOUT_COMPOSEFS],
    firstCommands: [TRY_TO_EDIT, "rpm-ostree status", "rpm-ostree upgrade"],
  },
  {
    name: "bootc",
    title: "Fedora bootc",
    about: "A server whose core is a container image from a registry.",
    welcome: UNBREAKABLE,
    tools: "bootc",
    flavours: [WITH_COMPOSEFS],
    firstCommands: [TRY_TO_EDIT, "sudo bootc status", "sudo bootc upgrade"],
  },
  {
    name: "microos",
    title: "openSUSE MicroOS",
    about: "A server whose core is a read-only Btrfs snapshot.",
    welcome: UNBREAKABLE,
    tools: "transactional-update",
    flavours: [SNAPSHOTS],
    firstCommands: [TRY_TO_EDIT, "sudo snapper list", "sudo transactional-update dup"],
  },
  {
    name: "aeon",
    title: "Aeon",
    about: "A desktop on the same snapshots, with Flatpak and distrobox.",
    welcome: UNBREAKABLE,
    tools: "transactional-update",
    flavours: [SNAPSHOTS],
    firstCommands: [TRY_TO_EDIT, "sudo snapper list", "sudo transactional-update dup"],
  },
  {
    name: "kalpa",
    title: "openSUSE Kalpa",
    about: "The same snapshots, another desktop: KDE's.",
    welcome: UNBREAKABLE,
    tools: "transactional-update",
    flavours: [SNAPSHOTS],
    firstCommands: [TRY_TO_EDIT, "sudo snapper list", "sudo transactional-update dup"],
  },
  {
    name: "debian",
    title: "Debian",
    about: "The classic way, for contrast: one root that every program writes to.",
    welcome: "Nothing here stops you, and nothing takes it back. Try.",
    tools: "apt",
    flavours: [{ id: "ext4", name: "One partition", about: "One ext4 file system, /boot included." }],
    firstCommands: [TRY_TO_EDIT, "sudo apt update", "sudo apt upgrade"],
  },
  {
    name: "vanilla",
    title: "Vanilla OS",
    about: "A desktop with two roots: an update is written to the one that does not run.",
    welcome: UNBREAKABLE,
    tools: "abroot",
    flavours: [{ id: "abroot", name: "Two roots", about: "vos-a and vos-b, with /var shared and an /etc for each." }],
    firstCommands: [TRY_TO_EDIT, "sudo abroot status", "sudo abroot upgrade"],
  },
];

/** The machine of that name, or the first. */
export function offerOf(name: string): Offer {
  return OFFERS.find((offer) => offer.name === name) ?? OFFERS[0];
}
