/** A booted machine as JSON text, a `Prebuilt` of lab/prebuilt.ts: made when the page is built. */
declare module "virtual:prebuilt/*" {
  const text: string;
  export default text;
}
