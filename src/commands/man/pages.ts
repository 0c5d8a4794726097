/** Pages that no option table gives, in our own words. */
import type { Page, Paragraph } from "./page.ts";

type Written = Omit<Page, "source" | "sections"> & {
  readonly package: string;
  readonly description: readonly Paragraph[];
  readonly synopsis?: readonly string[];
  readonly files?: readonly (readonly [path: string, what: string])[];
  readonly see?: string;
};

const WRITTEN: readonly Written[] = [
  {
    name: "bash",
    section: "1",
    summary: "GNU Bourne-Again SHell",
    package: "bash",
    synopsis: ["bash [options] [command_string | file]"],
    description: [
      "The shell reads commands from the terminal, from a file or from a string, and runs them. What a command is, it looks up in this order: aliases, functions, builtins, then the directories of PATH.",
      { tag: "-c", text: "run the commands in the first argument; what follows becomes $0, $1 and so on" },
      { tag: "-i", text: "be interactive" },
      { tag: "-l, --login", text: "be a login shell: read /etc/profile and ~/.bash_profile first" },
      { tag: "-n", text: "read commands without running them" },
      { tag: "-x", text: "show each command before it runs" },
      { tag: "-e", text: "leave as soon as a command fails" },
      { tag: "-u", text: "take an unset variable for an error" },
      { tag: "-o OPTION", text: "set an option by its name, such as pipefail" },
      "Quoting: a backslash takes the meaning from one character, single quotes from all between them, double quotes from all but $, ` and \\.",
      "Expansion, in this order: braces, ~, parameters, arithmetic and commands in one pass, splitting into words, file names.",
      "Redirection: < FILE reads, > FILE writes anew, >> FILE appends, 2> FILE takes the errors, &> FILE both, << WORD and <<< STRING give the input itself.",
      "`help` lists the builtins, `help NAME` tells of one.",
    ],
    files: [
      ["/etc/profile", "what every login shell reads"],
      ["~/.bash_profile", "what your login shell reads"],
      ["~/.bashrc", "what your interactive shells read"],
      ["~/.bash_history", "what you typed"],
    ],
  },
  {
    name: "builtins",
    section: "1",
    summary: "bash built-in commands, see bash(1)",
    package: "bash",
    description: [
      "These are part of the shell itself, since they change it, or so that no process is needed. `help` lists all of them, and `help NAME` tells what one does and which options it has.",
    ],
    see: "bash(1)",
  },
  {
    name: "passwd",
    section: "5",
    summary: "the user accounts of the system",
    package: "man-pages",
    description: [
      "One line for each account, its fields with colons between them: name, a letter x (the password itself is in shadow(5)), number of the user, number of the group, full name, home directory, shell.",
      "On an image-based system the accounts of services come with the image in /usr/lib/passwd, and those of people are in /etc/passwd.",
    ],
    files: [["/etc/passwd", ""]],
    see: "getent(1), group(5), shadow(5)",
  },
  {
    name: "group",
    section: "5",
    summary: "the groups of the system",
    package: "man-pages",
    description: ["One line for each group: name, a letter x, number of the group, its further members with commas between them."],
    files: [["/etc/group", ""]],
    see: "passwd(5)",
  },
  {
    name: "shadow",
    section: "5",
    summary: "the hashed passwords",
    package: "shadow-utils",
    description: [
      "One line for each account: name, hashed password, and when it must be changed. An exclamation mark or a star in place of the hash locks the account. Only root may read the file.",
    ],
    files: [["/etc/shadow", ""]],
  },
  {
    name: "fstab",
    section: "5",
    summary: "what is mounted where at boot",
    package: "util-linux",
    description: [
      "One line for each file system: the device (often UUID=…), the mount point, the type, the options, and two numbers, for dump(8) and for the order of fsck(8).",
      "On an ostree system the root is mounted by the initramfs from the deployment that was booted, read-only; /var and /boot stand here.",
    ],
    files: [["/etc/fstab", ""]],
    see: "mount(8), findmnt(8)",
  },
  {
    name: "os-release",
    section: "5",
    summary: "which operating system this is",
    package: "systemd",
    description: [
      "Assignments that a shell can read.",
      { tag: "NAME=", text: "the system's name" },
      { tag: "VERSION=", text: "its version, in words" },
      { tag: "ID=", text: "the name for programs, e.g. fedora" },
      { tag: "VARIANT_ID=", text: "the edition, e.g. silverblue" },
      { tag: "OSTREE_VERSION=", text: "the build of the image that is booted" },
    ],
    files: [
      ["/usr/lib/os-release", "what the image brings"],
      ["/etc/os-release", "a link to it"],
    ],
  },
  {
    name: "hier",
    section: "7",
    summary: "what is in which directory",
    package: "man-pages",
    description: [
      { tag: "/", text: "the root; on an ostree system part of the image" },
      { tag: "/boot", text: "kernels and boot loader entries" },
      { tag: "/etc", text: "what is configured on this machine" },
      { tag: "/home", text: "the users' files; on an ostree system a link to /var/home" },
      { tag: "/run", text: "what holds until the power goes" },
      { tag: "/sysroot", text: "the physical root with the ostree repository and the deployments" },
      { tag: "/tmp", text: "for a while; in memory" },
      { tag: "/usr", text: "the operating system itself, read-only" },
      { tag: "/usr/etc", text: "the configuration as the image brought it" },
      { tag: "/var", text: "what the system and its users write; never replaced by an update" },
    ],
    see: "file-hierarchy(7)",
  },
  {
    name: "sudoers",
    section: "5",
    summary: "who may do what through sudo",
    package: "sudo",
    description: [
      "Each rule is: WHO HOST=(AS-WHOM) WHAT. A name with % before it is a group: `%wheel ALL=(ALL) ALL` lets the members of wheel do everything.",
    ],
    files: [
      ["/etc/sudoers", ""],
      ["/etc/sudoers.d/", "more of the same"],
    ],
    see: "sudo(8), visudo(8)",
  },
  {
    name: "systemd.unit",
    section: "5",
    summary: "what systemd starts and stops",
    package: "systemd",
    description: [
      "A unit is a file with sections: [Unit] tells what it is and what it needs, [Install] what pulls it in when it is enabled; [Service], [Timer], [Mount] and so on tell what it does.",
      "A unit in /etc wins over one in /run, and that over one in /usr. NAME.d/*.conf beside it change single settings.",
      { tag: "Description=", text: "what people read" },
      { tag: "Requires=, Wants=", text: "what is started with it, needed or not" },
      { tag: "After=, Before=", text: "in which order" },
      { tag: "WantedBy=", text: "the target that starts it once it is enabled" },
    ],
    files: [
      ["/etc/systemd/system", "this machine's"],
      ["/run/systemd/system", "until the power goes"],
      ["/usr/lib/systemd/system", "the image's"],
    ],
    see: "systemctl(1)",
  },
  {
    name: "tmpfiles.d",
    section: "5",
    summary: "files and directories made at boot",
    package: "systemd",
    description: [
      "One line for each: type, path, mode, owner, group, age, argument. `d` makes a directory, `f` a file, `L` a link. This is how the image gets what it needs into /var, which it may not bring along.",
    ],
    files: [
      ["/usr/lib/tmpfiles.d", "the image's"],
      ["/etc/tmpfiles.d", "this machine's"],
    ],
  },
  {
    name: "ostree.repo",
    section: "5",
    summary: "where ostree keeps what it has",
    package: "ostree",
    description: [
      "A repository holds objects, each named by the SHA-256 of its contents: files, directories (dirtree), their owners and modes (dirmeta), and commits. Refs are names for commits; the file config holds remotes.",
    ],
    files: [["/ostree/repo", "the system's repository"]],
    see: "ostree(1)",
  },
  {
    name: "rpm-ostreed.conf",
    section: "5",
    summary: "settings of rpm-ostree's daemon",
    package: "rpm-ostree",
    description: [
      { tag: "AutomaticUpdatePolicy=", text: "none, check, stage or apply: how far the system updates itself" },
      { tag: "IdleExitTimeout=", text: "seconds after which the idle daemon leaves" },
    ],
    files: [["/etc/rpm-ostreed.conf", ""]],
    see: "rpm-ostree(1)",
  },
];

/** The written page of that name, its foot still without a version. */
export function writtenPages(): readonly (Page & { readonly package: string })[] {
  return WRITTEN.map(({ description, synopsis, files, see, ...page }) => ({
    ...page,
    source: page.package,
    sections: [
      { title: "NAME", body: [`${page.name} - ${page.summary}`] },
      ...(synopsis === undefined ? [] : [{ title: "SYNOPSIS", body: synopsis.map((line) => ({ line })) }]),
      { title: "DESCRIPTION", body: description },
      ...(files === undefined ? [] : [{ title: "FILES", body: files.map(([tag, text]) => (text === "" ? { line: tag } : { tag, text })) }]),
      ...(see === undefined ? [] : [{ title: "SEE ALSO", body: [see] }]),
    ],
  }));
}
