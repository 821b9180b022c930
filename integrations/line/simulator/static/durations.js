// @ts-check
/** How long a film or a sound lasts, as the phone knows it before it is sent. */

const PATIENCE_MS = 3000;

/**
 * @param {string} type
 * @param {File} file
 * @returns {Promise<{duration?: number}>} in milliseconds; nothing when it cannot be told
 */
export async function durationOf(type, file) {
  if (type !== "video" && type !== "audio") return {};
  const element = document.createElement(type);
  const url = URL.createObjectURL(file);
  const known = new Promise((resolve) => {
    element.onloadedmetadata = () => resolve(Math.round(element.duration * 1000));
    element.onerror = () => resolve(0);
    setTimeout(resolve, PATIENCE_MS, 0);
  });
  element.src = url;
  const duration = await known;
  URL.revokeObjectURL(url);
  return Number.isFinite(duration) && duration > 0 ? { duration } : {};
}
