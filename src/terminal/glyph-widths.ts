/**
 * How wide glyphs are, by canvas instead of by layout.
 *
 * xterm asks for the width of every glyph that is new to it by writing it into an element and reading `offsetWidth`, for which the
 * browser lays the page out each time: that was a quarter of what a first screen took. A canvas measures the same text in the same
 * font without a layout, as xterm itself measures its cells. Where there is none, all stays as it was.
 */

/** For the terminal that was opened in `element`; `e2e/page/basics.spec.ts` holds the answers against the layout's. */
export function measureGlyphsByCanvas(element: HTMLElement): void {
  const context = typeof OffscreenCanvas === "undefined" ? null : new OffscreenCanvas(1, 1).getContext("2d");
  if (!context) return;
  context.fontKerning = "none";
  for (const measured of element.querySelectorAll<HTMLElement>(".xterm-width-cache-measure-container > span")) {
    Object.defineProperty(measured, "offsetWidth", {
      get() {
        const { fontFamily = "", fontSize = "" } = measured.parentElement?.style ?? {};
        context.font = `${measured.style.fontStyle || "normal"} ${measured.style.fontWeight} ${fontSize} ${fontFamily}`;
        return Math.round(context.measureText(measured.textContent).width);
      },
    });
  }
}
