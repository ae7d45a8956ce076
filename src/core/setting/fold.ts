/** The text with A to Z in lower case and everything else as it was, as the server folds names and key words. */
export function foldCase(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
