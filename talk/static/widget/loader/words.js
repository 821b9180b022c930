// @ts-check

const WORDS = {
  ja: {
    tag: "ja",
    open: "チャットを開く",
    close: "チャットを閉じる",
    chat: "チャット",
    unread: "未読",
    again: "もう一度読み込む",
  },
  en: {
    tag: "en",
    open: "Open chat",
    close: "Close chat",
    chat: "Chat",
    unread: "unread",
    again: "Load again",
  },
};

/** @param {string | null | undefined} locale a language tag; everything but Japanese is English */
export function wordsFor(locale) {
  return /^ja\b/i.test(locale ?? "") ? WORDS.ja : WORDS.en;
}
