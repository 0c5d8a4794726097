/** A browser paints nothing of a page that is out of sight, and asks nobody for frames of it. */
const OUT_OF_SIGHT_MILLISECONDS = 300;

/** Resolves when what was drawn before has been seen for a frame; out of sight soon. */
export function seen(): Promise<void> {
  return new Promise((resolve) => {
    const late = setTimeout(resolve, OUT_OF_SIGHT_MILLISECONDS);
    requestAnimationFrame(() =>
      requestAnimationFrame(() => {
        clearTimeout(late);
        setTimeout(resolve);
      }),
    );
  });
}
