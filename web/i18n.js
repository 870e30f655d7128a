//! The words of the page: two dictionaries, the chosen language, and `t`. Each game brings its own words with it.

import en from './texts/en.js';
import zh from './texts/zh.js';

export const LANGUAGES = { en: 'English', zh: '中文' };
const dictionaries = { en: { ...en }, zh: { ...zh } };
let language = 'en';

/** The text of `key` with `{name}` replaced by `values.name`; the key itself where nobody wrote one. */
export function t(key, values = {}) {
  const text = dictionaries[language][key] ?? dictionaries.en[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? '');
}

export const has = (key) => key in dictionaries[language];
export const currentLanguage = () => language;

/** The words of one game, given as `{en: {...}, zh: {...}}`; they are found under `<game>.<key>`. */
export function addTexts(game, texts) {
  for (const [code, words] of Object.entries(texts)) {
    for (const [key, text] of Object.entries(words)) dictionaries[code][`${game}.${key}`] = text;
  }
}

/** What the user chose before, else what the browser speaks. */
export function preferredLanguage(remembered, spoken = []) {
  if (remembered in LANGUAGES) return remembered;
  for (const tag of spoken) {
    const code = tag.slice(0, 2).toLowerCase();
    if (code in LANGUAGES) return code;
  }
  return 'en';
}

export function setLanguage(code) {
  language = code;
  if (typeof document !== 'undefined') document.documentElement.lang = code === 'zh' ? 'zh-Hans' : 'en';
}

/** An error in words: by its code, else as the server put it. */
export function errorText({ code, message }) {
  const key = `error.${code}`;
  return has(key) ? t(key) : message || String(code);
}

/** A game that this page has no words for is called by its name on the wire. */
export const gameTitle = (name) => (has(`${name}.title`) ? t(`${name}.title`) : name);
