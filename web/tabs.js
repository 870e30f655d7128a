//! Other tabs of this browser: is one of them playing as the same user? Asked before its session is taken over.

const ANSWER_MS = 150;

/** @param {() => string | false} playing  the session this tab plays in, by its key; false when in none
 *  @returns {{anyOther: (key: string) => Promise<boolean>}} */
export function askOtherTabs(playing) {
  if (typeof BroadcastChannel === 'undefined') return { anyOther: async () => false };
  const channel = new BroadcastChannel('umbra.tabs');
  let answered = () => {};
  channel.onmessage = ({ data: { ask, here } }) => {
    if (ask && ask === playing()) channel.postMessage({ here: ask });
    if (here) answered(here);
  };
  return {
    anyOther: (key) => new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), ANSWER_MS);
      answered = (here) => {
        if (here !== key) return;
        clearTimeout(timer);
        resolve(true);
      };
      channel.postMessage({ ask: key });
    }),
  };
}
