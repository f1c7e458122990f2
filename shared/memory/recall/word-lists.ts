/** Words that tell nothing about what was said, and forms that no stemmer leads back. Plain data of our own. */

const list = (text: string): string[] => text.trim().split(/\s+/);

export const ENGLISH_STOP: ReadonlySet<string> = new Set(
  list(`
  a an the and or but if so than then that this these those there here it its itself as at by for from in into of off on onto
  out over to up with about after before between during through until while upon via per
  i me my mine myself we us our ours ourselves you your yours yourself he him his himself she her hers herself they them their
  theirs themselves who whom whose which what when where why how
  am is are was were be been being do does did doing done have has had having can could will would shall should may might must
  isn aren wasn weren don doesn didn haven hasn hadn can't won wouldn couldn shouldn ain cannot
  not no nor yes yeah yep yup nope oh ok okay hey hi hello wow haha lol hmm well just really very too also even still yet again ever
  already only more most much many some any all both each other another such same own quite rather lot lots bit
  s t re ve ll d m go got get gets getting gonna going let lets thing things stuff kind sort type way
  mention mentioned say said says tell told remember
  `),
);

export const IRREGULAR: ReadonlyMap<string, string> = new Map(
  list(`
  went:go gone:go goes:go bought:buy brought:bring thought:think taught:teach caught:catch fought:fight sought:seek
  made:make ate:eat eaten:eat drank:drink drunk:drink drove:drive driven:drive rode:ride ridden:ride wrote:write written:write
  spoke:speak spoken:speak broke:break broken:break chose:choose chosen:choose woke:wake woken:wake wore:wear worn:wear
  gave:give given:give took:take taken:take saw:see seen:see knew:know known:know grew:grow grown:grow flew:fly flown:fly
  threw:throw thrown:throw drew:draw drawn:draw sang:sing sung:sing swam:swim swum:swim ran:run began:begin begun:begin
  came:come became:become found:find felt:feel kept:keep slept:sleep left:leave met:meet lost:lose won:win sat:sit stood:stand
  understood:understand held:hold heard:hear led:lead read:read said:say paid:pay sold:sell sent:send spent:spend built:build
  lent:lend bent:bend meant:mean dealt:deal hid:hide hidden:hide fell:fall fallen:fall forgot:forget forgotten:forget
  forgave:forgive forgiven:forgive got:get gotten:get hung:hang lay:lie laid:lay rose:rise risen:rise shook:shake shaken:shake
  shot:shoot showed:show shown:show shut:shut stole:steal stolen:steal stuck:stick struck:strike swore:swear sworn:swear
  tore:tear torn:tear told:tell dug:dig fed:feed froze:freeze frozen:freeze lit:light
  children:child men:man women:woman people:person feet:foot teeth:tooth mice:mouse geese:goose wives:wife lives:life
  knives:knife leaves:leaf halves:half shelves:shelf selves:self
  mom:mother mum:mother mommy:mother mama:mother dad:father daddy:father papa:father grandma:grandmother granny:grandmother
  grandpa:grandfather kid:child kids:child photo:picture photos:picture pic:picture pics:picture photograph:picture
  tv:television bike:bicycle bikes:bicycle movie:film movies:film job:work jobs:work puppy:dog puppies:dog pup:dog pups:dog
  kitten:cat kittens:cat kitty:cat fav:favourite favorite:favourite favorites:favourite favourites:favourite
  vacation:holiday vacations:holiday color:colour colors:colour bday:birthday
  better:good best:good worse:bad worst:bad
  `).map((pair) => pair.split(':') as [string, string]),
);

export const JAPANESE_STOP: ReadonlySet<string> = new Set(
  list(`
  の に は を た が で て と し れ さ ある いる も する から な こと として い や れる など なっ ない この ため その あっ よう また もの という
  あり まで られ なる へ か だ これ によって により おり より による ず なり られる において ば なかっ なく しかし について せ だっ その後
  できる それ う ので なお のみ でき き つ における および いう さらに でも ら たり その他 に関する たち ます ん なら に対して 特に
  です でした ました ません ましょう だった じゃ じゃない だよ だね かな よね よ ね わ ぞ ぜ さん ちゃん くん 君 様 けど けれど でしょ でしょう
  って っけ って とか ちょっと すごく とても やっぱり まだ もう そう そんな こんな あんな どんな どう どこ いつ だれ 誰 何 なに なん どれ どの
  いくつ なぜ どうして 私 わたし 僕 ぼく 俺 おれ あたし うち あなた 君 きみ お前 あの人 彼 彼女 自分 みたい くらい ぐらい だけ しか ほど
  ながら ちゃう ちゃっ てる てた てて といった すること なんて なんか なんだ んだ のだ のに それで だから でね うん ううん はい いいえ ええ
  ああ えっ へえ あの えっと うーん ねえ さあ まあ ほら おお わあ 事 物 時 とき 所 ところ 方 人 的 中 言 話 覚 教 思
  した します しました して している していた しよう した時 いた いました います あった ありました あります なった なりました なります
  くれ くれる くれた もらっ もらう もらった あげ あげる あげた くださ ください いい よかっ よかった いく いっ くる きた き いって
  って言 言って 聞 一番 ほんと 本当 今 ここ そこ あそこ こっち そっち あっち みんな 全部 たぶん きっと もし また ずっと
  ました ませ まし たい たく たかっ たっ せる させ そして それから じゃあ ちゃんと なかった ないで なくて くて かった しちゃっ
  `),
);

/** Spellings of the same everyday word. */
export const JAPANESE_VARIANTS: ReadonlyMap<string, string> = new Map(
  list(`
  ねこ:猫 ネコ:猫 にゃんこ:猫 いぬ:犬 イヌ:犬 わんこ:犬 すき:好 好き:好 大好き:好 だいすき:好 きらい:嫌 嫌い:嫌 子ども:子供 こども:子供 ともだち:友達
  友だち:友達 おかあさん:母 お母さん:母 母さん:母 母親:母 ママ:母 おとうさん:父 お父さん:父 父さん:父 父親:父 パパ:父 おばあちゃん:祖母 ばあちゃん:祖母
  おじいちゃん:祖父 じいちゃん:祖父 お兄ちゃん:兄 お兄さん:兄 お姉ちゃん:姉 お姉さん:姉 いもうと:妹 おとうと:弟 ごはん:飯 ご飯:飯 しごと:仕事
  りんご:林檎 リンゴ:林檎 みかん:蜜柑 ミカン:蜜柑 たまご:卵 さかな:魚 くるま:車 うみ:海 やま:山 はな:花 さくら:桜 サクラ:桜
  うれしい:嬉 かなしい:悲 さみしい:寂 さびしい:寂 たのしい:楽 たのしかっ:楽 こわい:怖 おいしい:美味 おいしかっ:美味 美味しい:美味 うまい:美味
  スマホ:携帯 ケータイ:携帯 写真:写真 しゃしん:写真 たんじょうび:誕生日 バースデー:誕生日
  `).map((pair) => pair.split(':') as [string, string]),
);
