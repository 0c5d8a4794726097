/** Tells the page around a frame how high it would like to be. */
export function sendSize(height: number, origin: string | undefined): void {
  if (parent !== window) parent.postMessage({ imm: 1, t: "size", h: Math.ceil(height) }, origin ?? "*");
}
