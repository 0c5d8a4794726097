/** A booted machine as JSON text, a `Prebuilt` of lab/prebuilt.ts; with `/sight` its `FirstSight`, with `/families` the names of the
 * programs in each family. Made when the page is built. */
declare module "virtual:prebuilt/*" {
  const text: string;
  export default text;
}

/** The page as markup; see prerender.ts. */
declare module "virtual:page-markup" {
  const markup: string;
  export default markup;
}
