/** Tells the page around a frame how high it would like to be, at first and whenever that changes. */

/** `measure` is asked when `element` has another size; 0 is not told. */
export function keepSize(element: Element, measure: () => number, origin: string | undefined): void {
  let told = 0;
  new ResizeObserver(() => {
    const height = Math.ceil(measure());
    if (height <= 0 || height === told || !element.isConnected) return;
    told = height;
    if (parent !== window) parent.postMessage({ imm: 1, t: "size", h: height }, origin ?? "*");
  }).observe(element);
}
