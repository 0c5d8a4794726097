/**
 * What kind of file a path of a package is.
 *
 * @simplified Told by where it lies: the database does not keep rpm's FILEFLAGS.
 */

/** %config. */
export function isConfig(path: string): boolean {
  return path.startsWith("/etc/");
}

/** %doc, and manual pages, which rpm takes for that, too. */
export function isDocumentation(path: string): boolean {
  return /^\/usr\/share\/(?:doc|man|info)\//.test(path);
}

/** %license. */
export function isLicense(path: string): boolean {
  return path.startsWith("/usr/share/licenses/");
}
