// @ts-check
/** Stickers of our own: one round fellow in many moods. Their numbers are the platform's to know. */

export const PACKAGE = "11537";

/**
 * @typedef {{id: string, name: string, hue: string, eyes: string, mouth: string, more?: string,
 *   keywords: string[]}} Sticker
 */

const DOTS = "M38 50v6M62 50v6";
const SHUT = "M33 54q5 5 10 0M57 54q5 5 10 0";
const HAPPY = "M33 55q5-7 10 0M57 55q5-7 10 0";
const ANGRY = "M34 48l9 5M66 48l-9 5M39 56v2M61 56v2";
const SMILE = "M43 65q7 7 14 0";
const LAUGH = "M41 64h18q-2 11-9 11t-9-11z";
const SAD = "M43 71q7-7 14 0";
const SMALL = "M46 68q4 3 8 0";
const ROUND = "M50 65a4 5 0 1 0 .1 0z";

/** @type {Sticker[]} */
export const STICKERS = [
  {
    id: "52002734",
    name: "ok",
    hue: "lime",
    eyes: HAPPY,
    mouth: SMILE,
    more: "M78 40l5 6 10-13",
    keywords: ["ok", "yes", "sure"],
  },
  {
    id: "52002735",
    name: "thanks",
    hue: "sun",
    eyes: SHUT,
    mouth: SMILE,
    more: "M80 28l2 6 6 2-6 2-2 6-2-6-6-2 6-2zM17 40l1 4 4 1-4 1-1 4-1-4-4-1 4-1z",
    keywords: ["thanks", "thank you"],
  },
  {
    id: "52002736",
    name: "sorry",
    hue: "sky",
    eyes: SHUT,
    mouth: SAD,
    more: "M82 36q5 8 0 11q-5-3 0-11z",
    keywords: ["sorry", "apologize"],
  },
  {
    id: "52002737",
    name: "please",
    hue: "rose",
    eyes: DOTS,
    mouth: SMALL,
    more: "M80 30q7 4 5 13M88 25q9 7 7 19",
    keywords: ["please", "beg"],
  },
  {
    id: "52002738",
    name: "happy",
    hue: "sun",
    eyes: HAPPY,
    mouth: LAUGH,
    more: "M16 34l6 6M84 34l-6 6M12 52h7M81 52h7",
    keywords: ["happy", "yay", "joy"],
  },
  {
    id: "52002739",
    name: "cry",
    hue: "sky",
    eyes: SHUT,
    mouth: SAD,
    more: "M37 60q4 9 0 12q-4-3 0-12zM63 60q4 9 0 12q-4-3 0-12z",
    keywords: ["cry", "sad"],
  },
  {
    id: "52002740",
    name: "angry",
    hue: "rose",
    eyes: ANGRY,
    mouth: SAD,
    more: "M80 26l8 3M85 22l-2 9M80 33l6 2",
    keywords: ["angry", "mad"],
  },
  {
    id: "52002741",
    name: "sleepy",
    hue: "dusk",
    eyes: SHUT,
    mouth: ROUND,
    more: "M76 22h9l-9 9h9M88 36h6l-6 6h6",
    keywords: ["sleepy", "good night"],
  },
  {
    id: "52002742",
    name: "fight",
    hue: "lime",
    eyes: ANGRY,
    mouth: LAUGH,
    more: "M82 62V38M82 38l12 4-12 5",
    keywords: ["go", "fight", "cheer"],
  },
  {
    id: "52002743",
    name: "surprised",
    hue: "dusk",
    eyes: "M38 48a4 5 0 1 0 .1 0zM62 48a4 5 0 1 0 .1 0z",
    mouth: ROUND,
    more: "M84 24v12M84 42v.1",
    keywords: ["surprised", "what", "shock"],
  },
  {
    id: "52002744",
    name: "love",
    hue: "rose",
    eyes: HAPPY,
    mouth: SMILE,
    more: "M84 44l-8-8a4.500 4.500 0 0 1 8-5a4.500 4.500 0 0 1 8 5z",
    keywords: ["love", "heart", "like"],
  },
  {
    id: "52002745",
    name: "question",
    hue: "sky",
    eyes: DOTS,
    mouth: SMALL,
    more: "M78 30a6 6 0 1 1 7 7q-1 1-1 4M84 47v.1",
    keywords: ["question", "hmm", "thinking"],
  },
];
