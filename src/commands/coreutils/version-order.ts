/** The order of `ls -v` and `sort -V`: numbers within names count as numbers (gnulib filevercmp). */

/** Negative, zero or positive. */
export function compareVersions(left: string, right: string): number {
  if (left === right) return 0;
  for (const special of ["", ".", ".."]) {
    if (left === special) return -1;
    if (right === special) return 1;
  }
  if (left.startsWith(".") !== right.startsWith(".")) return left.startsWith(".") ? -1 : 1;
  const stemLeft = withoutSuffix(left);
  const stemRight = withoutSuffix(right);
  if (stemLeft === stemRight) return comparePieces(left, right);
  return comparePieces(stemLeft, stemRight) || comparePieces(left, right);
}

/** The name without its extensions, `(\.[A-Za-z~][A-Za-z0-9~]*)*$`. */
function withoutSuffix(name: string): string {
  return name.replace(/(?<=.)(?:\.[A-Za-z~][A-Za-z0-9~]*)+$/, "");
}

function comparePieces(left: string, right: string): number {
  let i = 0;
  let j = 0;
  while (i < left.length || j < right.length) {
    while ((i < left.length && !isDigit(left[i])) || (j < right.length && !isDigit(right[j]))) {
      const a = order(left[i]);
      const b = order(right[j]);
      if (a !== b) return a - b;
      i++;
      j++;
    }
    while (left[i] === "0") i++;
    while (right[j] === "0") j++;
    let difference = 0;
    while (isDigit(left[i]) && isDigit(right[j])) {
      difference ||= (left.charCodeAt(i) || 0) - (right.charCodeAt(j) || 0);
      i++;
      j++;
    }
    if (isDigit(left[i])) return 1;
    if (isDigit(right[j])) return -1;
    if (difference !== 0) return difference;
  }
  return 0;
}

function isDigit(character: string | undefined): boolean {
  return character !== undefined && character >= "0" && character <= "9";
}

/** `~` before the end, the end and digits alike, then letters, then the rest. */
function order(character: string | undefined): number {
  if (character === undefined || isDigit(character)) return 0;
  if (character === "~") return -1;
  const code = character.charCodeAt(0);
  return /[A-Za-z]/.test(character) ? code : code + 0x110000;
}
