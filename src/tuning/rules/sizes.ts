import { sizeText } from '../sizeText.js';

export const MB = 1024 ** 2;
export const GB = 1024 ** 3;

/** So many bytes as PostgreSQL writes them, rounded down to whole MB. */
export function wholeMegabytes(bytes: number): string {
  return sizeText(Math.floor(bytes / MB) * 1024);
}

/** So many bytes as PostgreSQL writes them, rounded up to whole GB. */
export function fullGigabytes(bytes: number): string {
  return sizeText(Math.ceil(bytes / GB) * 1024 ** 2);
}
