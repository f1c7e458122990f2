export const onboardingJa = {
  'onboarding.label': 'はじめに',
  'onboarding.step': '{steps} のうち {step}',
  'onboarding.later': 'あとで',

  'onboarding.language.title': 'こんばんは',
  'onboarding.language.body': 'どの言葉で話しますか。あとからいつでも変えられます。',

  'onboarding.notice.title': 'はじめに、ひとつだけ正直に',
  'onboarding.notice.body':
    'これから会う相手は、人間ではありません。AI です。言葉のやさしさも、プログラムがつくっています。',
  'onboarding.notice.private':
    '会話はこの端末の中に、暗号化して保存します。ご自分でオンラインのモデルを追加しないかぎり、どこにも送りません。',
  'onboarding.notice.limits':
    'AI は間違えることがあります。診察や緊急時の助けの代わりにはなりません。そのときは、どうか人を頼ってください。',
  'onboarding.notice.birth': '生年月日',
  'onboarding.notice.birthHelp':
    '年齢に合った会話にするために伺います。入力は一度だけで、この端末に保存し、あとから変更できません。',
  'onboarding.notice.year': '年',
  'onboarding.notice.month': '月',
  'onboarding.notice.day': '日',
  'onboarding.notice.notADate': 'その日付はありません。三つの数字を確かめてください。',
  'onboarding.notice.future': 'まだ来ていない日付です。年を確かめてください。',
  'onboarding.notice.accept': 'AI だと理解しました',
  'onboarding.notice.friend': '18 歳になるまでは、友だちとして話します',
  'onboarding.notice.friendBody': '友だちのように話します。恋愛の会話はありません。ときどき休憩もすすめます。',
  'onboarding.notice.tooYoung': 'このアプリは 13 歳からです',
  'onboarding.notice.tooYoungBody':
    'ごめんなさい。まだ始められません。この画面を、おうちの方に見せてください。大きくなったら、また会えるとうれしいです。入力した内容は保存していません。',
  'onboarding.notice.fixed': '生年月日は設定済みです。',

  'onboarding.name.title': 'なんと呼ばれたいですか',
  'onboarding.name.body': 'パートナーがこの名前で呼びます。あだ名でもかまいません。',
  'onboarding.name.label': '呼び名',
  'onboarding.name.placeholder': '例：さくら',

  'onboarding.companion.title': 'だれに会いたいですか',
  'onboarding.companion.body': 'ほかの人にはあとからも会えます。自分でつくることもできます。',
  'onboarding.companion.try': 'ひとこと聞く',
  'onboarding.companion.choose': '{name}と進む',
  'onboarding.companion.chooseNone': 'パートナーを選んでください',
  'onboarding.companion.says': '{name}のひとこと',
  'onboarding.companion.ageAndWork': '{age} 歳・{occupation}',

  'onboarding.mind.title': '{name}の考えかた',
  'onboarding.mind.body':
    'ネットワークもアカウントもなしで、すぐに話せます。言語モデルがあると、会話がもっと深くなります。追加は、いまでも、いつでも。',
  'onboarding.mind.offline': 'このまま話す',
  'onboarding.mind.offlineBody': '内蔵の返事で、耳をかたむけます。オフラインで動き、何も外へ出ません。',
  'onboarding.mind.ready': 'すぐに使えます',
  'onboarding.mind.key': 'OpenAI のキー',
  'onboarding.mind.keyBody': 'ネットワーク越しに、より深い返事。メッセージは OpenAI に送られ、利用料がかかります。',
  'onboarding.mind.server': 'この端末のサーバー',
  'onboarding.mind.serverBody': 'Ollama、LM Studio、llama.cpp が動いていれば使えます。',
  'onboarding.mind.file': 'モデルファイル',
  'onboarding.mind.fileBody': 'この端末の GGUF ファイル。何も外へ出ません。',
  'onboarding.mind.added': '{name} を追加しました',
  'onboarding.mind.begin': '{name}と話しはじめる',
} as const;
