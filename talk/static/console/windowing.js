// @ts-check
/** Which rows of a long list are worth having in the document. */

/**
 * @param {{count: number, row_px: number, top_px: number, height_px: number, spare: number}} view
 *   `spare` rows are kept above and below, so that quick scrolling shows no gap
 * @returns {{first: number, end: number, offset_px: number, total_px: number}} rows first..end-1
 */
export function visibleRange({ count, row_px, top_px, height_px, spare }) {
  const total = count * row_px;
  const top = Math.min(Math.max(top_px, 0), Math.max(total - height_px, 0));
  const first = Math.max(Math.floor(top / row_px) - spare, 0);
  const end = Math.min(Math.ceil((top + height_px) / row_px) + spare, count);
  return { first, end, offset_px: first * row_px, total_px: total };
}

/**
 * The row that the Tab key finds: the one that the keyboard stands on, or, where that one is not in
 * the document, the first that is wholly on the screen.
 * @param {{active: number, first: number, end: number, row_px: number, top_px: number}} view
 */
export function tabStop({ active, first, end, row_px, top_px }) {
  if (active >= first && active < end) return active;
  return Math.min(Math.ceil(top_px / row_px), end - 1);
}

/**
 * Where to scroll so that a row is wholly visible.
 * @param {{index: number, row_px: number, top_px: number, height_px: number}} view
 */
export function topToShow({ index, row_px, top_px, height_px }) {
  const above = index * row_px;
  if (above < top_px) return above;
  return Math.max(top_px, above + row_px - height_px);
}
