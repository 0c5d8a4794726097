/** What snapper's package and the recorder put on the machine `microos`: the settings of Debian's snapper 0.10.6, and a configuration of the root. */
import type { PlantedFile } from "./planted.ts";

const TEMPLATE = `
# subvolume to snapshot
SUBVOLUME="/"

# filesystem type
FSTYPE="btrfs"


# btrfs qgroup for space aware cleanup algorithms
QGROUP=""


# fraction or absolute size of the filesystems space the snapshots may use
SPACE_LIMIT="0.5"

# fraction or absolute size of the filesystems space that should be free
FREE_LIMIT="0.2"


# users and groups allowed to work with config
ALLOW_USERS=""
ALLOW_GROUPS=""

# sync users and groups from ALLOW_USERS and ALLOW_GROUPS to .snapshots
# directory
SYNC_ACL="no"


# start comparing pre- and post-snapshot in background after creating
# post-snapshot
BACKGROUND_COMPARISON="yes"


# run daily number cleanup
NUMBER_CLEANUP="yes"

# limit for number cleanup
NUMBER_MIN_AGE="1800"
NUMBER_LIMIT="50"
NUMBER_LIMIT_IMPORTANT="10"


# create hourly snapshots
TIMELINE_CREATE="yes"

# cleanup hourly snapshots after some time
TIMELINE_CLEANUP="yes"

# limits for timeline cleanup
TIMELINE_MIN_AGE="1800"
TIMELINE_LIMIT_HOURLY="10"
TIMELINE_LIMIT_DAILY="10"
TIMELINE_LIMIT_WEEKLY="0"
TIMELINE_LIMIT_MONTHLY="10"
TIMELINE_LIMIT_YEARLY="10"


# cleanup empty pre-post-pairs
EMPTY_PRE_POST_CLEANUP="yes"

# limits for empty pre-post-pair cleanup
EMPTY_PRE_POST_MIN_AGE="1800"

`;

const NAMES = `## Path: System/Snapper

## Type:        string
## Default:     ""
# List of snapper configurations.
SNAPPER_CONFIGS=""

# if you want to disable snapshot per install/upgrade, then set "yes"
DISABLE_APT_SNAPSHOT="no"
`;

const changed = (text: string, changes: Readonly<Record<string, string>>): string =>
  Object.entries(changes).reduce((whole, [key, value]) => whole.replace(new RegExp(`^${key}=.*`, "m"), `${key}="${value}"`), text);

export const SNAPPER_FILES: readonly PlantedFile[] = [
  { path: "usr/share/snapper/config-templates/default", text: TEMPLATE },
  {
    path: "usr/share/snapper/filters/base.txt",
    text: "/etc/adjtime\n/etc/mtab\n/var/lib/logrotate.status\n/var/lib/misc/random-seed\n/var/lib/ntp/drift/ntp.drift\n",
  },
  { path: "usr/share/snapper/filters/lvm.txt", text: "/etc/lvm/archive/*\n/etc/lvm/backup/*\n" },
  { path: "usr/share/snapper/filters/x11.txt", text: "*/.Xauthority\n" },
  {
    path: "usr/etc/snapper/configs/root",
    text: changed(TEMPLATE, { NUMBER_LIMIT: "2-10", NUMBER_LIMIT_IMPORTANT: "4-10", TIMELINE_CREATE: "no" }),
  },
  { path: "usr/etc/default/snapper", text: changed(NAMES, { SNAPPER_CONFIGS: "root" }) },
];
