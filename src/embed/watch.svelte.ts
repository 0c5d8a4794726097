/** Tells of each new value that a page shows. */
export function watch<T>(value: () => T, tell: (value: T) => void): void {
  $effect.root(() => {
    $effect(() => tell(value()));
  });
}
