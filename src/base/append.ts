/** `list.push(...more)`, however many there are: a call takes some hundred thousand arguments and no more. */
export function append<T>(list: T[], more: Iterable<T>): void {
  for (const each of more) list.push(each);
}
