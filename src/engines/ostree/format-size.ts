/** Sizes as GLib prints them. */

const NO_BREAK_SPACE = "\u00a0";

/** g_format_size: powers of 1000, one decimal and a no-break space; "bytes" below that. */
export function formatSize(bytes: number): string {
  if (bytes < 1000) return `${bytes} ${bytes === 1 ? "byte" : "bytes"}`;
  const units = ["kB", "MB", "GB", "TB"];
  let value = bytes / 1000;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${value.toFixed(1)}${NO_BREAK_SPACE}${units[unit] ?? ""}`;
}

/** As pulls report what was transferred: whole KiB from the first on. */
export function formatTransferred(bytes: number): string {
  return bytes < 1024 ? `${bytes} B` : `${Math.floor(bytes / 1024)} KiB`;
}
