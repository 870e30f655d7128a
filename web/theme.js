//! Light or dark: as the system has it, or as the user chose. The stylesheet only knows `data-theme`.

const KEY = 'umbra.theme';
const ORDER = ['auto', 'light', 'dark'];
const systemDark = () => matchMedia('(prefers-color-scheme: dark)');
let chosen = 'auto';

export const chosenTheme = () => chosen;

export function start(storage, changed) {
  const remembered = storage.getItem(KEY);
  chosen = ORDER.includes(remembered) ? remembered : 'auto';
  apply();
  systemDark().addEventListener('change', () => {
    apply();
    changed();
  });
}

export function cycle(storage) {
  chosen = ORDER[(ORDER.indexOf(chosen) + 1) % ORDER.length];
  storage.setItem(KEY, chosen);
  apply();
}

function apply() {
  const dark = chosen === 'dark' || (chosen === 'auto' && systemDark().matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
}
