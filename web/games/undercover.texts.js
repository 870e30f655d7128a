//! undercover: its words, in both languages.

export const texts = {
  en: {
    title: 'Undercover', about: 'Everybody has a word, one has another. Who is it?',
    'option.speakMs': 'Time to speak', 'option.voteMs': 'Time to vote',
    'turn.SPEAK': 'describe your word', 'turn.VOTE': 'vote',
    'phase.SPEAK': 'Hints', 'phase.VOTE': 'Vote', 'phase.OVER': 'Over',
    round: 'Round {n}', yourWord: 'Your word', cover: 'Tap to cover', uncover: 'Tap to show', noWord: 'Spectators see no words until the end.',
    hint: 'Describe your word without naming it', hintPlaceholder: 'One short hint…', say: 'Say it',
    whoIsIt: 'Who is the undercover?', abstain: 'Abstain', vote: 'Vote', votes: '{n} votes',
    out: 'out', spoke: 'has spoken', voted: 'has voted',
    tie: 'A tie: nobody leaves the table.', outOdd: '{name} leaves the table and was an undercover.', outCivilian: '{name} leaves the table and was a civilian.',
    'line.voted': '{name} has voted',
    'result.CIVILIANS': 'The civilians win', 'result.UNDERCOVERS': 'The undercovers win', 'result.DRAW': 'A draw',
    undercovers: 'Undercover', wordCivilian: 'Word of the civilians', wordUndercover: 'Word of the undercovers',
  },
  zh: {
    title: '谁是卧底', about: '人人有词，其中有人的词不一样。谁是卧底？',
    'option.speakMs': '发言时间', 'option.voteMs': '投票时间',
    'turn.SPEAK': '请描述你的词', 'turn.VOTE': '请投票',
    'phase.SPEAK': '发言', 'phase.VOTE': '投票', 'phase.OVER': '结束',
    round: '第 {n} 轮', yourWord: '你的词', cover: '点击遮住', uncover: '点击显示', noWord: '观众在结束前看不到词语。',
    hint: '描述你的词，但不要直接说出来', hintPlaceholder: '一句简短的描述……', say: '发言',
    whoIsIt: '谁是卧底？', abstain: '弃权', vote: '投票', votes: '{n} 票',
    out: '出局', spoke: '已发言', voted: '已投票',
    tie: '平票，无人出局。', outOdd: '{name} 出局，是卧底。', outCivilian: '{name} 出局，是平民。',
    'line.voted': '{name} 已投票',
    'result.CIVILIANS': '平民获胜', 'result.UNDERCOVERS': '卧底获胜', 'result.DRAW': '平局',
    undercovers: '卧底', wordCivilian: '平民的词', wordUndercover: '卧底的词',
  },
};
