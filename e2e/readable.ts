/** What can be read from far away, or by weak eyes. */
import type { Page } from "@playwright/test";

/**
 * Text in sight that is smaller than `pixels`, or whose contrast with what is behind it is below 7:1. What cannot be pressed now, and marks
 * that are only decoration, need neither.
 */
export function unreadable(page: Page, pixels: number): Promise<string[]> {
  return page.evaluate((smallest) => {
    const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    const channels = (colour: string): number[] => {
      if (!canvas) throw new Error("no canvas");
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = colour;
      canvas.fillRect(0, 0, 1, 1);
      return [...canvas.getImageData(0, 0, 1, 1).data];
    };
    const luminance = (colour: string): number => {
      const [red = 0, green = 0, blue = 0] = channels(colour).map((value) => {
        const part = value / 255;
        return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const behind = (element: Element | null): string => {
      for (let at = element; at !== null; at = at.parentElement) {
        const { backgroundColor } = getComputedStyle(at);
        if ((channels(backgroundColor)[3] ?? 0) === 255) return backgroundColor;
      }
      return "white";
    };
    const found: string[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const element = node.parentElement;
      const text = (node.textContent ?? "").trim();
      if (element === null || text === "" || !element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
      if (
        element.closest(":disabled, .unseen, [aria-hidden='true']:not(.keystrokes), .xterm-helpers, .xterm-char-measure-element") !== null
      )
        continue;
      const { left, top, width, height } = element.getBoundingClientRect();
      if (width < 2 || height < 2 || left >= innerWidth || top >= innerHeight || left + width <= 0 || top + height <= 0) continue;
      const style = getComputedStyle(element);
      const lights = [luminance(style.color), luminance(behind(element))].sort((less, more) => more - less);
      const contrast = ((lights[0] ?? 0) + 0.05) / ((lights[1] ?? 0) + 0.05);
      const size = parseFloat(style.fontSize);
      if (size < smallest - 0.01 || contrast < 7) found.push(`${text.slice(0, 30)}: ${size.toFixed(1)} px, ${contrast.toFixed(1)}:1`);
    }
    return found;
  }, pixels);
}
