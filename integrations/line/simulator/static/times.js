// @ts-check
/** When something was said, as phones show it. */
import { locale, t } from "./texts.js";

const DAY_MS = 86_400_000;

/** @param {number} ms */
export function timeOf(ms) {
  return new Date(ms).toLocaleTimeString(locale(), { hour: "numeric", minute: "2-digit" });
}

/** @param {number} ms */
export function dayOf(ms) {
  const days = Math.round((midnight(Date.now()) - midnight(ms)) / DAY_MS);
  if (days === 0) return t("chat.today");
  if (days === 1) return t("chat.yesterday");
  return new Date(ms).toLocaleDateString(locale(), {
    month: "short",
    day: "numeric",
    weekday: "short",
  });
}

/** The time of today, the day of before. @param {number} ms */
export function stampOf(ms) {
  return midnight(ms) === midnight(Date.now()) ? timeOf(ms) : dayOf(ms);
}

/** @param {number} ms */
function midnight(ms) {
  return new Date(ms).setHours(0, 0, 0, 0);
}
