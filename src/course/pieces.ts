/** What a step asks. */
import type { Check, Predict, Quiz, Step } from "./lesson.ts";

export function checksOf({ body }: Step): readonly Check[] {
  return body.flatMap((piece) => (piece.kind === "check" ? [piece.check] : []));
}

export function predictionsOf({ body }: Step): readonly Predict[] {
  return body.flatMap((piece) => (piece.kind === "predict" ? [piece.predict] : []));
}

export function quizzesOf({ body }: Step): readonly Quiz[] {
  return body.flatMap((piece) => (piece.kind === "quiz" ? [piece.quiz] : []));
}
