declare const brand: unique symbol;

/** A type that is `T` at run time and nothing else at compile time, so that two kinds of id cannot be mixed. */
export type Brand<T, Name extends string> = T & { readonly [brand]: Name };
