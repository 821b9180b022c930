// @ts-check
/** Times, spans and sizes in the operator's language; `now` always comes from outside. */
export { languageName, money, size } from "./format/amounts.js";
export {
  clock,
  clockIn,
  clockOrDate,
  dayKey,
  dayName,
  daysUntil,
  full,
  moment,
  relativeDays,
  shortDate,
  stamp,
} from "./format/days.js";
export {
  ago,
  briefSpan,
  secondsSince,
  span,
  WAITING_LONG,
  WAITING_TOO_LONG,
} from "./format/spans.js";
