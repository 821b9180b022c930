// @ts-check

/** Random identifier (UUID v4); `crypto.randomUUID` is missing on plain http pages. */
export function newId() {
  return "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (digit) => {
    const random = crypto.getRandomValues(new Uint8Array(1))[0];
    // Of the variant's digit two bits are random, of the others all four.
    return (+digit ^ (random & (15 >> (+digit / 4)))).toString(16);
  });
}
