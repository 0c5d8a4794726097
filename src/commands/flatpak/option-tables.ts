/**
 * The verbs of flatpak(1): what each takes and how its help describes it. An option is a line as the help has it; `[place]`, `[verbose]`
 * and `[context]` stand for those that many share.
 */

export interface VerbTable {
  readonly operands: string;
  readonly about: string;
  readonly options: string;
  /** What `--columns` may name. */
  readonly columns?: string;
}

const PLACE = `
-u, --user  Work on the user installation
--system  Work on the system-wide installation (default)
--installation=NAME  Work on a non-default system-wide installation
`;
const VERBOSE = `
-v, --verbose  Show debug information, -vv for more detail
--ostree-verbose  Show OSTree debug information
`;
const CONTEXT = `
--share=SHARE  Share with host
--unshare=SHARE  Unshare with host
--socket=SOCKET  Expose socket to app
--nosocket=SOCKET  Don't expose socket to app
--device=DEVICE  Expose device to app
--nodevice=DEVICE  Don't expose device to app
--allow=FEATURE  Allow feature
--disallow=FEATURE  Don't allow feature
--filesystem=FILESYSTEM[:ro]  Expose filesystem to app (:ro for read-only)
--nofilesystem=FILESYSTEM  Don't expose filesystem to app
--env=VAR=VALUE  Set environment variable
--env-fd=FD  Read environment variables in env -0 format from FD
--unset-env=VAR  Remove variable from environment
--own-name=DBUS_NAME  Allow app to own name on the session bus
--talk-name=DBUS_NAME  Allow app to talk to name on the session bus
--no-talk-name=DBUS_NAME  Don't allow app to talk to name on the session bus
--system-own-name=DBUS_NAME  Allow app to own name on the system bus
--system-talk-name=DBUS_NAME  Allow app to talk to name on the system bus
--system-no-talk-name=DBUS_NAME  Don't allow app to talk to name on the system bus
--add-policy=SUBSYSTEM.KEY=VALUE  Add generic policy option
--remove-policy=SUBSYSTEM.KEY=VALUE  Remove generic policy option
--persist=FILENAME  Persist home directory subpath
`;

/** Lines that stand for others. */
export const SHARED: Readonly<Record<string, string>> = { place: PLACE, verbose: VERBOSE, context: CONTEXT };

