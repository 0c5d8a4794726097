/** Sizes as GLib prints them. */

/** g_format_size: powers of 1000, one decimal, "bytes" below that. */
export function formatSize(bytes: number): string {
  if (bytes < 1000) return `${bytes} ${bytes === 1 ? "byte" : "bytes"}`;
  return scaled(bytes, 1000, ["kB", "MB", "GB", "TB"]);
}

/** As transfers are reported: powers of 1024, "B" below that. */
export function formatTransferred(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const text = scaled(bytes, 1024, ["KiB", "MiB", "GiB", "TiB"]);
  return text.replace(/^(\d{3,})\.\d /, "$1 ");
}

function scaled(bytes: number, base: number, units: readonly string[]): string {
  let value = bytes / base;
  let unit = 0;
  while (value >= base && unit < units.length - 1) {
    value /= base;
    unit++;
  }
  return `${value.toFixed(1)} ${units[unit] ?? ""}`;
}
