//! Both languages say the same things, and say all that the page asks for.

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { GAMES } from './games/registry.js';
import { addTexts, errorText, preferredLanguage, setLanguage, t } from './i18n.js';
import en from './texts/en.js';
import zh from './texts/zh.js';

const placeholders = (text) => [...text.matchAll(/\{\w+\}/g)].map(String).sort();
const pairs = [['page', { en, zh }], ...GAMES.map(({ name, texts }) => [name, texts])];

for (const [name, texts] of pairs) {
  test(`${name}: every text is there in both languages, with the same values`, () => {
    assert.deepEqual(Object.keys(texts.zh).sort(), Object.keys(texts.en).sort());
    for (const key of Object.keys(texts.en)) assert.deepEqual(placeholders(texts.zh[key]), placeholders(texts.en[key]), key);
  });
}

test('every game has a title, a sentence about itself and a name for each option', () => {
  for (const { name, options } of GAMES) {
    for (const key of ['title', 'about', ...options.map((option) => `option.${option.name}`)]) assert.notEqual(t(`${name}.${key}`), `${name}.${key}`);
  }
});

test('every text that a source file asks for by name exists', () => {
  const files = readdirSync(import.meta.dirname ?? new URL('.', import.meta.url), { recursive: true }).filter((file) => /\.js$/.test(file) && !/test|vendor|texts/.test(file));
  let asked = 0;
  for (const file of files) {
    for (const [, key] of readFileSync(new URL(file, import.meta.url), 'utf8').matchAll(/\b(?:t|toast|has)\('([\w.]+)'/g)) {
      asked += 1;
      assert.notEqual(t(key), key, `${file} asks for ${key}`);
    }
  }
  assert.ok(asked > 60, `only ${asked} texts were found to be asked for: is the search broken?`);
});

test('values are put in their places, in either language', () => {
  setLanguage('zh');
  assert.equal(t('log.joined', { name: '<b>' }), '<b> 进来了');
  setLanguage('en');
  assert.equal(t('log.joined', { name: 'Ann' }), 'Ann came in');
  assert.equal(t('no.such.key'), 'no.such.key');
});

test('an error is told by its code, and one without words of ours as the server put it', () => {
  assert.equal(errorText({ code: 'ROOM_FULL', message: 'x' }), en['error.ROOM_FULL']);
  assert.equal(errorText({ code: 'BRAND_NEW', message: 'as the server says' }), 'as the server says');
});

test('the language is the remembered one, else the first spoken one we have, else English', () => {
  assert.equal(preferredLanguage('zh', ['en-GB']), 'zh');
  assert.equal(preferredLanguage(null, ['fr-FR', 'zh-TW', 'en']), 'zh');
  assert.equal(preferredLanguage('xx', ['fr']), 'en');
});

test('a game brings its own words under its own name', () => {
  addTexts('fresh', { en: { title: 'Fresh' }, zh: { title: '新' } });
  assert.equal(t('fresh.title'), 'Fresh');
});