export const VERBS = {
  install: {
    operands: "[LOCATION/REMOTE] [REF…]",
    about: "Install applications or runtimes",
    options: `
[place]
--arch=ARCH  Arch to install for
--no-pull  Don't pull, only install from local cache
--no-deploy  Don't deploy, only download to local cache
--no-related  Don't install related refs
--no-deps  Don't verify/install runtime dependencies
--no-auto-pin  Don't automatically pin explicit installs
--no-static-deltas  Don't use static deltas
--runtime  Look for runtime with the specified name
--app  Look for app with the specified name
--include-sdk  Additionally install the SDK used to build the given refs
--include-debug  Additionally install the debug info for the given refs and their dependencies
--bundle  Assume LOCATION is a .flatpak single-file bundle
--from  Assume LOCATION is a .flatpakref application description
--gpg-file=FILE  Check bundle signatures with GPG key from FILE (- for stdin)
--subpath=PATH  Only install this subpath
-y, --assumeyes  Automatically answer yes for all questions
--reinstall  Uninstall first if already installed
--noninteractive  Produce minimal output and don't ask questions
--or-update  Update install if already installed
--sideload-repo=PATH  Use this local repo for sideloads
[verbose]
`,
  },
  update: {
    operands: "[REF…]",
    about: "Update applications or runtimes",
    options: `
[place]
--arch=ARCH  Arch to update for
--commit=COMMIT  Commit to deploy
--force-remove  Remove old files even if running
--no-pull  Don't pull, only update from local cache
--no-deploy  Don't deploy, only download to local cache
--no-related  Don't update related refs
--no-deps  Don't verify/install runtime dependencies
--no-static-deltas  Don't use static deltas
--runtime  Look for runtime with the specified name
--app  Look for app with the specified name
--appstream  Update appstream for remote
--subpath=PATH  Only update this subpath
-y, --assumeyes  Automatically answer yes for all questions
--noninteractive  Produce minimal output and don't ask questions
--sideload-repo=PATH  Use this local repo for sideloads
[verbose]
`,
  },
  uninstall: {
    operands: "[REF…]",
    about: "Uninstall applications or runtimes",
    options: `
[place]
--arch=ARCH  Arch to uninstall
--keep-ref  Keep ref in local repository
--no-related  Don't uninstall related refs
--force-remove  Remove files even if running
--runtime  Look for runtime with the specified name
--app  Look for app with the specified name
--all  Uninstall all
--unused  Uninstall unused
--delete-data  Delete app data
-y, --assumeyes  Automatically answer yes for all questions
--noninteractive  Produce minimal output and don't ask questions
[verbose]
`,
  },
  mask: {
    operands: "[PATTERN…]",
    about: "disable updates and automatic installation matching patterns",
    options: `
[place]
--remove  Remove matching masks
[verbose]
`,
  },
  pin: {
    operands: "[PATTERN…]",
    about: "disable automatic removal of runtimes matching patterns",
    options: `
[place]
--remove  Remove matching pins
[verbose]
`,
  },
  list: {
    operands: "",
    about: "List installed apps and/or runtimes",
    options: `
[place]
-d, --show-details  Show extra information
--runtime  List installed runtimes
--app  List installed applications
--arch=ARCH  Arch to show
-a, --all  List all refs (including locale/debug)
--app-runtime=RUNTIME  List all applications using RUNTIME
--columns=FIELD,…  What information to show
[verbose]
`,
    columns: `
name  Show the name
description  Show the description
application  Show the application ID
version  Show the version
branch  Show the branch
arch  Show the architecture
runtime  Show the used runtime
origin  Show the origin remote
installation  Show the installation
ref  Show the ref
active  Show the active commit
latest  Show the latest commit
size  Show the installed size
options  Show options
`,
  },
  info: {
    operands: "NAME [BRANCH]",
    about: "Get info about an installed app or runtime",
    options: `
--arch=ARCH  Arch to use
--user  Show user installations
--system  Show system-wide installations
--installation=NAME  Show specific system-wide installations
-r, --show-ref  Show ref
-c, --show-commit  Show commit
-o, --show-origin  Show origin
-s, --show-size  Show size
-m, --show-metadata  Show metadata
--show-runtime  Show runtime
--show-sdk  Show sdk
-M, --show-permissions  Show permissions
--file-access=PATH  Query file access
-e, --show-extensions  Show extensions
-l, --show-location  Show location
[verbose]
`,
  },
  history: {
    operands: "",
    about: "Show history",
    options: `
[place]
--since=TIME  Only show changes after TIME
--until=TIME  Only show changes before TIME
--reverse  Show newest entries first
--columns=FIELD,…  What information to show
[verbose]
`,
    columns: `
time  Show when the change happened
change  Show the kind of change
ref  Show the ref
application  Show the application/runtime ID
arch  Show the architecture
branch  Show the branch
installation  Show the affected installation
remote  Show the remote
commit  Show the current commit
old-commit  Show the previous commit
url  Show the remote URL
user  Show the user doing the change
tool  Show the tool that was used
version  Show the Flatpak version
`,
  },
  config: {
    operands: "[KEY [VALUE]]",
    about: "Manage configuration",
    options: `
[place]
--list  List configuration keys and values
--get  Get configuration for KEY
--set  Set configuration for KEY to VALUE
--unset  Unset configuration for KEY
[verbose]
`,
  },
  repair: {
    operands: "",
    about: "Repair a flatpak installation",
    options: `
[place]
--dry-run  Don't make any changes
--reinstall-all  Reinstall all refs
[verbose]
`,
  },
  "create-usb": {
    operands: "MOUNT-PATH [REF…]",
    about: "Copy apps or runtimes onto removable media",
    options: `
[place]
--app  Look for app with the specified name
--arch=ARCH  Arch to copy
--destination-repo=DEST  Use custom repository directory within the mount
--runtime  Look for runtime with the specified name
--allow-partial  Allow partial commits in the created repo
[verbose]
`,
  },
  search: {
    operands: "TEXT",
    about: "Search remote apps/runtimes for text",
    options: `
[place]
--arch=ARCH  Arch to search for
--columns=FIELD,…  What information to show
[verbose]
`,
    columns: `
name  Show the name
description  Show the description
application  Show the application ID
version  Show the version
branch  Show the application branch
remotes  Show the remotes
`,
  },
  run: {
    operands: "APP [ARGUMENT…]",
    about: "Run an app",
    options: `
[place]
--arch=ARCH  Arch to use
--command=COMMAND  Command to run
--cwd=DIR  Directory to run the command in
--branch=BRANCH  Branch to use
-d, --devel  Use development runtime
--runtime=RUNTIME  Runtime to use
--runtime-version=VERSION  Runtime version to use
--log-session-bus  Log session bus calls
--log-system-bus  Log system bus calls
--log-a11y-bus  Log accessibility bus calls
--no-a11y-bus  Don't proxy accessibility bus calls
--a11y-bus  Proxy accessibility bus calls (default except when sandboxed)
--no-session-bus  Don't proxy session bus calls
--session-bus  Proxy session bus calls (default except when sandboxed)
--no-documents-portal  Don't start portals
--file-forwarding  Enable file forwarding
--commit=  Run specified commit
--runtime-commit=  Use specified runtime commit
--sandbox  Run completely sandboxed
-p, --die-with-parent  Kill processes when the parent process dies
--parent-pid=PID  Use PID as parent pid for sharing namespaces
--parent-expose-pids  Make processes visible in parent namespace
--parent-share-pids  Share process ID namespace with parent
--instance-id-fd=  Write the instance ID to the given file descriptor
--app-path=PATH  Use PATH instead of the app's /app
--app-fd=FD  Use FD instead of the app's /app
--usr-path=PATH  Use PATH instead of the runtime's /usr
--usr-fd=FD  Use FD instead of the runtime's /usr
--bind-fd=FD  Bind mount the file or directory referred to by FD to its canonicalized path
--ro-bind-fd=FD  Bind mount the file or directory referred to by FD read-only to its canonicalized path
[verbose]
[context]
`,
  },
  override: {
    operands: "[APP]",
    about: "Override settings [for application]",
    options: `
[place]
--reset  Remove existing overrides
--show  Show existing overrides
[verbose]
[context]
`,
  },
  "make-current": {
    operands: "APP BRANCH",
    about: "Make branch of application current",
    options: `
[place]
--arch=ARCH  Arch to make current for
[verbose]
`,
  },
  enter: {
    operands: "INSTANCE COMMAND [ARGUMENT…]",
    about: "Run a command inside a running sandbox",
    options: `
[verbose]
`,
  },
  ps: {
    operands: "",
    about: "Enumerate running sandboxes",
    options: `
--columns=FIELD,…  What information to show
[verbose]
`,
    columns: `
instance  Show the instance ID
pid  Show the PID of the wrapper process
child-pid  Show the PID of the sandbox process
application  Show the application ID
arch  Show the architecture
branch  Show the application branch
commit  Show the application commit
runtime  Show the runtime ID
runtime-branch  Show the runtime branch
runtime-commit  Show the runtime commit
active  Show whether the app is active
background  Show whether the app is background
`,
  },
  kill: {
    operands: "INSTANCE",
    about: "Stop a running application",
    options: `
[verbose]
`,
  },
  documents: {
    operands: "[APPID]",
    about: "List exported files",
    options: `
--columns=FIELD,…  What information to show
[verbose]
`,
    columns: `
id  Show the document ID
path  Show the document path
origin  Show the document path
application  Show applications with permission
permissions  Show permissions for applications
`,
  },
  "document-export": {
    operands: "FILE",
    about: "Export a file to apps",
    options: `
-u, --unique  Create a unique document reference
-t, --transient  Make the document transient for the current session
-n, --noexist  Don't require the file to exist already
-r, --allow-read  Give the app read permissions
-w, --allow-write  Give the app write permissions
-d, --allow-delete  Give the app delete permissions
-g, --allow-grant-permission  Give the app permissions to grant further permissions
--forbid-read  Revoke read permissions of the app
--forbid-write  Revoke write permissions of the app
--forbid-delete  Revoke delete permissions of the app
--forbid-grant-permission  Revoke the permission to grant further permissions
-a, --app=APPID  Add permissions for this app
[verbose]
`,
  },
  permissions: {
    operands: "[TABLE] [ID]",
    about: "List permissions",
    options: `
[verbose]
`,
  },
  "permission-remove": {
    operands: "TABLE ID [APP_ID]",
    about: "Remove item from permission store",
    options: `
[verbose]
`,
  },
  "permission-set": {
    operands: "TABLE ID APP_ID [PERMISSION...]",
    about: "Set permissions",
    options: `
--data=DATA  Associate DATA with the entry
[verbose]
`,
  },
  "permission-show": {
    operands: "APP_ID",
    about: "Show permissions for an app",
    options: `
[verbose]
`,
  },
  "permission-reset": {
    operands: "APP_ID",
    about: "Reset permissions for an app",
    options: `
--all  Reset all permissions
[verbose]
`,
  },
  remotes: {
    operands: "",
    about: "List remote repositories",
    options: `
[place]
-d, --show-details  Show remote details
--show-disabled  Show disabled remotes
--columns=FIELD,…  What information to show
[verbose]
`,
    columns: `
name  Show the name
title  Show the title
url  Show the URL
collection  Show the collection ID
subset  Show the subset
filter  Show filter file
priority  Show the priority
options  Show options
comment  Show comment
description  Show description
homepage  Show homepage
icon  Show icon
`,
  },
  "remote-add": {
    operands: "NAME LOCATION",
    about: "Add a remote repository",
    options: `
--no-gpg-verify  Disable GPG verification
--no-enumerate  Mark the remote as don't enumerate
--no-use-for-deps  Mark the remote as don't use for deps
--prio=PRIORITY  Set priority (default 1, higher is more prioritized)
--subset=SUBSET  The named subset to use for this remote
--title=TITLE  A nice name to use for this remote
--comment=COMMENT  A one-line comment for this remote
--description=DESCRIPTION  A full-paragraph description for this remote
--homepage=URL  URL for a website for this remote
--icon=URL  URL for an icon for this remote
--default-branch=BRANCH  Default branch to use for this remote
--collection-id=COLLECTION-ID  Collection ID
--gpg-import=FILE  Import GPG key from FILE (- for stdin)
--filter=FILE  Set path to local filter FILE
--disable  Disable the remote
--authenticator-name=NAME  Name of authenticator
--authenticator-option=KEY=VALUE  Authenticator option
--authenticator-install  Autoinstall authenticator
--no-authenticator-install  Don't autoinstall authenticator
--no-follow_redirect  Don't follow the redirect set in the summary file
[place]
--if-not-exists  Do nothing if the provided remote exists
--from  LOCATION specifies a configuration file, not the repo location
[verbose]
`,
  },
  "remote-modify": {
    operands: "NAME",
    about: "Modify a remote repository",
    options: `
--no-gpg-verify  Disable GPG verification
--no-enumerate  Mark the remote as don't enumerate
--no-use-for-deps  Mark the remote as don't use for deps
--prio=PRIORITY  Set priority (default 1, higher is more prioritized)
--title=TITLE  A nice name to use for this remote
--comment=COMMENT  A one-line comment for this remote
--description=DESCRIPTION  A full-paragraph description for this remote
--homepage=URL  URL for a website for this remote
--icon=URL  URL for an icon for this remote
--default-branch=BRANCH  Default branch to use for this remote
--collection-id=COLLECTION-ID  Collection ID
--gpg-import=FILE  Import GPG key from FILE (- for stdin)
--no-filter  Disable local filter
--filter=FILE  Set path to local filter FILE
--disable  Disable the remote
--authenticator-name=NAME  Name of authenticator
--authenticator-option=KEY=VALUE  Authenticator options
--authenticator-install  Autoinstall authenticator
--no-authenticator-install  Don't autoinstall authenticator
--follow-redirect  Follow the redirect set in the summary file
--no-follow-redirect  Don't follow the redirect set in the summary file
[place]
--gpg-verify  Enable GPG verification
--enumerate  Mark the remote as enumerate
--use-for-deps  Mark the remote as used for dependencies
--url=URL  Set a new url
--subset=SUBSET  Set a new subset to use
--enable  Enable the remote
--update-metadata  Update extra metadata from the summary file
[verbose]
`,
  },
  "remote-delete": {
    operands: "NAME",
    about: "Delete a remote repository",
    options: `
--force  Remove remote even if in use
[place]
[verbose]
`,
  },
  "remote-ls": {
    operands: "[REMOTE or URI]",
    about: "Show available runtimes and applications",
    options: `
[place]
-d, --show-details  Show arches and branches
--runtime  Show only runtimes
--app  Show only apps
--updates  Show only those where updates are available
--arch=ARCH  Limit to this arch (* for all)
-a, --all  List all refs (including locale/debug)
--app-runtime=RUNTIME  List all applications using RUNTIME
--columns=FIELD,…  What information to show
--cached  Use local caches even if they are stale
--sideloaded  Only list refs available as sideloads
[verbose]
`,
    columns: `
name  Show the name
description  Show the description
application  Show the application ID
version  Show the version
branch  Show the branch
arch  Show the architecture
origin  Show the origin remote
ref  Show the ref
commit  Show the active commit
runtime  Show the runtime
installed-size  Show the installed size
download-size  Show the download size
options  Show options
`,
  },
  "remote-info": {
    operands: "REMOTE REF",
    about: "Show information about an application or runtime in a remote",
    options: `
[place]
--arch=ARCH  Arch to install for
--commit=COMMIT  Commit to show info for
--runtime  Look for runtime with the specified name
--app  Look for app with the specified name
--log  Display log
-r, --show-ref  Show ref
-c, --show-commit  Show commit
-p, --show-parent  Show parent
-m, --show-metadata  Show metadata
--show-runtime  Show runtime
--show-sdk  Show sdk
--cached  Use local caches even if they are stale
--sideloaded  Only list refs available as sideloads
[verbose]
`,
  },
} satisfies Record<string, VerbTable>;
